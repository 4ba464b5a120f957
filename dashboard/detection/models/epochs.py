"""The epochs of a training: learned from, checked, told of, and ended in time."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np

from dashboard.detection.history import EpochRecord
from dashboard.detection.models.checkpoint import (
    BestSoFar,
    Saved,
    read_checkpoint,
    write_checkpoint,
)
from dashboard.detection.models.updates import Measured
from dashboard.detection.settings import TrainingSettings
from dashboard.errors import SettingsError

OnEpoch = Callable[[EpochRecord], None]


def run_epochs(
    network: keras.Model,
    settings: TrainingSettings,
    learn: Callable[[int], Measured],
    check: Callable[[], Measured] | None,
    on_epoch: OnEpoch,
    *,
    checkpoint_file: Path | None,
    is_enough: Callable[[EpochRecord], bool] = lambda _: False,
) -> tuple[EpochRecord, ...]:
    """Train the network in place and return one record an epoch.

    learn: goes through the epoch of that number, counted from 0. check: measures the held-out part.
    is_enough: whether to end after an epoch. With patience, training also ends once the held-out
    loss (else the loss) has not improved for so many epochs, and the best weights are restored.
    checkpoint_file: where all that the next epoch depends on is kept after each; training goes on from
    what is there. Raises SettingsError where the loss is no number.
    """
    saved = read_checkpoint(checkpoint_file)
    best = _Best(network, settings.patience)
    records: list[EpochRecord] = []
    if saved:
        saved.put_back(network)
        best.put_back(saved)
        for record in saved.records:
            records.append(record)
            on_epoch(record)
    for epoch in range(settings.epochs if saved and saved.ended else len(records), settings.epochs):
        record = _go_through(epoch, learn, check)
        records.append(record)
        on_epoch(record)
        is_last = best.is_past(record) or is_enough(record) or epoch + 1 == settings.epochs
        write_checkpoint(checkpoint_file, network, tuple(records), best.figures, ended=is_last)
        if is_last:
            break
    best.restore()
    return tuple(records)


def _go_through(
    epoch: int, learn: Callable[[int], Measured], check: Callable[[], Measured] | None
) -> EpochRecord:
    began = time.perf_counter()
    learned = learn(epoch)
    checked = check() if check else None
    record = EpochRecord(
        epoch=epoch + 1,
        loss=learned.loss,
        metric=learned.metric,
        val_loss=checked.loss if checked else None,
        val_metric=checked.metric if checked else None,
        seconds=time.perf_counter() - began,
    )
    if not np.isfinite(record.loss):
        raise SettingsError(
            f"The loss left all bounds in epoch {record.epoch}. "
            "Choose a smaller learning rate, or another scaling."
        )
    return record


class _Best:
    """The weights after the epoch with the lowest loss. patience: epochs without a lower one; 0: all."""

    def __init__(self, network: keras.Model, patience: int) -> None:
        self._network, self._patience = network, patience
        self.figures = BestSoFar()

    def put_back(self, saved: Saved) -> None:
        """Go on from what was kept."""
        self.figures = saved.best

    def is_past(self, record: EpochRecord) -> bool:
        """Look at an epoch; return whether patience is at its end."""
        if not self._patience:
            return False
        loss = record.loss if record.val_loss is None else record.val_loss
        if not self.figures.weights or loss < self.figures.loss:
            self.figures = BestSoFar(loss, 0, tuple(self._network.get_weights()))
        else:
            self.figures = replace(self.figures, waited=self.figures.waited + 1)
        return self.figures.waited >= self._patience

    def restore(self) -> None:
        """Give the network its best weights back."""
        if self.figures.weights:
            self._network.set_weights(list(self.figures.weights))
