"""The whole way from a panel to an analysis, and from a trained model to another panel's."""

import platform
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

import dashboard
from dashboard.data.panel import Panel
from dashboard.detection.analysis import Analysis, Progress
from dashboard.detection.calibration import ENOUGH_CELLS, Calibration, Reference
from dashboard.detection.cleaning import without_worst
from dashboard.detection.counts.distribution import band
from dashboard.detection.counts.noise import counting_units
from dashboard.detection.history import EpochRecord
from dashboard.detection.holdout import Split, split
from dashboard.detection.models.kind import Model, Reconstruction
from dashboard.detection.outline import check_fits, describe
from dashboard.detection.registry import model_kind
from dashboard.detection.scoring import Scores, mean_over, score
from dashboard.detection.settings import TrainingSettings
from dashboard.detection.subject import Subject
from dashboard.detection.thresholds import CellScores, Threshold, level_for
from dashboard.detection.trained import Fitted, TrainedModel
from dashboard.detection.windows import enough_history
from dashboard.errors import SettingsError

OnProgress = Callable[[Progress], None]
DEFAULT_THRESHOLD = Threshold()


def analyse(
    panel: Panel,
    settings: TrainingSettings,
    threshold: Threshold = DEFAULT_THRESHOLD,
    on_progress: OnProgress = lambda _: None,
    checkpoints: Path | None = None,
) -> Analysis:
    """Train the chosen model on the panel and score every observed cell of every eligible user.

    The same panel, settings and machine give the same analysis; also where it was interrupted, and goes on
    from what it has left in `checkpoints`, a folder of its own. Raises SettingsError where the settings do
    not fit the data or the machine.
    """
    clock = _Clock()
    outline = describe(panel.shape, settings)
    check_fits(outline)
    settings = _resolved(panel, settings)
    subject = subject_of(panel, settings)
    on_progress(Progress("start", 0, outline.epochs))
    parts = split(
        panel.observed,
        subject.scored.any(axis=1),
        window=settings.window,
        stride=settings.stride,
        share=settings.validation_share,
        seed=settings.seed,
    )
    model = model_kind(settings.model).prepare(subject, settings, parts)
    clock.lap("start")
    history = model.fit(
        lambda record: on_progress(_trained_epoch(record, outline.epochs)),
        checkpoints and checkpoints / "first.npz",
    )
    earlier = len(history)
    if settings.drop_worst:
        model, history = _train_again(
            subject,
            settings,
            parts,
            model=model,
            history=history,
            on_progress=on_progress,
            checkpoint_file=checkpoints and checkpoints / "again.npz",
        )
    clock.lap("train")
    on_progress(Progress("score", len(history), outline.epochs))
    judged = judge(subject, model)
    fitted = Fitted(
        settings=settings,
        features=panel.features,
        frequency=panel.frequency,
        calibration=_calibrate(judged.scores, parts),
    )
    clock.lap("score")
    return _analysis(
        judged,
        TrainedModel(model, fitted),
        threshold,
        history=history,
        last=history[earlier:] or history,
        clock=clock,
    )


def rescore(
    trained: TrainedModel,
    panel: Panel,
    threshold: Threshold = DEFAULT_THRESHOLD,
    on_progress: OnProgress = lambda _: None,
    *,
    fresh: np.ndarray | None = None,
) -> Analysis:
    """Score another panel with a trained model: p-values are those of the data it learned from.

    fresh: (users, times) bool, the cells that are to be judged, the others being what they are
    judged by; None: all of them. Raises SettingsError where the panel does not fit the model.
    """
    clock = _Clock()
    trained.check(panel)
    clock.lap("start")
    on_progress(Progress("score", 0, 0))
    judged = judge(subject_of(panel, trained.fitted.settings), trained.model)
    if fresh is not None:
        judged = judged.only(fresh)
    clock.lap("score")
    return _analysis(judged, trained, threshold, history=(), last=(), clock=clock)


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
class Judged:
    """What a model makes of a subject, and the scores that follow."""

    subject: Subject
    made: Reconstruction
    scores: Scores

    def only(self, wanted: np.ndarray) -> "Judged":
        """Return the same with the figures of these cells alone, (users, times) bool.

        Raises SettingsError where none of them was scored.
        """
        scored = self.subject.scored & wanted
        if not scored.any():
            raise SettingsError(
                "None of the new cells can be scored: their users have too little history. "
                "Add more days to the file."
            )
        there = scored[:, :, None]
        cell = np.where(there, self.scores.cell, np.nan)
        expected, error = (
            np.where(there, figures, np.nan) for figures in (self.made.expected, self.made.error)
        )
        return Judged(
            Subject(self.subject.panel, scored),
            replace(self.made, expected=expected, error=error),
            Scores(
                cell,
                user=np.fmax.reduce(cell, axis=(1, 2)),
                day=np.where(scored.any(axis=0), self.scores.day, np.nan),
            ),
        )


