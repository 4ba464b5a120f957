"""What very many users come to, reckoned from what `tests.benchmarks.cluster` has measured of fewer."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

Row = tuple[int, int]  # users, and workers; none: the process alone
OWN, OF_WORKERS = [1, 4, 7], [2, 5]  # places of processor seconds among the figures of a row
CLUSTERS = (4, 64)
BYTES_IN_MEMORY, BYTES_ON_DISK = 17, 29  # of a cell, as docs/deploy.md tells


def reckon(
    rows: Mapping[Row, list[float]], workers: int, users: Sequence[int], days: int
) -> Iterator[str]:
    """Yield what a million cells more have taken, and what that comes to for very many users.

    users: two numbers, the larger one last.
    """
    fewer, more = users
    cells = (more - fewer) * days / 1e6
    alone, shared = (
        (np.array(rows[more, number]) - rows[fewer, number]) / cells for number in (0, workers)
    )
    by_itself, own, of_workers = alone[OWN].sum(), shared[OWN].sum(), shared[OF_WORKERS].sum()
    yield f"A million cells: {by_itself:.2f} s alone; {own:.2f} s of the process and {of_workers:.2f} s of workers."
    head = ["users of a year", "million cells", "alone, h", *(f"{n} workers, h" for n in CLUSTERS)]
    yield f"| {' | '.join([*head, 'memory, GB', 'temporary files, GB'])} |"
    yield f"|{' ---: |' * (len(head) + 2)}"
    for many in (10**5, 10**6, 3 * 10**6, 10**7, 10**8):
        cells = many * 365 / 1e6
        hours = [
            cells * each / 3600 for each in (by_itself, *(own + of_workers / n for n in CLUSTERS))
        ]
        space = [cells * each / 1e3 for each in (BYTES_IN_MEMORY, BYTES_ON_DISK)]
        figures = [*(f"{each:,.2f}" for each in hours), *(f"{each:,.1f}" for each in space)]
        yield f"| {' | '.join([f'{many:,}', f'{cells:,.1f}', *figures])} |"
