"""A model drawn as its layers, with the shape of the tensor that passes between them."""

import math
from collections.abc import Sequence
from html import escape
from typing import Protocol

_STYLE = """
<style>
.model-drawing{display:flex;flex-wrap:wrap;align-items:center;gap:.75rem 0;list-style:none;
 margin:0;padding:0;color:inherit;font-size:.875rem;line-height:1.35}
.model-drawing li{display:flex;align-items:center;flex:1 1 15.5rem;max-width:24rem;margin:0;padding:0}
.model-drawing li:last-child{flex:0 1 auto}
.model-drawing .tensor{display:flex;flex-direction:column;align-items:center;gap:.25rem;
 padding:0 .5rem;white-space:nowrap;font-variant-numeric:tabular-nums;font-size:.8125rem}
.model-drawing .block{background:#4c8ff0;opacity:.75;border-radius:2px}
.model-drawing .arrow{opacity:.65;line-height:1}
.model-drawing li:last-child .arrow{display:none}
.model-drawing .layer{border:1.5px solid currentColor;border-radius:.5rem;padding:.5rem .75rem;
 flex:1 1 auto;overflow-wrap:anywhere}
.model-drawing .layer.at{border-color:#4c8ff0;box-shadow:inset 0 0 0 1.5px #4c8ff0}
.model-drawing .layer b{display:block;font-weight:600}
.model-drawing .layer small{display:block;font-size:.8125rem;opacity:.8}
@media (max-width:640px){
 .model-drawing,.model-drawing li{flex-direction:column;align-items:stretch;max-width:none;gap:.5rem}
 .model-drawing li,.model-drawing li:last-child{flex:none}
 .model-drawing .layer{text-align:center}
 .model-drawing .arrow{transform:rotate(90deg)}
}
</style>
"""
_LONG, _SHORT, _FLAT, _STEP = 36, 6, 5, 4  # pixels of a block


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
    layers: Sequence[Layer],
    input_shape: tuple[int | None, ...] | None = None,
    batch: int = 32,
    at: int | None = None,
) -> str:
    """Return the layers in order as HTML: boxes joined by the tensors that pass between them.

    input_shape: (batch, time steps, features); None: not drawn, or the plan's own input layer.
    batch: what stands for None in a shape. at: the place, from 0, of a layer to mark. Text has the colour of the text around it. The block of
    a tensor is long where it has time steps, and higher the more numbers it has at each.
    """
    shapes = [input_shape, *(layer.output_shape for layer in layers)]
    tensors = ["" if shape is None else _tensor(shape, batch) for shape in shapes]
    boxes = [*(_box(layer, marked=place == at) for place, layer in enumerate(layers)), ""]
    body = "".join(f"<li>{tensor}{box}</li>" for tensor, box in zip(tensors, boxes, strict=True))
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


def _tensor(shape: tuple[int | None, ...], batch: int) -> str:
    width = _LONG if len(shape) == 3 else _SHORT  # noqa: PLR2004 - with time steps
    height = round(_FLAT + _STEP * math.log2(max(1, shape[-1] or 1)))
    return (
        f'<div class="tensor"><span class="block" aria-hidden="true" '
        f'style="width:{width}px;height:{height}px"></span>{format_shape(shape, batch)}'
        '<span class="arrow" aria-hidden="true">→</span></div>'
    )


def _box(layer: Layer, *, marked: bool) -> str:
    count = f"{layer.parameters:,} parameters" if layer.parameters else "no parameters"
    mark = ' at" aria-current="step' if marked else ""
    return (
        f'<div class="layer{mark}"><b>{escape(layer.title)}</b><small>{count}</small>'
        f"<small>{escape(layer.explanation)}</small></div>"
    )
