"""Where a run in training keeps what it would go on from: a folder beside its log, which goes when it has ended."""

import shutil
from pathlib import Path


def checkpoints_beside(log_file: Path) -> Path:
    """Return the folder of the run with that log."""
    return log_file.with_name("checkpoints")


def remove_checkpoints(log_file: Path) -> None:
    """Remove it: the run has ended."""
    shutil.rmtree(checkpoints_beside(log_file), ignore_errors=True)
