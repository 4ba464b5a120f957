"""Fitting a network to windows, and reconstructing windows with it. Imports TensorFlow."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from dashboard.detection.models.keras_layers import build  # first: it chooses Keras' backend

# isort: split
import keras
import numpy as np
import tensorflow as tf

from dashboard.detection.at_once import at_once
from dashboard.detection.history import EpochRecord
from dashboard.detection.models.epochs import OnEpoch, run_epochs
from dashboard.detection.models.updates import Measured, batches_of
from dashboard.detection.models.window_task import Forward, data_of, updates_of
from dashboard.detection.registry import model_kind
from dashboard.detection.settings import TrainingSettings
from dashboard.detection.windows import CellMean, Windows
from dashboard.errors import SettingsError

A_BATCH = 128  # windows reconstructed by one call
AT_ONCE = 8 * A_BATCH  # windows taken together, for as many processors as there are

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
    on_epoch: OnEpoch,
    checkpoint_file: Path | None = None,
) -> tuple[EpochRecord, ...]:
    """Train the network in place and return one record an epoch.

    With patience, training stops once the held-out loss (else the loss) has not improved for so
    many epochs, and the best weights are restored. Where `checkpoint_file` holds what an
    interrupted training of the same settings and data has left, it goes on from there.
    """
    number = len(material.training)
    batch_size = min(settings.batch_size, number)
    rates = [settings.learning_rate] * batches_of(number, batch_size)
    updates = updates_of(network, settings, batch_size, len(rates) * settings.epochs)
    lessons, held_out = (
        data_of(material.scaled, material.observed, windows)
        for windows in (material.training, material.held_out)
    )

    def learn(epoch: int) -> Measured:
        order = np.arange(number)
        if settings.shuffle:
            np.random.default_rng([settings.seed, epoch]).shuffle(order)
        return updates.epoch(lessons, order, rates, batch_size)

    def check() -> Measured:
        return updates.check(held_out, np.arange(len(material.held_out)), batch_size)

    return run_epochs(
        network,
        settings,
        learn,
        check if len(material.held_out) else None,
        on_epoch,
        checkpoint_file=checkpoint_file,
    )


def reconstruct(forward: Forward, scaled: np.ndarray, windows: Windows) -> np.ndarray:
    """Return what a network makes of each cell, (users, times, features), averaged over windows.

    NaN where no window was.
    """
    mean = CellMean(scaled.shape)
    # one shape for all batches: another would be compiled anew
    size = min(A_BATCH, len(windows))

    def made_of(batch: Windows) -> np.ndarray:
        padding = ((0, size - len(batch)), (0, 0), (0, 0))
        return forward(np.pad(batch.take(scaled), padding)).numpy()[: len(batch)]

    for first in range(0, len(windows), AT_ONCE):
        part = windows[slice(first, first + AT_ONCE)]
        batches = [part[slice(at, at + size)] for at in range(0, len(part), size)]
        mean.add(part, np.concatenate(at_once(partial(made_of, batch) for batch in batches)))
    return mean.mean()


def load_network(path: Path) -> keras.Model:
    """Load a saved network for scoring. Raises SettingsError where it cannot be loaded safely."""
    try:
        return keras.saving.load_model(path, compile=False, safe_mode=True)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise SettingsError(
            f"{path} cannot be loaded as a Keras model. Train it again with `analyse`."
        ) from error
