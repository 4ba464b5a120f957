"""What one update of a classic model costs, beside the same in PyTorch where that is installed.

    python -m tests.benchmarks.training_step [--seconds 60]

A batch of 32 windows of 40 x 1 and 100 units; both take turns within one process. Printed, in
milliseconds: the first update, with tracing, in processor time; a later one by the clock, the
least, the tenth part and the median, and the least in processor time; and how many times as fast
as Keras by the clock. An epoch of 2,000 windows has 63 updates. Work beside this on the machine
moves the median most and the least not much.
"""

import argparse
import importlib.util
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from dashboard.detection import TrainingSettings, training

ROWS, STEPS, UNITS = 32, 40, 100
LEAST_UPDATES = 10

Update = Callable[[], object]


@dataclass
class Way:
    """One way to train one model, and what its updates took: clock and processor, seconds."""

    name: str
    update: Update
    taken: list[tuple[float, float]] = field(default_factory=list)

    def run(self) -> None:
        """Update once."""
        clock, work = time.perf_counter(), time.process_time()
        self.update()
        self.taken.append((time.perf_counter() - clock, time.process_time() - work))

    def clock(self, share: float) -> float:
        """Return what this share of the later updates stay below, in milliseconds."""
        return 1e3 * float(np.quantile([clock for clock, _ in self.taken[1:]], share))


def in_keras(model: str, windows: np.ndarray) -> Update:
    """Return an update as this project's trainings make it."""
    network = training.make_network(TrainingSettings(model=model, window=STEPS), 1)
    weight = np.ones((ROWS, STEPS), dtype=np.float32)
    return lambda: network.train_on_batch(windows, windows, sample_weight=weight)


def in_torch(model: str, windows: np.ndarray) -> Update:
    """Return an update of the same model in PyTorch."""
    import torch  # noqa: PLC0415 - not among the requirements

    first, second = (
        torch.nn.LSTM(1, UNITS, batch_first=True),
        torch.nn.LSTM(UNITS, UNITS, batch_first=True),
    )
    output = torch.nn.Linear(UNITS, 1)
    weights = [each for part in (first, second, output) for each in part.parameters()]
    optimizer = torch.optim.Adam(weights)
    given = torch.from_numpy(windows)

    def update() -> None:
        optimizer.zero_grad()
        states, _ = first(given)
        if model == "encoder-decoder":
            states = states[:, -1:].expand(-1, STEPS, -1)
        made = torch.tanh(output(second(states)[0]))
        loss = torch.nn.functional.mse_loss(made, given)
        loss.backward()
        optimizer.step()

    return update


def compare(model: str, seconds: float) -> None:
    """Let all ways take turns for so long, and print what they took."""
    days = np.sin(np.arange(STEPS) / 3) + np.random.default_rng(0).normal(0, 0.3, (ROWS, STEPS))
    windows = (days[:, :, None] / 3).astype(np.float32)
    ways = [Way("Keras", in_keras(model, windows))]
    if importlib.util.find_spec("torch"):
        ways.append(Way("PyTorch", in_torch(model, windows)))
    for way in ways:
        way.run()
    end = time.monotonic() + seconds
    while time.monotonic() < end or len(ways[0].taken) < LEAST_UPDATES:
        for way in ways:
            way.run()
    keras = ways[0]
    print(f"{model}, {len(keras.taken)} updates{'' if len(ways) > 1 else '; PyTorch is not here'}")
    print("  milliseconds   first, work    least    tenth   median   least, work   beside Keras")
    for way in ways:
        first, least = 1e3 * way.taken[0][1], 1e3 * min(work for _, work in way.taken[1:])
        times = [way.clock(share) for share in (0, 0.1, 0.5)]
        beside = [keras.clock(share) / one for share, one in zip((0, 0.1, 0.5), times, strict=True)]
        print(
            f"  {way.name:<12}{first:14.0f}",
            *(f"{one:8.1f}" for one in times),
            f"{least:13.1f}   ",
            " ".join(f"{one:.2f}" for one in beside),
        )


def main() -> None:
    """Print one table for both classic models."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seconds", type=float, default=60, help="how long a model is measured")
    chosen = parser.parse_args()
    for model in ("encoder-decoder", "stacked"):
        compare(model, chosen.seconds)


if __name__ == "__main__":
    main()
