"""The whole way from a panel to an analysis, and from a trained model to another panel's."""

import platform
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

import dashboard
from dashboard.data.panel import Panel
from dashboard.detection.analysis import Analysis, Progress
from dashboard.detection.calibration import ENOUGH_CELLS, Calibration, Reference
from dashboard.detection.history import EpochRecord
from dashboard.detection.holdout import Split, split
from dashboard.detection.outline import check_fits, describe
from dashboard.detection.scaling import Scaling, fit_scaling
from dashboard.detection.scoring import Scores, mean_over, score
from dashboard.detection.settings import TrainingSettings
from dashboard.detection.thresholds import Threshold, level_for
from dashboard.detection.trained import Fitted, TrainedModel
from dashboard.detection.windows import choose_window, cut, enough_history
from dashboard.errors import SettingsError

OnProgress = Callable[[Progress], None]
DEFAULT_THRESHOLD = Threshold()


def analyse(
    panel: Panel,
    settings: TrainingSettings,
    threshold: Threshold = DEFAULT_THRESHOLD,
    on_progress: OnProgress = lambda _: None,
) -> Analysis:
    """Train the chosen model on the panel and score every observed cell of every eligible user.

    The same panel, settings and machine give the same analysis. Raises SettingsError where the
    settings do not fit the data or the machine.
    """
    clock = _Clock()
    check_fits(describe(panel.shape, settings))
    settings = _resolved(panel, settings)
    eligible = _eligible(panel, settings)
    on_progress(Progress("start", 0, settings.epochs))
    parts = split(
        panel.observed,
        eligible,
        window=settings.window,
        stride=settings.stride,
        share=settings.validation_share,
        seed=settings.seed,
    )
    scaling = fit_scaling(settings.scaling, panel, parts.training)
    scaled = scaling.on(panel).scale(panel)

    from dashboard.detection import training  # noqa: PLC0415 - loads TensorFlow, once it is needed

    network = training.make_network(settings, len(panel.features))
    clock.lap("start")
    history = training.fit(
        network,
        settings,
        training.Material(scaled, panel.observed, parts.training_windows, parts.held_out_windows),
        lambda record: on_progress(_trained_epoch(record, settings)),
    )
    clock.lap("train")
    on_progress(Progress("score", len(history), settings.epochs))
    judged = _judge(panel, settings, network, scaling)
    calibration = _calibrate(judged.scores, parts)
    fitted = Fitted(
        settings=settings,
        features=panel.features,
        frequency=panel.frequency,
        scaling=scaling,
        calibration=calibration,
    )
    clock.lap("score")
    return _analysis(
        panel, judged, TrainedModel(network, fitted), threshold, history=history, clock=clock
    )


def rescore(
    trained: TrainedModel,
    panel: Panel,
    threshold: Threshold = DEFAULT_THRESHOLD,
    on_progress: OnProgress = lambda _: None,
) -> Analysis:
    """Score another panel with a trained model: p-values are those of the data it learned from.

    Raises SettingsError where the panel does not fit the model.
    """
    clock = _Clock()
    trained.check(panel)
    settings, scaling = trained.fitted.settings, trained.fitted.scaling
    clock.lap("start")
    on_progress(Progress("score", settings.epochs, settings.epochs))
    judged = _judge(panel, settings, trained.network, scaling)
    clock.lap("score")
    return _analysis(panel, judged, trained, threshold, history=(), clock=clock)


