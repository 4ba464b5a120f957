"""What becomes of a Dask cluster's parts when its processes come, dawdle, leave and die."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest

from dashboard.errors import EngineError
from dashboard.runs.engine import Cluster, open_engine
from dashboard.runs.engine.dask import EACH_AHEAD
from tests.runs.dask_cluster import DaskCluster, Part, do

QUICK, SLOW = 0.2, 60.0  # at most: a slow one waits for those that are far ahead of it


@dataclass
class Asked:
    """A run that asks a cluster for one part after another, until it is told to stop."""

    address: str
    folder: Path
    seconds: float = QUICK  # of the next part
    given: list[Part] = field(default_factory=list)
    done: list[tuple[int, int]] = field(default_factory=list)  # numbers, and by which process
    dawdles: bool = False  # whether one part is to be slow
    slow: Part | None = None
    is_over: bool = False

    def __post_init__(self) -> None:
        self._opened = open_engine(Cluster(self.address))
        self._answers = self._opened.__enter__().over(do, self._parts())

    def _parts(self) -> Iterator[Part]:
        for number in count():
            if self.is_over:
                return
            part = Part(number, self.folder, self.seconds)
            if self.dawdles and self.slow is None:
                part = self.slow = Part(number, self.folder, SLOW, awaits=number + EACH_AHEAD)
            self.given.append(part)
            yield self.given[-1]

    def answer(self, number: int = 1) -> None:
        """Wait for so many more answers."""
        self.done.extend(next(self._answers) for _ in range(number))

    def answer_until_done_by(self, process: int) -> None:
        """Wait until a part has been done by a process."""
        while process not in {who for _, who in self.done}:
            self.answer()

    def rest(self) -> None:
        """Ask for nothing more, and wait for what was asked."""
        self.is_over = True
        self.done.extend(self._answers)

    def close(self) -> None:
        """Leave the cluster."""
        self._opened.__exit__(None, None, None)


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[DaskCluster]:
    with closing(DaskCluster(tmp_path, allowed_failures=1)) as made:
        yield made


def test_workers_join_dawdle_leave_and_die_and_every_part_is_answered_once(
    cluster: DaskCluster, tmp_path: Path
) -> None:
    first = cluster.add_worker()
    with closing(Asked(cluster.address, tmp_path)) as run:
        run.answer_until_done_by(first)
        second = cluster.add_worker()
        run.answer_until_done_by(second)  # joined in the middle, it takes parts

        run.dawdles = True
        while run.slow is None or len(run.done) <= run.slow.number:
            run.answer()
        begun = [part.number for part in run.given if part.begun_by()]
        assert max(begun) >= run.slow.number + EACH_AHEAD  # the other worker went on

        run.seconds = 0.5
        run.answer(4 * EACH_AHEAD)  # from now on each takes half a second
        os.kill(first, signal.SIGKILL)
        run.answer(2)
        third = cluster.add_worker()
        run.answer_until_done_by(third)
        os.kill(second, signal.SIGTERM)  # leaves
        run.answer(2)
        run.rest()

    assert [number for number, _ in run.done] == [part.number for part in run.given]
    begun = [part.begun_by() for part in run.given]
    assert max(map(len, begun)) == 2  # what had died with its worker was done again
    assert run.done[-1][1] == third


def test_a_scheduler_that_dies_ends_the_run_with_a_sentence(
    cluster: DaskCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster.add_worker()
    with closing(Asked(cluster.address, tmp_path)) as run:
        run.answer()
        monkeypatch.setattr("dashboard.runs.engine.dask.PATIENCE_SECONDS", 1)
        began = time.monotonic()
        os.kill(cluster.scheduler, signal.SIGKILL)
        with pytest.raises(EngineError, match="was lost in the middle of the work"):
            run.rest()
    assert time.monotonic() - began < 60
