"""Ticks on an axis of time steps, which are counted from 1."""

_STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 50_000)
_MOST = 8
_APART = 0.7  # of the usual distance: nearer to an end, a tick would crowd it


def step_ticks(last: int, first: int = 1) -> dict[str, object]:
    """Return axis settings with ticks at the first, the last, and round steps between them."""
    every = next((step for step in _STEPS if (last - first) / step <= _MOST), last)
    round_steps = range(-(-first // every) * every, last + 1, every)
    inner = [step for step in round_steps if min(step - first, last - step) > _APART * every]
    places = sorted({first, *inner, last})
    return {
        "tickmode": "array",
        "tickvals": places,
        "ticktext": [f"{step:,}" for step in places],
    }