class _Clock:
    """Seconds between laps."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {"start": 0.0, "train": 0.0, "score": 0.0}
        self._began = self._last = time.perf_counter()

    def lap(self, name: str) -> None:
        now = time.perf_counter()
        self.laps[name] = now - self._last
        self._last = now

    def total(self) -> float:
        return time.perf_counter() - self._began


@dataclass(frozen=True)
class _Judged:
    """expected and error: (users, times, features), NaN where not scored."""

    expected: np.ndarray
    error: np.ndarray
    scored: np.ndarray
    scores: Scores


def _judge(panel: Panel, settings: TrainingSettings, network: Any, scaling: Scaling) -> _Judged:
    from dashboard.detection import training  # noqa: PLC0415 - loads TensorFlow, once it is needed

    eligible = _eligible(panel, settings)
    scale = scaling.on(panel)
    scaled = scale.scale(panel)
    windows = cut(panel.observed, np.flatnonzero(eligible), settings.window, settings.stride)
    made = training.reconstruct(network, scaled, windows)
    scored = panel.observed & eligible[:, None]
    made[~scored] = np.nan
    expected = scale.counts(made)
    return _Judged(
        expected=expected,
        error=np.square(scaled - made),
        scored=scored,
        scores=score(panel.values, expected, scored),
    )


def _resolved(panel: Panel, settings: TrainingSettings) -> TrainingSettings:
    window, stride = choose_window(len(panel.users), len(panel.times), settings)
    return settings.model_copy(update={"window": window, "stride": stride})


def _eligible(panel: Panel, settings: TrainingSettings) -> np.ndarray:
    eligible = enough_history(panel.observed, settings.window)
    if not eligible.any():
        raise SettingsError(
            "No user has enough observed time steps to learn from. Add more days to the file."
        )
    return eligible


def _calibrate(scores: Scores, parts: Split) -> Calibration:
    held_out = scores.cell[parts.held_out_users]
    enough = np.isfinite(held_out).sum() >= ENOUGH_CELLS
    return Calibration(
        cells=Reference.of(held_out if enough else scores.cell),
        users=Reference.of(scores.user),
        days=Reference.of(scores.day),
    )


def _trained_epoch(record: EpochRecord, settings: TrainingSettings) -> Progress:
    return Progress(
        "train",
        record.epoch,
        settings.epochs,
        loss=record.loss,
        metric=record.metric,
        val_loss=record.val_loss,
        val_metric=record.val_metric,
        seconds=record.seconds,
    )


def _analysis(
    panel: Panel,
    judged: _Judged,
    trained: TrainedModel,
    threshold: Threshold,
    *,
    history: tuple[EpochRecord, ...],
    clock: _Clock,
) -> Analysis:
    from dashboard.detection.training import VERSIONS  # noqa: PLC0415 - TensorFlow is loaded by now

    scores, calibration = judged.scores, trained.fitted.calibration
    level = level_for(threshold, scores.user, calibration.cells)
    known = np.isfinite(scores.user)
    anomalous = scores.cell >= level
    return Analysis(
        settings=trained.fitted.settings,
        threshold=threshold,
        level=level,
        expected=judged.expected,
        error=judged.error,
        score=scores.cell,
        p_value=calibration.cells.p_values(scores.cell),
        scored=judged.scored,
        user_error=mean_over(judged.error, (1, 2)),
        user_score=scores.user,
        user_p_value=calibration.users.p_values(scores.user),
        day_error=mean_over(judged.error, (0, 2)),
        day_score=scores.day,
        day_p_value=calibration.days.p_values(scores.day),
        unscored_users=tuple(np.array(panel.users, dtype=object)[~known]),
        history=history,
        metrics={
            **_metrics(history, trained.fitted.settings.metric),
            "parameters": float(trained.network.count_params()),
            "anomalous_cells": float(anomalous.sum()),
            "anomalous_users": float(anomalous.any(axis=(1, 2)).sum()),
        },
        timings={
            **clock.laps,
            "epochs": [record.seconds for record in history],
            "total": clock.total(),
        },
        versions={
            "clickwatch": dashboard.__version__,
            "python": platform.python_version(),
            **VERSIONS,
        },
        trained=trained,
    )


def _metrics(history: tuple[EpochRecord, ...], metric: str) -> dict[str, float]:
    """Return the losses and the metric of the last epoch, and which epoch was the best.

    The best by held-out loss, else by loss.
    """
    if not history:
        return {}
    last = history[-1]
    best = min(
        history, key=lambda record: record.loss if record.val_loss is None else record.val_loss
    )
    figures = {
        "epochs": float(last.epoch),
        "best_epoch": float(best.epoch),
        "loss": last.loss,
        metric: last.metric,
        "val_loss": last.val_loss,
        f"val_{metric}": last.val_metric,
    }
    return {name: value for name, value in figures.items() if value is not None}
