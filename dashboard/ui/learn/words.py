"""What the Learn page says of numbers and layers, in plain words. No screen here."""

from dashboard.charts.drawing import format_shape
from dashboard.charts.format import format_number_of
from dashboard.data.panel import Frequency
from dashboard.detection.models.plan import LayerPlan
from dashboard.detection.outline import TrainingOutline


def counts_sentence(panel_shape: tuple[int, int, int], frequency: Frequency) -> str:
    """Return what the data is: `2,000 users of 40 days, 1 count a day`."""
    users, times, features = panel_shape
    article = "an" if frequency is Frequency.HOUR else "a"
    who = "one series" if users == 1 else format_number_of(users, "user")
    return (
        f"{who} of {format_number_of(times, frequency.value)}, "
        f"{format_number_of(features, 'count')} {article} {frequency.value}"
    )


def batches_sentence(outline: TrainingOutline) -> str:
    """Return how an epoch goes: `63 batches of 32, the last of 16`."""
    size = min(outline.batch_size, outline.windows_an_epoch)
    number = outline.batches_per_epoch
    if number == 1:
        return f"1 batch of {size:,}"
    last = f", the last of {outline.last_batch:,}" if outline.last_batch < size else ""
    return f"{number:,} batches of {size:,}{last}"


def shapes_sentence(outline: TrainingOutline) -> str:
    """Return the tensors of one batch in order: `(32, 40, 1) → (32, 100) → ...`."""
    batch = min(outline.batch_size, outline.windows_an_epoch)
    shapes = [outline.input_shape, *(layer.output_shape for layer in outline.layers)]
    return " → ".join(format_shape(shape, batch) for shape in shapes)


def layer_lesson(layer: LayerPlan, inputs: int, steps: int, *, decodes: bool) -> str:
    """Return what one layer does, and why it has so many parameters. decodes: it follows a repeat.

    inputs: how many numbers it is given at each step.
    """
    said = {
        "lstm": _lstm,
        "repeat": _repeat,
        "output": _output,
    }[layer.kind]
    return said(layer, inputs, steps, decodes)


def _lstm(layer: LayerPlan, inputs: int, steps: int, decodes: bool) -> str:
    units = format_number_of(layer.size, "unit")
    return (
        f"An LSTM reads the window step by step and carries {format_number_of(layer.size, 'hidden unit')} "
        f"along: its state, and a cell state of the same size. {_hands_on(layer, steps, decodes)}\n\n"
        f"Parameters: 4 x {units} x ({format_number_of(inputs, 'input')} + {units} + 1 bias) = "
        f"**{layer.parameters:,}**, for three gates and a candidate. The number of steps is not in it: "
        "every step uses the same weights."
    )


def _hands_on(layer: LayerPlan, steps: int, decodes: bool) -> str:
    if not layer.returns_sequences:
        return (
            "**`return_sequences=False`**: it hands on its state after the *last* step alone, the "
            f"whole window in {format_number_of(layer.size, 'number')}. That is the bottleneck."
        )
    every = (
        f"**`return_sequences=True`**: it hands on its state after *every* one of the {steps} steps"
    )
    if decodes:
        return (
            f"{every}. It is given the same numbers at each, yet makes different ones: its state "
            "tells it how far it has come."
        )
    return f"{every}, so what is particular to a step can pass straight through."


def _repeat(layer: LayerPlan, inputs: int, steps: int, decodes: bool) -> str:
    del steps, decodes
    return (
        f"**`RepeatVector({layer.size})`** copies the vector of {inputs} once for each of the "
        f"{layer.size} steps that are to be written. Each row has one colour throughout: constant in "
        "time. The next LSTM needs a sequence to read, and this is the plainest one.\n\n"
        "Parameters: **none**. It learns nothing."
    )


def _output(layer: LayerPlan, inputs: int, steps: int, decodes: bool) -> str:
    del decodes
    return (
        f"**`TimeDistributed(Dense({layer.size}))`** is one small layer, used anew at each of the "
        f"{steps} steps: {format_number_of(inputs, 'number')} in, "
        f"{format_number_of(layer.size, 'count')} out. `tanh` keeps them within [-1, 1], where the "
        "scaled counts are. What comes out has the shape of what went in: the reconstruction.\n\n"
        f"Parameters: {format_number_of(layer.size, 'output')} x ({format_number_of(inputs, 'input')} + 1 bias) = "
        f"**{layer.parameters:,}**."
    )
