"""What a process has freed is the system's again, though something small was kept beside it."""

import subprocess
import sys

LARGE_AND_SMALL = """
import numpy as np, psutil
from dashboard.runs.heap import give_back_what_is_freed
give_back_what_is_freed()
resident = lambda: psutil.Process().memory_info().rss / 1e6
before = resident()
for _ in range(2):  # what was freed once makes glibc keep what is freed from then on
    large = [np.ones(2_000_000, dtype=np.uint8) for _ in range(50)]
    small = [np.ones(2_000 + place, dtype=np.uint8) for place in range(50)]
    both = [part.copy() for pair in zip(large, small) for part in pair]
    between = both[1::2]
    del large, both
print(resident() - before)
"""


def test_large_blocks_go_back_to_the_system() -> None:
    said = subprocess.run(
        [sys.executable, "-c", LARGE_AND_SMALL], capture_output=True, text=True, check=True
    )
    assert float(said.stdout) < 20
