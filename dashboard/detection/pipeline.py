"""The whole way from a panel to an analysis, and from a trained model to another panel's."""

import platform
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

import dashboard
from dashboard.data.over import Over
from dashboard.data.panel import Panel
from dashboard.detection.analysis import Analysis, Progress
from dashboard.detection.calibration import ENOUGH_CELLS, Calibration, Reference
from dashboard.detection.cleaning import without_worst
from dashboard.detection.crowd import Crowd
from dashboard.detection.figures import CELL_FIGURES, Figures
from dashboard.detection.history import EpochRecord
from dashboard.detection.holdout import Split, split
from dashboard.detection.judging import judge
from dashboard.detection.learned import Learned
from dashboard.detection.models.kind import Model
from dashboard.detection.outline import check_fits, describe
from dashboard.detection.registry import model_kind
from dashboard.detection.scoring import Scores
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
    *,
    over: Over = map,
) -> Analysis:
    """Train the chosen model on the panel and score every observed cell of every eligible user.

    Of very many users the model learns from a part, and the others are scored part by part, by what
    was learned of that one; `over` says where. The same panel, settings and machine give the same
    analysis; also where it was interrupted, and goes on from what it has left in `checkpoints`, a folder of
    its own. Raises SettingsError where the settings do not fit the data or the machine.
    """
    clock = _Clock()
    outline = describe(panel.shape, settings)
    check_fits(outline)
    settings = _resolved(panel, settings)
    crowd = Crowd.of(subject_of(panel, settings))
    subject = crowd.first
    on_progress(Progress("start", 0, outline.epochs))
    parts = split(
        subject.panel.observed,
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
    learned = Learned.new()
    judged = judge(subject, model, learned)
    fitted = Fitted(
        settings=settings,
        features=panel.features,
        frequency=panel.frequency,
        calibration=_calibrate(judged.scores, parts),
    )
    figures = crowd.figures(judged, TrainedModel(model, fitted), learned, over)
    clock.lap("score")
    return _analysis(
        crowd.whole,
        figures,
        judged.scores.day,
        TrainedModel(model, fitted.with_users(figures.user_score)),
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
    over: Over = map,
    fresh: np.ndarray | None = None,
) -> Analysis:
    """Score another panel with a trained model: p-values are those of the data it learned from.

    fresh: (users, times) bool, the cells that are to be judged, the others being what they are
    judged by; None: all of them. over: where, if they are very many users. Raises SettingsError
    where the panel does not fit the model, or none of the cells can be judged.
    """
    clock = _Clock()
    trained.check(panel)
    crowd = Crowd.of(subject_of(panel, trained.fitted.settings))
    subject = crowd.whole.only(fresh)
    clock.lap("start")
    on_progress(Progress("score", 0, 0))
    learned = Learned.new()
    judged = judge(crowd.first, trained.model, learned)
    figures = crowd.figures(judged, trained, learned, over, fresh)
    day_score = np.where(subject.scored.any(axis=0), judged.scores.day, np.nan)
    clock.lap("score")
    return _analysis(
        subject, figures, day_score, trained, threshold, history=(), last=(), clock=clock
    )


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
    subject: Subject,
    figures: Figures,
    day_score: np.ndarray,
    trained: TrainedModel,
    threshold: Threshold,
    *,
    history: tuple[EpochRecord, ...],
    last: tuple[EpochRecord, ...],
    clock: _Clock,
) -> Analysis:
    calibration = trained.fitted.calibration
    cells = CellScores.of(figures.score)
    level = level_for(threshold, figures.user_score, cells, calibration.cells)
    known = np.isfinite(figures.user_score)
    anomalous = figures.score >= level
    figures.let_go()
    return Analysis(
        subject=subject,
        settings=trained.fitted.settings,
        threshold=threshold,
        level=level,
        **{name: getattr(figures, name) for name in CELL_FIGURES},
        user_error=figures.user_error,
        user_score=figures.user_score,
        user_p_value=calibration.users.p_values(figures.user_score),
        day_error=figures.mean_of_days(),
        day_score=day_score,
        day_p_value=calibration.days.p_values(day_score),
        unscored_users=tuple(np.array(subject.panel.users, dtype=object)[~known]),
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
