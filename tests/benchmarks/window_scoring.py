"""What reconstructing a window costs, beside plain Keras.

    python -m tests.benchmarks.window_scoring [--users 2000] [--days 60] [--rounds 5]

A classic model reconstructs all windows of 40 steps that begin at each step of each user. Plain is
`model.predict` on an array of all windows, with Keras' own batches of 32; it holds each step as often as windows cover it.
Both are measured in turn; printed are the medians, as Markdown.
"""

import argparse
import statistics
import time
from collections.abc import Callable

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from dashboard.detection import training
from dashboard.detection.choices import make_settings
from dashboard.detection.models.window_task import forward_of
from dashboard.detection.windows import cut

WINDOW = 40


def seconds(act: Callable[[], object]) -> tuple[float, float]:
    """Return how long it takes, by the clock and of the processor."""
    clock, processor = time.perf_counter(), time.process_time()
    act()
    return time.perf_counter() - clock, time.process_time() - processor


def measure(model: str, scaled: np.ndarray, rounds: int) -> list[str]:
    """Return the rows of the table for one model."""
    network = training.make_network(make_settings(model=model, window=WINDOW, units=(100,)), 1)
    users, days = scaled.shape[:2]
    windows = cut(np.ones((users, days), dtype=bool), np.arange(users), WINDOW, 1)
    every = sliding_window_view(scaled, WINDOW, axis=1).reshape(-1, WINDOW, 1).copy()
    forward = forward_of(network)
    ways = {
        "plain": lambda: network.predict(every, verbose=0),
        "Clickwatch": lambda: training.reconstruct(forward, scaled, windows),
    }
    for act in ways.values():
        act()  # traced before it is measured
    took = {name: [] for name in ways}
    for _ in range(rounds):
        for name, act in ways.items():
            took[name].append(seconds(act))
    rows = []
    for name, found in took.items():
        ratios = [plain[1] / own[1] for plain, own in zip(took["plain"], found, strict=True)]
        clock, processor = (statistics.median(each) for each in zip(*found, strict=True))
        unit = 1e6 / len(windows)
        rows.append(
            f"| `{model}` | {name} | {clock * unit:.0f} | {processor * unit:.0f} "
            f"| {statistics.median(ratios):.1f} |"
        )
    return rows


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--users", type=int, default=2_000)
    parser.add_argument("--days", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=5)
    chosen = parser.parse_args()
    shape = (chosen.users, chosen.days, 1)
    scaled = np.random.default_rng(0).uniform(-1, 1, shape).astype(np.float32)
    print("| | | microseconds a window | of the processor | times as fast, by the processor |")
    print("| --- | --- | ---: | ---: | ---: |")
    for model in ("encoder-decoder", "stacked"):
        print(*measure(model, scaled, chosen.rounds), sep="\n", flush=True)


if __name__ == "__main__":
    main()
