"""What came of a training, in words, in one order and one way of writing for pages and reports."""

from collections.abc import Iterable

from dashboard.charts.format import format_count, format_error, format_share, sentence
from dashboard.detection.settings import METRICS

_ERRORS = {
    "loss": "Loss",
    "val_loss": "Validation loss",
    **{name: sentence(words) for name, words in METRICS.items()},
    **{f"val_{name}": f"Validation {words}" for name, words in METRICS.items()},
}
_NUMBERS = {
    "best_epoch": "Best epoch",
    "epochs": "Epochs",
    "parameters": "Parameters",
    "anomalous_users": "Anomalous users",
    "anomalous_cells": "Anomalous cells",
    "self_test_users": "Users of the self-test",
}
_SHARES = {
    "self_test_caught_at_20": "Planted anomalies caught at 20 alerts",
    "copied": "Share of a planted anomaly that is copied",
}
_WORDS = _ERRORS | _NUMBERS | _SHARES


def in_order(names: Iterable[str]) -> list[str]:
    """Return the names of metrics in the order in which they are told; unknown ones come last."""
    known = set(names)
    return [*(name for name in _WORDS if name in known), *sorted(known - {*_WORDS})]


def metric_words(name: str) -> str:
    """Return what a metric is called: `Validation loss` for `val_loss`."""
    return _WORDS.get(name) or sentence(name.replace("_", " "))


def format_metric(name: str, value: float | None) -> str:
    """Return its figure: a number, a share in percent, or an error with three figures that count."""
    if name in _SHARES:
        return format_share(value)
    whole = value is not None and float(value).is_integer()
    return format_count(value) if whole or name in _NUMBERS else format_error(value)
