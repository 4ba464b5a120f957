"""What is measured after each epoch of a training."""

from dataclasses import dataclass


@dataclass(frozen=True)
class EpochRecord:
    """One epoch, counted from 1. Losses are on the model's scale; None without a held-out part.

    metric: the one that the settings name.
    """

    epoch: int
    loss: float
    metric: float
    val_loss: float | None
    val_metric: float | None
    seconds: float
