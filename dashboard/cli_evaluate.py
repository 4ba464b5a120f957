"""What `evaluate` reads and says: labels, and a table of models side by side."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import compress
from math import isfinite
from pathlib import Path
from typing import Any

from dashboard.cli_files import Given, as_one
from dashboard.cli_inspect import visible
from dashboard.cli_text import ProgressLines
from dashboard.data import Labels, Understood, read_label_column, read_labels, read_panel
from dashboard.data.over import Over
from dashboard.data.reading import Reading
from dashboard.detection.bootstrap import COVERAGE, RESAMPLES, Estimate
from dashboard.detection.evaluation import Evaluation, evaluate, shared_times
from dashboard.detection.metrics import FIRST, RankingMetrics
from dashboard.detection.settings import TrainingSettings
from dashboard.detection.thresholds import Threshold
from dashboard.errors import SettingsError
from dashboard.runs.tables import time_labels

COLUMN = "column:"
WIDEST = 22
UNKNOWN = "-"
Row = tuple[str, list[str]]


@dataclass(frozen=True)
class Known:
    """A panel and what is known of it. shared: the times at which most users are labelled."""

    understood: Understood
    labels: Labels
    shared: tuple[str, ...]

    @property
    def notes(self) -> tuple[str, ...]:
        """What is left out, in sentences."""
        told = list(self.labels.notes)
        if self.shared:
            told.append(
                f"At {', '.join(self.shared)} most users are labelled: cells of such times are not "
                "judged, because they say nothing of any one user."
            )
        return tuple(told)


def read_known(file: Path, labels: str, reading: Reading, over: Over | None) -> Known:
    """Read counts, of a folder's or a pattern's files as one, and labels. over: reads large files elsewhere.

    Raises ReadError or SettingsError.
    """
    in_column = labels.startswith(COLUMN)
    with as_one(file, reading) as given:
        understood = read_panel(given.path, given.reading, name=file.name, over=over)
        if in_column:
            name = labels.removeprefix(COLUMN)
            understood = _without(understood, name, given, file.name, over)
            found = read_label_column(given.path, name, understood.panel, understood.reading)
    if not in_column:  # a refusal of theirs names a line of their own file
        found = read_labels(Path(labels), understood.panel, understood.reading)
    panel = understood.panel
    shared = shared_times(found.labels, panel.observed)
    return Known(understood, found, tuple(compress(time_labels(panel), shared)))


def evaluate_all(
    known: Known, settings: Sequence[TrainingSettings], threshold: Threshold, over: Over
) -> list[Evaluation]:
    """Evaluate one model after the other, telling on standard error how far each has come.

    over: where very many users are scored.
    """
    return [
        evaluate(
            known.understood.panel,
            known.labels.labels,
            each,
            threshold,
            kinds=known.labels.kinds,
            on_progress=ProgressLines(each.model),
            over=over,
        )
        for each in settings
    ]


def _without(
    understood: Understood, name: str, given: Given, file_name: str, over: Over | None
) -> Understood:
    """Read the file again where the column of labels was taken for a count."""
    counts = understood.reading.counts or ()
    if name not in counts:
        return understood
    others = tuple(count for count in counts if count != name)
    if not others:
        raise SettingsError(
            f"The column {name!r} holds the only counts of {file_name}, so it cannot hold the "
            "labels too. Name another column."
        )
    reading = given.reading.model_copy(update={"counts": others})
    return read_panel(given.path, reading, name=file_name, over=over)


def evaluation_json(
    known: Known, threshold: Threshold, evaluations: Sequence[Evaluation]
) -> dict[str, Any]:
    """Return all figures as `--json` gives them; None where a figure cannot be told."""
    users, times, features = known.understood.panel.shape
    return {
        "users": users,
        "times": times,
        "features": features,
        "labelled_cells": int(known.labels.labels.sum()),
        "labelled_users": int(known.labels.labels.any(axis=1).sum()),
        "shared_times": list(known.shared),
        "notes": list(known.notes),
        "threshold": str(threshold),
        "interval": COVERAGE,
        "resamples": RESAMPLES,
        "models": {each.settings.model: _as_json(each) for each in evaluations},
    }


def evaluation_text(known: Known, threshold: Threshold, evaluations: Sequence[Evaluation]) -> str:
    """Say the same for people, one column a model."""
    panel = known.understood.panel
    users, times, _ = panel.shape
    step = panel.frequency.value
    rows: list[Row] = [
        ("", [each.settings.model for each in evaluations]),
        *_ranking_rows("Per user", [each.metrics.users for each in evaluations]),
        *_ranking_rows(f"Per user and {step}", [each.metrics.cells for each in evaluations]),
        *_event_rows(evaluations, step),
        *_shared_rows(known.shared, evaluations),
        ("Seconds", [f"{each.seconds:.1f}" for each in evaluations]),
    ]
    labels = known.labels.labels
    about = (
        f"{users:,} users, {times:,} {step}s; {labels.sum():,} cells of "
        f"{labels.any(axis=1).sum():,} users are labelled."
    )
    below = (
        f"Flags by {threshold}. In brackets: {COVERAGE:.0%} intervals, from drawing the users "
        f"again {RESAMPLES} times."
    )
    notes = [visible(note) for note in known.notes]
    return "\n".join([about, *notes, "", *_aligned(rows), "", below])


def _as_json(evaluation: Evaluation) -> dict[str, Any]:
    metrics = _plain(asdict(evaluation.metrics))
    for ranked in (metrics["cells"], metrics["users"]):
        named = zip(FIRST, ranked["precision_in_first"], strict=True)
        ranked["precision_in_first"] = {str(number): figure for number, figure in named}
    by_kind = {
        kind: {"events": events, "caught": caught}
        for kind, (events, caught) in evaluation.by_kind.items()
    }
    return {
        **metrics,
        "events_by_kind": by_kind,
        "shared_time_ranks": list(evaluation.shared_ranks),
        "level": _plain(evaluation.level),
        "settings": evaluation.settings.model_dump(mode="json"),
        "seconds": evaluation.seconds,
    }


def _plain(value: Any) -> Any:
    """Replace what JSON does not have: NaN and infinity by None."""
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return None if isinstance(value, float) and not isfinite(value) else value


def _ranking_rows(title: str, metrics: list[RankingMetrics]) -> list[Row]:
    return [
        (title, ["" for _ in metrics]),
        ("  average precision", [_shown(each.average_precision) for each in metrics]),
        ("  the same by chance", [_number(each.chance) for each in metrics]),
        ("  area under ROC", [_shown(each.roc_area) for each in metrics]),
        *(
            (
                f"  precision in first {number}",
                [_shown(each.precision_in_first[place]) for each in metrics],
            )
            for place, number in enumerate(FIRST)
        ),
        ("  labelled / judged", [f"{each.labelled:,} / {each.judged:,}" for each in metrics]),
        ("  flagged", [f"{each.flagged:,}" for each in metrics]),
        ("  precision of flags", [_shown(each.precision) for each in metrics]),
        ("  recall of flags", [_shown(each.recall) for each in metrics]),
    ]


def _event_rows(evaluations: Sequence[Evaluation], step: str) -> list[Row]:
    events = [each.metrics.events for each in evaluations]
    kinds = list(evaluations[0].by_kind)
    return [
        ("Events", ["" for _ in events]),
        ("  caught", [f"{each.caught:,} of {each.events:,}" for each in events]),
        *(
            (
                f"    {visible(kind)}"[:WIDEST],
                ["{1:,} of {0:,}".format(*each.by_kind[kind]) for each in evaluations],
            )
            for kind in kinds
        ),
        ("  recall", [_shown(each.recall) for each in events]),
        (f"  delay in {step}s", [_shown(each.delay_steps) for each in events]),
        ("  VUS-PR", [_shown(each.vus_pr) for each in events]),
    ]


def _shared_rows(shared: tuple[str, ...], evaluations: Sequence[Evaluation]) -> list[Row]:
    return [
        (f"Rank of {time}", [str(each.shared_ranks[place] or UNKNOWN) for each in evaluations])
        for place, time in enumerate(shared)
    ]


def _aligned(rows: list[Row]) -> list[str]:
    first = max(len(name) for name, _ in rows) + 2
    widths = [
        max(map(len, column)) + 2 for column in zip(*(cells for _, cells in rows), strict=True)
    ]
    return [
        (
            f"{name:<{first}}"
            + "".join(f"{cell:<{width}}" for cell, width in zip(cells, widths, strict=True))
        ).rstrip()
        for name, cells in rows
    ]


def _shown(estimate: Estimate) -> str:
    if not isfinite(estimate.value):
        return UNKNOWN
    between = f" ({_number(estimate.low)}-{_number(estimate.high)})"
    return _number(estimate.value) + (between if isfinite(estimate.low) else "")


def _number(value: float) -> str:
    if not isfinite(value):
        return UNKNOWN
    return f"{value:.3f}" if value < 10 else f"{value:.1f}"  # noqa: PLR2004 - digits enough
