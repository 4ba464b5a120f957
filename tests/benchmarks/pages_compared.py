"""What each click costs the server, beside another checkout of Clickwatch: both in turn, in one run.

    python -m tests.benchmarks.pages_compared CHECKOUT [--users 2000] [--days 40] [--rounds 2] [--folder RUN]

Milliseconds of the processor on average and of the clock in the middle, and the most kilobytes sent. The other
checkout needs the same packages, and records of the same version.
"""

import argparse
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from tests.benchmarks.pages import serving, walk
from tests.benchmarks.tab import Answer
from tests.browser.server import ROOT

Found = dict[str, list[tuple[Answer, float]]]


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("checkout", type=Path, help="the other one")
    for name, default in (("--users", 2_000), ("--days", 40), ("--rounds", 2)):
        parser.add_argument(name, type=int, default=default)
    parser.add_argument("--folder", type=Path, help="a run of that size that was made before")
    given = parser.parse_args()
    asked = given.users, given.days, given.folder
    there, here = defaultdict(list), defaultdict(list)
    with serving(*asked, given.checkout) as other, serving(*asked, ROOT) as own:
        for order in range(given.rounds):
            for found, (server, run_id) in ((there, other), (here, own)):
                for name, answer in walk(server, run_id, order).items():
                    found[name].append(answer)
    print(f"{'':24}{'processor, ms':>16}{'ratio':>7}{'clock, ms':>14}{'kB':>14}")
    for name in here:
        tell(name, there[name], here[name])
    tell(
        "all",
        *([each for answers in found.values() for each in answers] for found in (there, here)),
    )


def tell(
    name: str, there: Sequence[tuple[Answer, float]], here: Sequence[tuple[Answer, float]]
) -> None:
    """Print one line of the table: the other checkout, then this one."""
    processor, clock, sent = zip(figures(there), figures(here), strict=True)
    print(
        f"{name:24}{processor[0]:8.0f}{processor[1]:8.0f}{processor[1] / processor[0]:7.2f}"
        f"{clock[0]:7.0f}{clock[1]:7.0f}{sent[0]:7.0f}{sent[1]:7.0f}"
    )


def figures(found: Sequence[tuple[Answer, float]]) -> tuple[float, float, float]:
    """Return milliseconds of the processor and of the clock, and kilobytes."""
    answers, processor = zip(*found, strict=True)
    return (
        float(np.mean(processor)) * 1_000,
        float(np.median([answer.seconds for answer in answers])) * 1_000,
        max(answer.sent for answer in answers) / 1_000,
    )


if __name__ == "__main__":
    main()
