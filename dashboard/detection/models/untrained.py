"""One window on its way through a planned model before it has learned anything. No TensorFlow here.

The weights are drawn as Keras draws those of a new layer: inputs by Glorot and Bengio (2010),
an LSTM's own state by a random orthogonal matrix, and its forget gate open (a bias of 1).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dashboard.detection.models.plan import LayerPlan, Plan

ACTIVATIONS = {
    "tanh": np.tanh,
    "linear": lambda values: values,
    "sigmoid": lambda values: 1 / (1 + np.exp(-values)),
}
GATES = 4  # input, forget, candidate, output: the order in which Keras keeps them


@dataclass(frozen=True)
class Weights:
    """What one layer knows. kernel: (inputs, outputs); recurrent: (units, 4 x units), of an LSTM."""

    kernel: np.ndarray
    bias: np.ndarray
    recurrent: np.ndarray | None = None

    def arrays(self) -> list[np.ndarray]:
        """Return them in the order of Keras' `get_weights`."""
        return [part for part in (self.kernel, self.recurrent, self.bias) if part is not None]


def draw_weights(plan: Plan, features: int, seed: int = 0) -> list[Weights | None]:
    """Draw new weights for the layers of a classic model; None for a layer that has none."""
    random = np.random.default_rng(seed)
    inputs, drawn = features, []
    for layer in plan:
        drawn.append(_draw(layer, inputs, random))
        inputs = layer.output_shape[-1]
    return drawn


def pass_through(
    plan: Plan, weights: Sequence[Weights | None], window: np.ndarray, activation: str = "tanh"
) -> list[np.ndarray]:
    """Return what comes out of each layer for one window of (steps, features).

    Each is (steps, numbers), or (numbers,) where a layer keeps nothing of the steps but a summary.
    """
    made, values = [], np.asarray(window, dtype=np.float64)
    for layer, known in zip(plan, weights, strict=True):
        values = _apply(layer, known, values, activation)
        made.append(values)
    return made


def _draw(layer: LayerPlan, inputs: int, random: np.random.Generator) -> Weights | None:
    if layer.kind == "lstm":
        units = layer.size
        bias = np.zeros(GATES * units)
        bias[units : 2 * units] = 1.0
        return Weights(
            _glorot(inputs, GATES * units, random), bias, _orthogonal(units, GATES * units, random)
        )
    if layer.kind == "output":
        return Weights(_glorot(inputs, layer.size, random), np.zeros(layer.size))
    return None


def _apply(
    layer: LayerPlan, weights: Weights | None, values: np.ndarray, activation: str
) -> np.ndarray:
    if layer.kind == "lstm":
        states = _read(weights, values)
        return states if layer.returns_sequences else states[-1]
    if layer.kind == "repeat":
        return np.tile(values, (layer.size, 1))
    if layer.kind == "output":
        return ACTIVATIONS[activation](values @ weights.kernel + weights.bias)
    return values  # a dropout does nothing outside of training


def _read(weights: Weights, values: np.ndarray) -> np.ndarray:
    """Return an LSTM's state after each step, (steps, units). Hochreiter and Schmidhuber (1997)."""
    units = len(weights.recurrent)
    state = carry = np.zeros(units)
    states = np.empty((len(values), units))
    from_inputs = values @ weights.kernel + weights.bias
    sigmoid = ACTIVATIONS["sigmoid"]
    for step, given in enumerate(from_inputs):
        let_in, keep, candidate, let_out = np.split(given + state @ weights.recurrent, GATES)
        carry = sigmoid(keep) * carry + sigmoid(let_in) * np.tanh(candidate)
        state = sigmoid(let_out) * np.tanh(carry)
        states[step] = state
    return states


def _glorot(inputs: int, outputs: int, random: np.random.Generator) -> np.ndarray:
    limit = np.sqrt(6 / (inputs + outputs))
    return random.uniform(-limit, limit, (inputs, outputs))


def _orthogonal(rows: int, columns: int, random: np.random.Generator) -> np.ndarray:
    """Return a matrix, wider than high, whose rows are at right angles and of length 1."""
    turned, upper = np.linalg.qr(random.standard_normal((columns, rows)))
    return (turned * np.sign(np.diag(upper))).T
