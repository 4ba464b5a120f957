"""A training described before it starts: shapes, numbers, time and memory. No TensorFlow here."""

from dataclasses import dataclass

from dashboard.data.memory import free_bytes
from dashboard.detection.counts.context import (
    CELLS_AN_EPOCH,
    CHANNELS,
    batch_size_for,
    reach_of,
)
from dashboard.detection.holdout import count_cells, count_windows
from dashboard.detection.models.kind import ModelKind
from dashboard.detection.models.plan import Plan
from dashboard.detection.partitions import count_first
from dashboard.detection.registry import model_kind
from dashboard.detection.selftest_plan import count_taking_part, steps_a_round, usual_rounds
from dashboard.detection.settings import TrainingSettings
from dashboard.detection.windows import window_starts
from dashboard.errors import SettingsError

# Measured with plain Keras 3.15 on 2 cores, 2,000 windows of 40 x 1, 100 units, batches of 32:
# 2.1 seconds an epoch. `python -m tests.benchmarks.plain_keras` measures it again.
SECONDS_PER_STEP = 160e-6  # one LSTM layer, one time step, one batch, however small
FLOPS_PER_SECOND = 45e9
START_SECONDS = 8.0  # importing TensorFlow and tracing the model
# Measured in processor seconds, 2,000 users x 40 days: 2.1 for `rhythms` or what `counts` expects,
# 0.4 for each of the three other baselines, 1.6 for the network of `counts`.
FORETOLD_SECONDS_PER_CELL = 26e-6
BASELINES_SECONDS_PER_CELL = FORETOLD_SECONDS_PER_CELL + 3 * 5.4e-6
CORRECTED_SECONDS_PER_CELL = 20e-6
BYTES_RESIDENT = 700_000_000  # a process with TensorFlow in it
# Measured with 12,500 users x 40 days at once, 1,326 MiB in all; of many times as many, part by part
BYTES_A_CELL_AT_ONCE = 1_100  # what is foretold of a cell that is learned from
BYTES_A_CELL = 12  # its count, and what holds for it while all are scored
BYTES_PER_NUMBER = 4
KEPT_PER_UNIT = 12  # numbers an LSTM keeps per unit and step for the way back


@dataclass(frozen=True)
class TrainingOutline:
    """What a training will do.

    each_cell: whether a window is what surrounds one cell; there are as many as cells then.
    steps_read, numbers_read: what the first layer is given of a window: time steps, and numbers at
    each. learned_users: those of all users that it learns from, and by
    whom the others are judged. windows_an_epoch: those that one epoch learns from. last_batch: windows in its last batch.
    epochs: at most, of both trainings where the strangest users are left out of a second one.
    updates: weight updates in all epochs.
    seconds, seconds_per_epoch, test_seconds, memory_bytes: estimates. test_seconds is what of
    `seconds` goes into the test on planted anomalies.
    """

    window: int
    stride: int
    features: int
    each_cell: bool
    steps_read: int
    numbers_read: int
    windows: int
    users: int
    learned_users: int
    training_windows: int
    held_out_windows: int
    windows_an_epoch: int
    batch_size: int
    batches_per_epoch: int
    last_batch: int
    epochs: int
    updates: int
    layers: Plan
    parameters: int
    seconds_per_epoch: float
    test_seconds: float
    seconds: float
    memory_bytes: int

    @property
    def input_shape(self) -> tuple[None, int, int]:
        """What goes in: (batch, time steps, features)."""
        return (None, self.steps_read, self.numbers_read)


