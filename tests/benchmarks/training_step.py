"""What an update of a model costs, beside plain Keras, and for classic models PyTorch where that is installed.

    python -m tests.benchmarks.training_step [--seconds 60] [--model stacked]

Epochs of 20 batches: of 32 windows of 40 x 1 and 100 units for the classic models, of 512 cells and the default
settings for `counts`. All take turns within one process: this project's own loop, `fit` of plain Keras, and a plain
loop in PyTorch. Printed, in milliseconds an update: the
first epoch, with tracing and compiling, in seconds of processor time; a later one by the clock, the least, the tenth
part and the median, and the least and the median in processor time; and how many times as fast as Keras. Work beside
this on the machine moves the clock most, and the least processor time not much.
"""

import argparse
import importlib.util
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import tensorflow as tf

from dashboard.detection import TrainingSettings, make_settings, training
from dashboard.detection.counts.context import CHANNELS, reach_of
from dashboard.detection.models import counts_network, counts_training
from dashboard.detection.models.window_task import WORTH_COMPILING, data_of, updates_of
from dashboard.detection.windows import Windows

ROWS, STEPS, UNITS = 32, 40, 100
UPDATES = 20  # of an epoch
LEAST_EPOCHS = 4
COUNTS = "counts"
MODELS = ("encoder-decoder", "stacked", COUNTS)
FACTS = 14  # told of the step of a cell

Epoch = Callable[[], object]


@dataclass
class Way:
    """One way to train one model, and what its epochs took: clock and processor, seconds."""

    name: str
    epoch: Epoch
    taken: list[tuple[float, float]] = field(default_factory=list)

    def run(self) -> None:
        """Go through one epoch."""
        clock, work = time.perf_counter(), time.process_time()
        self.epoch()
        self.taken.append((time.perf_counter() - clock, time.process_time() - work))

    def figures(self) -> np.ndarray:
        """Return what an update took after the first epoch, in milliseconds.

        Of the clock the least, the tenth part and the median; of the processor the least and the median.
        """
        clock, work = 1e3 * np.array(self.taken[1:]).T / UPDATES
        return np.array([*np.quantile(clock, [0, 0.1, 0.5]), *np.quantile(work, [0, 0.5])])


def ours(model: str, windows: np.ndarray) -> Epoch:
    """Return an epoch as this project's trainings go through it."""
    settings = TrainingSettings(model=model, window=STEPS)
    updates = updates_of(training.make_network(settings, 1), settings, ROWS, WORTH_COMPILING)
    number = np.arange(len(windows))
    whole = Windows(number, np.zeros_like(number), STEPS)
    data = data_of(windows, np.ones(windows.shape[:2], dtype=bool), whole)
    return lambda: updates.epoch(data, number, [settings.learning_rate] * UPDATES, ROWS)


def in_keras(model: str, windows: np.ndarray) -> Epoch:
    """Return an epoch of the same model by Keras' own `fit`."""
    network = training.make_network(TrainingSettings(model=model, window=STEPS), 1)
    return lambda: network.fit(windows, windows, batch_size=ROWS, shuffle=False, verbose=0)


def in_torch(model: str, windows: np.ndarray) -> Epoch:
    """Return an epoch of the same model in PyTorch."""
    import torch  # noqa: PLC0415 - not among the requirements

    first, second = (
        torch.nn.LSTM(1, UNITS, batch_first=True),
        torch.nn.LSTM(UNITS, UNITS, batch_first=True),
    )
    output = torch.nn.Linear(UNITS, 1)
    weights = [each for part in (first, second, output) for each in part.parameters()]
    optimizer = torch.optim.Adam(weights)
    batches = torch.from_numpy(windows).split(ROWS)

    def update(given: torch.Tensor) -> None:
        optimizer.zero_grad()
        states, _ = first(given)
        if model == "encoder-decoder":
            states = states[:, -1:].expand(-1, STEPS, -1)
        made = torch.tanh(output(second(states)[0]))
        loss = torch.nn.functional.mse_loss(made, given)
        loss.backward()
        optimizer.step()

    def epoch() -> None:
        for given in batches:
            update(given)

    return epoch


def ways_of(model: str) -> list[Way]:
    """Return the ways to train a classic model, on waves with noise."""
    noise = np.random.default_rng(0).normal(0, 0.3, (ROWS * UPDATES, STEPS))
    windows = ((np.sin(np.arange(STEPS) / 3) + noise)[:, :, None] / 3).astype(np.float32)
    ways = [Way("Keras", in_keras(model, windows)), Way("Clickwatch", ours(model, windows))]
    if importlib.util.find_spec("torch"):
        ways.append(Way("PyTorch", in_torch(model, windows)))
    return ways


def ways_of_counts() -> list[Way]:
    """Return the ways to train `counts`, on random cells, whose counts have a mean of 20."""
    settings = make_settings(model=COUNTS, window=28)  # as of a history of weeks
    random, number = np.random.default_rng(0), settings.batch_size * UPDATES
    around = (number, reach_of(settings.window), CHANNELS)
    shapes = {"before": around, "after": around, "step": (number, FACTS)}
    shown = {name: random.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}
    beliefs = np.broadcast_to(np.log([[20.0, 5.0]]), (number, 2))
    actual, off = random.poisson(20, (number, 1)), np.full((number, 1), 0.05)
    asked = np.hstack([actual, off, beliefs]).astype(np.float32)

    plain = counts_network.build(settings, FACTS)
    plain.compile(plain.optimizer, counts_network.surprisal, metrics=[counts_network.mae])
    updates = counts_training.updates_of(settings, FACTS, counts_training.CELLS_AN_EPOCH)
    data, order = (*map(tf.constant, shown.values()), tf.constant(asked)), np.arange(number)
    rates, rows = [settings.learning_rate] * UPDATES, settings.batch_size
    return [
        Way("Keras", lambda: plain.fit(shown, asked, rows, verbose=0, shuffle=False)),
        Way("Clickwatch", lambda: updates.epoch(data, order, rates, rows)),
    ]


def compare(model: str, seconds: float) -> None:
    """Let all ways take turns for so long, and print what they took."""
    ways = ways_of_counts() if model == COUNTS else ways_of(model)
    for way in ways:
        way.run()
    end = time.monotonic() + seconds
    while time.monotonic() < end or len(ways[0].taken) <= LEAST_EPOCHS:
        for way in ways:
            way.run()
    keras = ways[0].figures()
    print(f"{model}, {len(ways[0].taken)} epochs")
    print(
        "              first, s  |  ms: least   tenth  median   work: least  median  |  as fast as Keras"
    )
    for way in ways:
        figures = way.figures()
        print(
            f"  {way.name:<12}{way.taken[0][1]:8.1f}  ",
            "".join(f"{one:10.1f}" for one in figures),
            "  | ",
            " ".join(f"{one:.2f}" for one in keras / figures),
        )


def main() -> None:
    """Print a table for each model."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seconds", type=float, default=60, help="how long a model is measured")
    parser.add_argument("--model", choices=MODELS, help="one alone; else all are measured")
    chosen = parser.parse_args()
    for model in [chosen.model] if chosen.model else MODELS:
        compare(model, chosen.seconds)


if __name__ == "__main__":
    main()
