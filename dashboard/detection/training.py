"""Fitting a network to windows, and reconstructing windows with it. Imports TensorFlow."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from dashboard.detection.models.keras_layers import build  # first: it chooses Keras' backend

# isort: split
import keras
import numpy as np
import tensorflow as tf

from dashboard.detection.history import EpochRecord
from dashboard.detection.models.checkpoint import Checkpoint
from dashboard.detection.registry import model_kind
from dashboard.detection.settings import TrainingSettings
from dashboard.detection.windows import CellMean, Windows
from dashboard.errors import SettingsError

AT_ONCE = 512  # windows reconstructed together

VERSIONS = {"tensorflow": tf.__version__, "keras": keras.__version__}


@dataclass(frozen=True)
class Material:
    """What there is to learn from.

    scaled: (users, times, features) on the model's scale. observed: (users, times) bool.
    """

    scaled: np.ndarray
    observed: np.ndarray
    training: Windows
    held_out: Windows


def make_network(settings: TrainingSettings, features: int) -> keras.Model:
    """Build the chosen model, seeded, for windows of `settings.window` steps."""
    plan = model_kind(settings.model).plan(settings, settings.window, features)
    return build(plan, settings, settings.window, features)


def fit(
    network: keras.Model,
    settings: TrainingSettings,
    material: Material,
    on_epoch: Callable[[EpochRecord], None],
    checkpoint_file: Path | None = None,
) -> tuple[EpochRecord, ...]:
    """Train the network in place and return one record an epoch.

    With patience, training stops once the held-out loss (else the loss) has not improved for so
    many epochs, and the best weights are restored. Where `checkpoint_file` holds what an
    interrupted training of the same settings and data has left, it goes on from there.
    """
    lessons = _Batches(material, material.training, settings, shuffle=settings.shuffle)
    held_out = _Batches(material, material.held_out, settings) if len(material.held_out) else None
    recorder = Recorder(settings.metric, on_epoch)
    stopping = early_stopping(settings, checked=bool(held_out))
    checkpoint = Checkpoint(checkpoint_file, recorder.records, stopping, settings.epochs)
    for record in checkpoint.done:
        recorder.take(record)
        lessons.on_epoch_end()
    network.fit(
        lessons,
        validation_data=held_out,
        initial_epoch=checkpoint.first_epoch,
        epochs=settings.epochs,
        callbacks=[recorder, *stopping, checkpoint],
        shuffle=False,  # the batches do it themselves, by the run's own seed
        verbose=0,
    )
    return tuple(recorder.records)


def early_stopping(
    settings: TrainingSettings, *, checked: bool
) -> list[keras.callbacks.EarlyStopping]:
    """Return what ends a training in time, by the held-out loss where it is checked by one."""
    if not settings.patience:
        return []
    stopping = keras.callbacks.EarlyStopping(
        monitor="val_loss" if checked else "loss",
        mode="min",
        patience=settings.patience,
        restore_best_weights=True,
    )
    return [stopping]


def reconstruct(network: keras.Model, scaled: np.ndarray, windows: Windows) -> np.ndarray:
    """Return what the network makes of each cell, (users, times, features), averaged over windows.

    NaN where no window was.
    """
    mean = CellMean(scaled.shape)
    size = min(AT_ONCE, len(windows))
    for first in range(0, len(windows), AT_ONCE):
        part = windows[slice(first, first + AT_ONCE)]
        batch = part.take(scaled)
        # one shape for all batches: another would be traced anew
        padded = np.pad(batch, ((0, size - len(batch)), (0, 0), (0, 0)))
        mean.add(part, network.predict_on_batch(padded)[: len(batch)])
    return mean.mean()


def load_network(path: Path) -> keras.Model:
    """Load a saved network for scoring. Raises SettingsError where it cannot be loaded safely."""
    try:
        return keras.saving.load_model(path, compile=False, safe_mode=True)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise SettingsError(
            f"{path} cannot be loaded as a Keras model. Train it again with `analyse`."
        ) from error


class _Batches(keras.utils.PyDataset):
    """(windows, the same windows, weight of each step), gathered when a batch is needed."""

    def __init__(
        self,
        material: Material,
        windows: Windows,
        settings: TrainingSettings,
        *,
        shuffle: bool = False,
    ) -> None:
        super().__init__()
        self._material = material
        self._windows = windows
        self._size = settings.batch_size
        self._random = np.random.default_rng(settings.seed) if shuffle else None
        self._order = np.arange(len(windows))
        self._shuffle()

    def __len__(self) -> int:
        return math.ceil(len(self._windows) / self._size)

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        rows = self._order[index * self._size : (index + 1) * self._size]
        windows = self._windows[rows]
        values = windows.take(self._material.scaled)
        return values, values, windows.take(self._material.observed).astype(np.float32)

    def on_epoch_end(self) -> None:
        self._shuffle()

    def _shuffle(self) -> None:
        if self._random is not None:
            self._random.shuffle(self._order)


class Recorder(keras.callbacks.Callback):
    """Tells what was measured after each epoch."""

    def __init__(self, metric: str, on_epoch: Callable[[EpochRecord], None]) -> None:
        super().__init__()
        self._metric = metric
        self.records: list[EpochRecord] = []
        self._on_epoch = on_epoch
        self._began = 0.0

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:  # noqa: ARG002
        """Look at the clock."""
        self._began = time.perf_counter()

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Record what was measured, and stop where the loss is no number."""
        measured = {name: float(value) for name, value in (logs or {}).items()}
        record = EpochRecord(
            epoch=epoch + 1,
            loss=measured["loss"],
            metric=measured[self._metric],
            val_loss=measured.get("val_loss"),
            val_metric=measured.get(f"val_{self._metric}"),
            seconds=time.perf_counter() - self._began,
        )
        if not np.isfinite(record.loss):
            raise SettingsError(
                f"The loss left all bounds in epoch {record.epoch}. "
                "Choose a smaller learning rate, or another scaling."
            )
        self.take(record)

    def take(self, record: EpochRecord) -> None:
        """Keep the record of an epoch, and tell it."""
        self.records.append(record)
        self._on_epoch(record)
