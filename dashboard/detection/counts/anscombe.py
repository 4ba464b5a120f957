"""The scale on which chance moves all counts alike (Anscombe, Biometrika 35, 1948), and back."""

import numpy as np


def anscombe(counts: np.ndarray) -> np.ndarray:
    """Return counts on the scale where chance has a variance of about 1."""
    return 2 * np.sqrt(counts + 3 / 8)


def counts_of(stabilised: np.ndarray) -> np.ndarray:
    """Return what `anscombe` made as counts again, never below 0."""
    return np.maximum(np.square(np.maximum(stabilised, 0) / 2) - 3 / 8, 0)
