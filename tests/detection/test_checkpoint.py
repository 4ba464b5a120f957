"""An interrupted training goes on after its last whole epoch, and ends as if nothing had been."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from panels import make_panel

from dashboard.detection.analysis import Analysis, Progress
from dashboard.detection.choices import make_settings
from dashboard.detection.history import EpochRecord
from dashboard.detection.models import counts_training
from dashboard.detection.models.checkpoint import read_checkpoint
from dashboard.detection.pipeline import analyse

RANDOM = {"dropout": 0.2, "units": (3,), "window": 8, "stride": 1, "learning_rate": 0.05}


def train(folder: Path, *, copy_at: int = 0, **chosen: object) -> tuple[Analysis, list[int]]:
    """Train, and return which epochs were told too.

    copy_at: the epoch after which what lies in the folder, which is less, is copied to `as-it-lay` beside it.
    """
    told: list[int] = []

    def hear(progress: Progress) -> None:
        if progress.stage == "train" and progress.epoch:
            told.append(progress.epoch)
            if progress.epoch == copy_at:
                shutil.copytree(folder, folder.with_name("as-it-lay"))

    settings = make_settings(**(RANDOM | chosen))
    panel = make_panel(users=60, times=24, features=2)
    return analyse(panel, settings, on_progress=hear, checkpoints=folder), told


def without_seconds(history: tuple[EpochRecord, ...]) -> list[EpochRecord]:
    return [replace(record, seconds=0.0) for record in history]


@pytest.mark.parametrize(
    ("chosen", "copy_at"),
    [
        ({"model": "counts", "epochs": 4, "patience": 2}, 3),
        # in the second of two trainings, which leaves out the strangest users
        ({"model": "stacked", "epochs": 3, "patience": 2, "shuffle": True, "drop_worst": 0.1}, 5),
    ],
    ids=["counts", "stacked"],
)
def test_it_ends_as_one_that_was_not_interrupted(
    chosen: dict[str, object], copy_at: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counts_training, "ENOUGH_CELLS", 0)
    monkeypatch.setattr(counts_training, "WORTH", -100.0)  # however little is gained
    at_once, all_told = train(tmp_path / "at-once", copy_at=copy_at, **chosen)
    resumed, told = train(tmp_path / "as-it-lay", **chosen)

    assert told == all_told
    assert copy_at in told
    assert without_seconds(resumed.history) == without_seconds(at_once.history)
    done = copy_at - 1
    assert resumed.history[:done] == at_once.history[:done]  # to the second: not trained again
    np.testing.assert_array_equal(resumed.score, at_once.score)


@pytest.mark.parametrize("content", [b"", b"rubbish", b"PK\x03\x04 and no more"])
def test_what_cannot_be_read_lets_the_training_begin_anew(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "first.npz"
    file.write_bytes(content)
    assert read_checkpoint(file) is None
