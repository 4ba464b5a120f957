"""Room for arrays: in memory, or in a file that nobody sees."""

import gc
from pathlib import Path

import numpy as np
import psutil
import pytest

from dashboard.data import room


@pytest.mark.parametrize("most", [0, 1_000])
def test_what_is_written_is_there_again_after_it_was_let_go(
    most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "MOST_IN_MEMORY", most)
    made = room.room_for((5, 3))
    assert isinstance(made, np.memmap) == (most == 0)
    made[:] = np.arange(15).reshape(5, 3)
    room.let_go(made)
    assert made.tolist() == np.arange(15).reshape(5, 3).tolist()


def test_an_array_in_a_file_takes_no_memory_once_it_is_let_go(tmp_path: Path) -> None:
    size = 40_000_000
    values = np.memmap(tmp_path / "values", np.float32, "w+", shape=(size // 4,))
    process = psutil.Process()
    gc.collect()
    before = process.memory_info().rss
    values[:] = 1
    assert process.memory_info().rss - before > size / 2
    room.let_go(values, np.ones(3))
    assert process.memory_info().rss - before < size / 2


def test_no_file_is_left(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(room, "MOST_IN_MEMORY", 0)
    monkeypatch.setattr(room.tempfile, "tempdir", str(tmp_path))
    made = room.room_for((10,))
    assert list(tmp_path.iterdir()) == []
    made[:] = 2
    assert made.sum() == 20
