"""The first look of a run in training: a small file beside its log, which goes when the run has ended."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from dashboard.data.panel import Panel
from dashboard.detection.first_look import look_first
from dashboard.runs.tables import time_labels

FILE_NAME = "first_look.json"


class Row(BaseModel):
    """One user that stands out, and where it does so most. time: as everywhere on screen."""

    model_config = ConfigDict(frozen=True)

    user: str
    time: str
    feature: str
    actual: float
    expected: float


class FirstLook(BaseModel):
    """What a baseline finds, the strangest first."""

    model_config = ConfigDict(frozen=True)

    rows: tuple[Row, ...]


def write_first_look(panel: Panel, log_file: Path) -> None:
    """Look, and leave what was found beside the log, whole; nothing where a look would take long."""
    labels = time_labels(panel)
    rows = tuple(
        Row(
            user=panel.users[each.user],
            time=labels[each.time],
            feature=panel.features[each.feature],
            actual=each.actual,
            expected=each.expected,
        )
        for each in look_first(panel)
    )
    if rows:
        log_file.parent.mkdir(parents=True, exist_ok=True)
        aside = log_file.with_name(FILE_NAME + ".new")
        aside.write_text(FirstLook(rows=rows).model_dump_json(), "utf-8")
        aside.rename(log_file.with_name(FILE_NAME))


def read_first_look(log_file: Path) -> FirstLook | None:
    """Return what was found so far of the run with that log; None where there is nothing yet."""
    try:
        return FirstLook.model_validate_json(log_file.with_name(FILE_NAME).read_bytes())
    except (OSError, ValidationError):
        return None


def remove_first_look(log_file: Path) -> None:
    """Remove what was found so far: the run has ended."""
    log_file.with_name(FILE_NAME).unlink(missing_ok=True)
