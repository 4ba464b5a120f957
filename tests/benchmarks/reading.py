"""How long a long CSV takes to be read, and how much memory.

    python -m tests.benchmarks.reading [--rows 10000000] [--days 100] [--memory-limit 2048]

A file of that many rows (user, date, clicks) is written and read once by a process of its own.
Printed: the size of the file, seconds of the clock and of the processor, and the peak of the
resident memory. Ends with 1 where the figures read are wrong, or the peak is above the limit (MiB).
"""

import argparse
import json
import os
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[2]
FIRST = date(2024, 1, 1)
HIGHEST = 97  # counts go round below it


def write_counts(path: Path, rows: int, days: int) -> dict[str, int]:
    """Write the file, the days of a user together; return what has to be read from it."""
    dates = [(FIRST + timedelta(days=number)).isoformat() for number in range(days)]
    users = rows // days
    total = 0
    with path.open("w", encoding="utf-8") as file:
        file.write("user_id,date,clicks\n")
        for user in range(users):
            counts = [(user + 3 * day) % HIGHEST for day in range(days)]
            total += sum(counts)
            file.writelines(
                f"user-{user:07d},{day},{count}\n" for day, count in zip(dates, counts, strict=True)
            )
    return {"users": users, "times": days, "total": total}


def read_apart(path: Path) -> tuple[dict[str, int], float, float, float]:
    """Read a file in a child process; return its figures, both seconds, and its peak in MiB."""
    began = time.perf_counter()
    child = subprocess.Popen(
        [sys.executable, "-m", "dashboard", "inspect", str(path), "--json"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    told = child.stdout.read()
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - began
    if child.returncode:
        sys.exit(child.returncode)
    report = json.loads(told)
    figures = {
        "users": report["users"],
        "times": report["times"],
        "total": sum(report["total"].values()),
    }
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return figures, seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / unit


def main() -> int:
    """Write, read, print, judge."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--days", type=int, default=100)
    parser.add_argument("--memory-limit", type=float, default=2_048, metavar="MIB")
    chosen = parser.parse_args()
    with TemporaryDirectory(prefix="clickwatch-benchmark-") as folder:
        path = Path(folder) / "counts.csv"
        written = write_counts(path, chosen.rows, chosen.days)
        print(f"{chosen.rows:,} rows, {path.stat().st_size / 1e6:,.0f} MB")
        read, seconds, processor, peak = read_apart(path)
    print(f"read in {seconds:.1f} s ({processor:.1f} s of the processor), peak {peak:,.0f} MiB")
    if read != written:
        print(f"wrong: read {read}, written {written}")
    return int(read != written or peak > chosen.memory_limit)


if __name__ == "__main__":
    sys.exit(main())