def describe(panel_shape: tuple[int, int, int], settings: TrainingSettings) -> TrainingOutline:
    """Describe the training of a panel of (users, times, features), all of it observed.

    Raises SettingsError where the settings do not fit the data.
    """
    users, times, features = panel_shape
    kind = model_kind(settings.model)
    window, stride = kind.choose_window(users, times, settings)
    layers = kind.plan(settings, window, features)
    trainings = 2 if settings.drop_worst else 1
    epochs = settings.epochs * trainings if kind.is_trained else 0
    share, learned = settings.validation_share, count_first(users, times * features)
    if kind.each_cell:
        training, held_out = count_cells(learned, times, stride=stride, share=share)
        training, held_out = training * features, held_out * features
        windows, an_epoch = users * times * features, min(training, CELLS_AN_EPOCH)
        batch_size = batch_size_for(an_epoch, settings.batch_size)
        steps_read, numbers_read = reach_of(window), CHANNELS
    else:
        training, held_out = count_windows(
            learned, times, window=window, stride=stride, share=share
        )
        windows, an_epoch = users * len(window_starts(times, window, stride)), training
        batch_size = settings.batch_size
        steps_read, numbers_read = window, features
    batches = -(-an_epoch // batch_size)
    per_epoch = _seconds_per_epoch(layers, window, an_epoch, batches)
    once = _scoring_seconds(kind, learned * times * features, per_epoch)
    chosen = settings.model_copy(update={"window": window, "stride": stride})
    tested = (count_taking_part(panel_shape), times, features)
    rounds = usual_rounds(tested[0], steps_a_round(tested, chosen))
    baselines = tested[0] * times * features * BASELINES_SECONDS_PER_CELL
    test = (1 + rounds) * (once * tested[0] / learned + baselines)
    learning = START_SECONDS + per_epoch * epochs if kind.is_trained else 0
    return TrainingOutline(
        window=window,
        stride=stride,
        features=features,
        each_cell=kind.each_cell,
        steps_read=steps_read,
        numbers_read=numbers_read,
        windows=windows,
        users=users,
        learned_users=learned,
        training_windows=training,
        held_out_windows=held_out,
        windows_an_epoch=an_epoch,
        batch_size=batch_size,
        batches_per_epoch=batches,
        last_batch=an_epoch - (batches - 1) * batch_size,
        epochs=epochs,
        updates=batches * epochs,
        layers=layers,
        parameters=sum(layer.parameters for layer in layers),
        seconds_per_epoch=per_epoch,
        test_seconds=test,
        seconds=learning + once * users / learned + test,
        memory_bytes=_memory(layers, panel_shape, learned, batch_size),
    )


def check_fits(outline: TrainingOutline, most_bytes: int | None = None) -> None:
    """Raise SettingsError, with advice, where there is too little memory for a training.

    most_bytes: what a training may take; None: all that is free.
    """
    free = free_bytes()
    if outline.memory_bytes > free or (most_bytes and outline.memory_bytes > most_bytes):
        allowed = free if most_bytes is None else min(free, most_bytes)
        raise SettingsError(
            f"This training needs about {outline.memory_bytes / 1e9:.1f} GB of memory; "
            f"{allowed / 1e9:.1f} GB can be had. "
            "Choose fewer units, a smaller batch or a shorter window."
        )


def _seconds_per_epoch(layers: Plan, window: int, training: int, batches: int) -> float:
    recurrent = sum(layer.kind == "lstm" for layer in layers)
    parameters = sum(layer.parameters for layer in layers)
    flops = 6 * parameters * window * training  # multiply and add, forward once and back twice
    return batches * window * recurrent * SECONDS_PER_STEP + flops / FLOPS_PER_SECOND


def _scoring_seconds(kind: ModelKind, cells: int, per_epoch: float) -> float:
    """Return how long a model takes to say what it expects of all cells."""
    if kind.each_cell:
        return cells * (FORETOLD_SECONDS_PER_CELL + CORRECTED_SECONDS_PER_CELL)
    if kind.is_trained:
        return per_epoch / 3  # forward alone: a third of the way forward and back
    return cells * FORETOLD_SECONDS_PER_CELL  # at most


def _memory(layers: Plan, panel_shape: tuple[int, int, int], learned: int, batch_size: int) -> int:
    users, times, features = panel_shape
    cells = times * features * (learned * BYTES_A_CELL_AT_ONCE + users * BYTES_A_CELL)
    weights = 4 * sum(layer.parameters for layer in layers)  # values, gradients, Adam's two moments
    kept = sum(_numbers(layer.output_shape) * KEPT_PER_UNIT for layer in layers) * batch_size
    return BYTES_RESIDENT + BYTES_PER_NUMBER * (weights + kept) + cells


def _numbers(shape: tuple[int | None, ...]) -> int:
    product = 1
    for length in shape[1:]:
        product *= length or 1
    return product
