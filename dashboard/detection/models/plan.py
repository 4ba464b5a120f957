"""A model described by its layers: enough to draw it, count it and build it."""

from dataclasses import dataclass
from typing import Literal

Shape = tuple[int | None, ...]  # None is the batch


@dataclass(frozen=True)
class LayerPlan:
    """One layer. `size` is its units, repeats, or features; `rate` is that of a dropout."""

    kind: Literal["lstm", "repeat", "dropout", "dense", "output"]
    title: str
    output_shape: Shape
    parameters: int
    explanation: str
    size: int = 0
    returns_sequences: bool = True
    rate: float = 0.0


Plan = tuple[LayerPlan, ...]


def lstm(units: int, inputs: int, steps: int, *, returns_sequences: bool) -> LayerPlan:
    """Plan an LSTM: four gates, each with weights for its inputs, its own state and a bias."""
    if returns_sequences:
        explanation = (
            f"Reads the {steps} steps one after another and gives {units} numbers at each of them."
        )
    else:
        explanation = (
            f"Reads the {steps} steps one after another and keeps {units} numbers at the end: "
            "all that it may remember of the window."
        )
    return LayerPlan(
        kind="lstm",
        title=f"LSTM({units}, return_sequences={returns_sequences})",
        output_shape=(None, steps, units) if returns_sequences else (None, units),
        parameters=4 * units * (inputs + units + 1),
        explanation=explanation,
        size=units,
        returns_sequences=returns_sequences,
    )


def repeat(steps: int, units: int) -> LayerPlan:
    """Plan a RepeatVector."""
    return LayerPlan(
        kind="repeat",
        title=f"RepeatVector({steps})",
        output_shape=(None, steps, units),
        parameters=0,
        explanation=f"Hands the same {units} numbers to each of the {steps} steps of the decoder.",
        size=steps,
    )


def dropout(rate: float, shape: Shape) -> LayerPlan:
    """Plan a Dropout, which keeps the shape."""
    return LayerPlan(
        kind="dropout",
        title=f"Dropout({rate:g})",
        output_shape=shape,
        parameters=0,
        explanation=f"While training, blanks {rate:.0%} of the numbers at random; else does nothing.",
        rate=rate,
    )


def output(features: int, inputs: int, steps: int, activation: str) -> LayerPlan:
    """Plan the output: the same Dense layer at every step."""
    what = "the reconstructed count" if features == 1 else f"the {features} reconstructed counts"
    return LayerPlan(
        kind="output",
        title=f"TimeDistributed(Dense({features}, {activation}))",
        output_shape=(None, steps, features),
        parameters=features * (inputs + 1),
        explanation=f"Turns the {inputs} numbers of each step into {what}, on the model's scale.",
        size=features,
    )


def lstm_stack(
    units: tuple[int, ...], inputs: int, steps: int, rate: float, *, last_returns_sequences: bool
) -> Plan:
    """Plan LSTMs one upon another, each followed by a Dropout where the rate is above 0."""
    layers: list[LayerPlan] = []
    for position, size in enumerate(units):
        sequences = last_returns_sequences or position < len(units) - 1
        layers.append(lstm(size, inputs, steps, returns_sequences=sequences))
        if rate > 0:
            layers.append(dropout(rate, layers[-1].output_shape))
        inputs = size
    return tuple(layers)
