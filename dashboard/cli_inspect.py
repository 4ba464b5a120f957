"""What `inspect` says of a file. It starts at once: nothing of runs is loaded for it."""

from typing import Any

from dashboard.data.report import QualityReport

SHOWN_USERS = 5


def inspection(report: QualityReport) -> dict[str, Any]:
    """Return what was understood of a file, as `inspect --json` gives it."""
    return {
        "users": report.users,
        "times": report.times,
        "features": len(report.features),
        "total": {name: _whole(total) for name, total in report.totals.items()},
        "first": report.first,
        "last": report.last,
        "frequency": report.frequency.value,
        "user_sample": list(report.user_sample[:SHOWN_USERS]),
        "notes": [*report.how_read, *report.notes],
    }


def inspection_text(report: QualityReport) -> str:
    """Say the same for people."""
    step = report.frequency.value
    lines = [
        f"Users       {report.users:,}",
        f"Time steps  {report.times:,} ({step}s, {report.first} to {report.last})",
        *(
            f"{'Totals' if place == 0 else '':<12}{visible(name)}: {_shown(total)}"
            for place, (name, total) in enumerate(report.totals.items())
        ),
        f"Zeros       {report.zero_share:.1%} of the observed cells",
        f"For example {', '.join(visible(user) for user in report.user_sample[:SHOWN_USERS])}",
        "",
        *(f"- {visible(note)}" for note in (*report.how_read, *report.notes)),
    ]
    return "\n".join(lines)


def visible(text: str) -> str:
    """Return the text with control characters written out, so that it cannot steer a terminal."""
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in str(text))


def _whole(number: float) -> float | int:
    return int(number) if float(number).is_integer() else number


def _shown(number: float) -> str:
    return f"{number:,.0f}" if float(number).is_integer() else f"{number:,.2f}"
