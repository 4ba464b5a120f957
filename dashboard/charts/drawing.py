"""A model drawn as its layers, with the shape of the tensor that passes between them."""

from collections.abc import Sequence
from html import escape
from typing import Protocol

_STYLE = """
<style>
.model-drawing{display:flex;flex-wrap:wrap;align-items:stretch;gap:.5rem 0;list-style:none;
 margin:0;padding:0;color:inherit;font-size:.875rem;line-height:1.35}
.model-drawing li{display:flex;align-items:center;margin:0;padding:0}
.model-drawing .shape{font-variant-numeric:tabular-nums;white-space:nowrap;padding:.15rem .5rem;
 border-radius:999px;border:1px dashed currentColor;font-size:.8125rem}
.model-drawing .arrow{padding:0 .35rem;opacity:.65}
.model-drawing .layer{border:1.5px solid currentColor;border-radius:.5rem;padding:.5rem .75rem;
 max-width:17rem;overflow-wrap:anywhere}
.model-drawing .layer b{display:block;font-weight:600}
.model-drawing .layer small{display:block;font-size:.8125rem;opacity:.8}
@media (max-width:640px){
 .model-drawing{flex-direction:column;align-items:stretch;gap:0}
 .model-drawing li{flex-direction:column}
 .model-drawing .layer{max-width:none;width:100%;box-sizing:border-box;text-align:center}
 .model-drawing .arrow{transform:rotate(90deg);padding:.2rem 0}
}
</style>
"""


class Layer(Protocol):
    """What a drawing needs of one layer. A None in a shape is the batch."""

    @property
    def title(self) -> str: ...  # noqa: D102
    @property
    def output_shape(self) -> tuple[int | None, ...]: ...  # noqa: D102
    @property
    def parameters(self) -> int: ...  # noqa: D102
    @property
    def explanation(self) -> str: ...  # noqa: D102


def model_drawing(
    layers: Sequence[Layer], input_shape: tuple[int | None, ...] | None = None, batch: int = 32
) -> str:
    """Return the layers in order as HTML: boxes joined by the shapes that pass between them.

    input_shape: (batch, time steps, features); None: not drawn, or the plan's own input layer.
    batch: what stands for None in a shape. Colours are those of the text around it.
    """
    items = [] if input_shape is None else [_shape(input_shape, batch, "Input")]
    for layer in layers:
        items.append(_box(layer))
        items.append(_shape(layer.output_shape, batch))
    arrow = '<span class="arrow" aria-hidden="true">→</span>'
    body = "".join(
        f"<li>{arrow if position else ''}{item}</li>" for position, item in enumerate(items)
    )
    return (
        f'{_STYLE}<ol class="model-drawing" aria-label="{escape(drawing_text(layers))}">{body}</ol>'
    )


def drawing_text(layers: Sequence[Layer]) -> str:
    """Return the text alternative of a drawing: the layers in order, and their parameters."""
    names = ", then ".join(layer.title for layer in layers)
    total = sum(layer.parameters for layer in layers)
    return f"The model's {len(layers)} layers: {names}; {total:,} parameters."


def format_shape(shape: tuple[int | None, ...], batch: int = 32) -> str:
    """Return a tensor's shape: `(32, 40, 1)`; `batch` stands for None."""
    return "(" + ", ".join(f"{batch if size is None else size:,}" for size in shape) + ")"


def _shape(shape: tuple[int | None, ...], batch: int, what: str = "") -> str:
    label = f"{what} " if what else ""
    return f'<span class="shape">{label}{format_shape(shape, batch)}</span>'


def _box(layer: Layer) -> str:
    count = f"{layer.parameters:,} parameters" if layer.parameters else "no parameters"
    return (
        f'<div class="layer"><b>{escape(layer.title)}</b><small>{count}</small>'
        f"<small>{escape(layer.explanation)}</small></div>"
    )
