"""What costs a process some seconds once, done before there is anything to train. Imports TensorFlow."""

import numpy as np
import pandas as pd

from dashboard.data.panel import Frequency, Panel
from dashboard.detection.choices import make_settings
from dashboard.detection.models import counts_training
from dashboard.detection.pipeline import analyse
from dashboard.detection.registry import DEFAULT_MODEL

USERS, DAYS = 320, 28  # cells enough for one full batch of those that are corrected together


def warm_up() -> None:
    """Analyse made-up counts by the default model, and keep its networks for the next that is like one.

    The functions that TensorFlow has traced for them by then serve the next one: those of a short training,
    for which nothing is compiled, and those of a long one, which ends early for there is nothing to learn.
    """
    random = np.random.default_rng(0)
    counts = random.poisson(random.gamma(0.5, 20, (USERS, 1, 1)), (USERS, DAYS, 1))
    panel = Panel(
        values=counts.astype(np.float32),
        observed=np.ones((USERS, DAYS), dtype=bool),
        users=tuple(map(str, range(USERS))),
        times=pd.date_range("2024-01-01", periods=DAYS, freq="D"),
        features=("count",),
        frequency=Frequency.DAY,
    )
    for epochs in (1, counts_training.WORTH_COMPILING):
        analysis = analyse(panel, make_settings(model=DEFAULT_MODEL, epochs=epochs))
        counts_training.hand_on(analysis.trained.model.updates, analysis.settings)