def subject_of(panel: Panel, settings: TrainingSettings) -> Subject:
    """Return what is judged of a panel: every observed cell of users with enough history.

    settings: with the window as it was chosen. Raises SettingsError where there is no such user.
    """
    eligible = enough_history(panel.observed, settings.window)
    if not eligible.any():
        raise SettingsError(
            "No user has enough observed time steps to learn from. Add more days to the file."
        )
    return Subject(panel, panel.observed & eligible[:, None])


def judge(subject: Subject, model: Model) -> Judged:
    """Let a model score every cell of a subject."""
    made = model.reconstruct(subject)
    actual = np.stack(subject.actual, axis=2)
    return Judged(subject, made, score(actual, made.counts, subject.scored, subject.period))


def _resolved(panel: Panel, settings: TrainingSettings) -> TrainingSettings:
    kind = model_kind(settings.model)
    window, stride = kind.choose_window(len(panel.users), len(panel.times), settings)
    return settings.model_copy(update={"window": window, "stride": stride})


def _calibrate(scores: Scores, parts: Split) -> Calibration:
    held_out = scores.cell[parts.held_out_users]
    enough = np.isfinite(held_out).sum() >= ENOUGH_CELLS
    return Calibration(
        cells=Reference.of(held_out if enough else scores.cell),
        users=Reference.of(scores.user),
        days=Reference.of(scores.day),
    )


def _train_again(
    subject: Subject,
    settings: TrainingSettings,
    parts: Split,
    *,
    model: Model,
    history: tuple[EpochRecord, ...],
    on_progress: OnProgress,
    checkpoint_file: Path | None,
) -> tuple[Model, tuple[EpochRecord, ...]]:
    """Train anew without the users that the model finds strangest; epochs are counted on.

    With too few users to leave anyone out, what there is stays.
    """
    kept = without_worst(parts, judge(subject, model).scores.user, settings.drop_worst)
    if kept is parts:
        return model, history
    done = len(history)
    again = model_kind(settings.model).prepare(subject, settings, kept)
    records = again.fit(
        lambda record: on_progress(
            _trained_epoch(_counted_on(record, done), done + settings.epochs)
        ),
        checkpoint_file,
    )
    return again, (*history, *(_counted_on(record, done) for record in records))


def _counted_on(record: EpochRecord, done: int) -> EpochRecord:
    return replace(record, epoch=done + record.epoch)


def _trained_epoch(record: EpochRecord, epochs: int) -> Progress:
    return Progress(
        "train",
        record.epoch,
        epochs,
        loss=record.loss,
        metric=record.metric,
        val_loss=record.val_loss,
        val_metric=record.val_metric,
        seconds=record.seconds,
    )


def _analysis(
    judged: Judged,
    trained: TrainedModel,
    threshold: Threshold,
    *,
    history: tuple[EpochRecord, ...],
    last: tuple[EpochRecord, ...],
    clock: _Clock,
) -> Analysis:
    scores, calibration = judged.scores, trained.fitted.calibration
    level = level_for(threshold, scores.user, CellScores.of(scores.cell), calibration.cells)
    known = np.isfinite(scores.user)
    anomalous = scores.cell >= level
    low, high = _band(judged)
    return Analysis(
        subject=judged.subject,
        settings=trained.fitted.settings,
        threshold=threshold,
        level=level,
        expected=judged.made.expected,
        low=low,
        high=high,
        error=judged.made.error,
        score=scores.cell,
        p_value=calibration.cells.p_values(scores.cell),
        user_error=mean_over(judged.made.error, (1, 2)),
        user_score=scores.user,
        user_p_value=calibration.users.p_values(scores.user),
        day_error=mean_over(judged.made.error, (0, 2)),
        day_score=scores.day,
        day_p_value=calibration.days.p_values(scores.day),
        unscored_users=tuple(np.array(judged.subject.panel.users, dtype=object)[~known]),
        history=history,
        metrics={
            **_metrics(last, trained.fitted.settings.metric),
            "parameters": float(trained.model.parameters),
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
            "numpy": np.__version__,
            **trained.model.versions,
        },
        trained=trained,
    )


def _band(judged: Judged) -> tuple[np.ndarray, np.ndarray]:
    """Return the ends of what is expected of each cell, in counts, NaN where not scored."""
    panel, scored = judged.subject.panel, judged.subject.scored
    units = counting_units(panel.values)
    low, high = (np.full(panel.shape, np.nan, dtype=np.float32) for _ in range(2))
    ends = band(judged.made.counts[scored])  # (scored cells, features)
    low[scored], high[scored] = (each / units for each in ends)
    return low, high


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
