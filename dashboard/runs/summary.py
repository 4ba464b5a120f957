"""One user's story in a sentence."""

import pandas as pd

from dashboard.runs.manifest import RunManifest
from dashboard.runs.tables import time_label

STEP_WORD = {"hour": "hour", "day": "day", "week": "week"}


def summary_of(user: str, rank: int | None, series: pd.DataFrame, manifest: RunManifest) -> str:
    """Return what is known of a user: how many anomalous steps, and the strangest one. Plain text."""
    if rank is None:
        return f"{user} was not scored: the history is too short for a window."
    scored = series[series["score"].notna()]
    word = STEP_WORD[manifest.frequency]
    steps = scored["time"].nunique()
    anomalous = scored.loc[scored["anomaly"], "time"].nunique()
    place = f"{user} ranks {rank:,} of {manifest.users - len(manifest.unscored_users):,}"
    if not anomalous:
        return f"{place}; none of {steps:,} {word}s is an anomaly."
    top = scored.loc[scored["score"].idxmax()]
    verb = "is an anomaly" if anomalous == 1 else "are anomalies"
    return (
        f"{place}; {anomalous:,} of {steps:,} {word}s {verb}, "
        f"most of all {time_label(top['time'], manifest.frequency)}: "
        f"{_amount(top['actual'])} {top['feature']} where {_amount(top['expected'])} were expected."
    )


def _amount(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 or float(value).is_integer() else f"{value:,.1f}"  # noqa: PLR2004 - small counts keep a decimal
