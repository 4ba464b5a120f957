"""How long a long CSV takes to be read, and how much memory.

    python -m tests.benchmarks.reading [--rows 10000000] [--days 100] [--memory-limit 2048]
        [--repeats 1] [--by-day] [--alone]

A file of that many rows (user, date, clicks) is written, user by user or day by day, and read in turn by this
project and by pandas (`read_csv` and `pivot_table`, which check nothing), each time by a process of its own; by this
project alone where pandas would not find the memory.
Printed: the size of the file; of both the median seconds of the clock and of the processor, imports
included, and the highest peak of the resident memory; what importing alone takes of both; and how they
compare. Ends with 1 where the figures read are wrong, or the peak is above the limit (MiB).
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[2]
FIRST = date(2024, 1, 1)
HIGHEST = 97  # counts go round below it
PANDAS = """
import sys
import pandas as pd
counts = pd.read_csv(sys.argv[1])
counts.pivot_table(index="user_id", columns="date", values="clicks", aggfunc="sum", fill_value=0)
"""


def write_counts(path: Path, rows: int, days: int, *, by_day: bool) -> dict[str, int]:
    """Write the file; return what has to be read from it."""
    users = rows // days
    dates = [(FIRST + timedelta(days=number)).isoformat() for number in range(days)]
    counts = [[(user + 3 * day) % HIGHEST for day in range(days)] for user in range(HIGHEST)]
    # What follows a user's name is the same for every 97th
    rests = [
        [f",{day},{count}\n" for day, count in zip(dates, of_user, strict=True)]
        for of_user in counts
    ]
    with path.open("w", encoding="utf-8") as file:
        file.write("user_id,date,clicks\n")
        for day in range(days if by_day else 0):
            file.writelines(f"user-{user:07d}{rests[user % HIGHEST][day]}" for user in range(users))
        for user in range(0 if by_day else users):
            name = f"user-{user:07d}"
            file.write(name + name.join(rests[user % HIGHEST]))
    total = sum(sum(counts[user % HIGHEST]) for user in range(users))
    return {"users": users, "times": days, "total": total}


@dataclass(frozen=True)
class Course:
    """One reading in a process of its own. memory: the peak, in MiB."""

    told: str
    seconds: float
    processor: float
    memory: float


def run_apart(command: list[str]) -> Course:
    """Run a Python command in a child process."""
    began = time.perf_counter()
    child = subprocess.Popen(
        [sys.executable, *command], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    told = child.stdout.read()
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(child.returncode)
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return Course(
        told,
        time.perf_counter() - began,
        used.ru_utime + used.ru_stime,
        used.ru_maxrss / unit,
    )


def figures_in(told: str) -> dict[str, int]:
    """Return what `inspect` says it has read."""
    report = json.loads(told)
    return {
        "users": report["users"],
        "times": report["times"],
        "total": sum(report["total"].values()),
    }


def tell(name: str, courses: list[Course]) -> tuple[float, float, float]:
    """Print the median seconds and the highest peak; return them."""
    seconds = statistics.median(each.seconds for each in courses)
    processor = statistics.median(each.processor for each in courses)
    memory = max(each.memory for each in courses)
    print(f"{name}: {seconds:.1f} s ({processor:.1f} s of the processor), peak {memory:,.0f} MiB")
    return seconds, processor, memory


def main() -> int:
    """Write, read, print, judge."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--days", type=int, default=100)
    parser.add_argument("--memory-limit", type=float, default=2_048, metavar="MIB")
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--by-day", action="store_true", help="write the users of a day together")
    parser.add_argument("--alone", action="store_true", help="do not compare with pandas")
    chosen = parser.parse_args()
    with TemporaryDirectory(prefix="clickwatch-benchmark-") as folder:
        path = Path(folder) / "counts.csv"
        written = write_counts(path, chosen.rows, chosen.days, by_day=chosen.by_day)
        size = path.stat().st_size
        print(f"{chosen.rows:,} rows, {size / 1e6:,.0f} MB")
        commands = {
            "read": ["-m", "dashboard", "inspect", str(path), "--json"],
            "start": ["-m", "dashboard", "models"],
        }
        if not chosen.alone:
            commands |= {"pandas": ["-c", PANDAS, str(path)], "import": ["-c", "import pandas"]}
        in_turn = [[run_apart(each) for each in commands.values()] for _ in range(chosen.repeats)]
    courses = dict(zip(commands, map(list, zip(*in_turn, strict=True)), strict=True))
    told = {name: tell(name, each) for name, each in courses.items()}
    print(f"{told['read'][2] * 2**20 / size:.1f} times the size of the file")
    if not chosen.alone:
        compare(told)
    wrong = [figures for each in courses["read"] if (figures := figures_in(each.told)) != written]
    if wrong:
        print(f"wrong: read {wrong[0]}, written {written}")
    return int(bool(wrong) or told["read"][2] > chosen.memory_limit)


def compare(told: dict[str, tuple[float, float, float]]) -> None:
    """Print how many times as long pandas takes, whole and without what both take to start."""
    for what, number in (("by the clock", 0), ("of the processor", 1)):
        own, theirs = told["read"][number], told["pandas"][number]
        start, importing = told["start"][number], told["import"][number]
        print(
            f"pandas {what}: {theirs / own:.1f} times as long, "
            f"{(theirs - importing) / (own - start):.1f} without the start"
        )


if __name__ == "__main__":
    sys.exit(main())
