"""A run as one HTML page that stands alone: it opens anywhere and asks nobody for anything."""

from pathlib import Path

from dashboard.runs.results import Results


def write_report(results: Results, path: Path, *, top: int = 5) -> None:
    """Write the report of a finished run; `top` users get a chart of their own."""
    path.write_text(report_html(results, top=top), encoding="utf-8")


def report_html(results: Results, *, top: int = 5) -> str:
    """Return the report of a finished run as HTML with everything inside."""
    raise NotImplementedError
