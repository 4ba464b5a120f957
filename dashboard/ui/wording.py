"""Words that several pages share."""

from datetime import UTC, datetime

from dashboard.charts.format import format_duration, format_name
from dashboard.data.panel import ONE_SERIES
from dashboard.data.report import QualityReport
from dashboard.runs.records import RunRecord, RunState

STATE_WORDS = {
    RunState.QUEUED: ("Waiting", ":material/schedule:", "gray"),
    RunState.RUNNING: ("Training", ":material/progress_activity:", "blue"),
    RunState.FINISHED: ("Finished", ":material/check_circle:", "green"),
    RunState.FAILED: ("Failed", ":material/error:", "red"),
    RunState.CANCELLED: ("Cancelled", ":material/cancel:", "orange"),
}
_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400


def state_badge(run: RunRecord) -> str:
    """Return a run's state as a Markdown badge: an icon, a word and a colour."""
    word, icon, colour = STATE_WORDS[run.state]
    return f":{colour}-badge[{icon} {'Stopping' if run.cancelling else word}]"


def user_heading(name: str, users: int) -> str:
    """Return what stands above one of so many users; a single series has no name of its own."""
    return "The series" if users == 1 and name == ONE_SERIES else format_name(name, 60)


def is_series(report: QualityReport) -> bool:
    """Whether a file holds one series without any user."""
    return report.user_sample == (ONE_SERIES,)


def ago(moment: datetime) -> str:
    """Return how long ago that was, in one unit; beyond a week its date."""
    seconds = max(0, int((datetime.now(UTC) - moment).total_seconds()))
    if seconds < _MINUTE:
        return "just now"
    if seconds < _HOUR:
        return f"{seconds // _MINUTE} min ago"
    if seconds < _DAY:
        return f"{seconds // _HOUR} h ago"
    days = seconds // _DAY
    if days <= 7:  # noqa: PLR2004 - a week
        return "yesterday" if days == 1 else f"{days} days ago"
    return f"{moment.day} {moment:%b %Y}"


def on_day(moment: datetime) -> str:
    """Return a day to come, such as "3 December"; with its year where that is another, and of a day near its hour."""
    now = datetime.now(UTC)
    year = f" {moment.year}" if moment.year != now.year else ""
    clock = f", {moment:%H:%M} UTC" if (moment - now).total_seconds() < 2 * _DAY else ""
    return f"{moment.day} {moment:%B}{year}{clock}"


def took(run: RunRecord) -> str:
    """Return how long a run has taken so far, or took."""
    if run.started is None:
        return "not started"
    ended = run.ended or datetime.now(UTC)
    return format_duration((ended - run.started).total_seconds())
