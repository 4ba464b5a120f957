"""What a self-test found: how many planted anomalies an alert budget would show, model by model."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from dashboard.detection.bootstrap import LEAST_USERS, Estimate, draw_weights, from_draws

SORT = ["kind", "size", "length"]
COLUMNS = ["model", *SORT, "user_index", "time_index", "score", "rank", "copied"]


@dataclass(frozen=True)
class SelfTest:
    """What became of anomalies planted into a run's own panel.

    found: one row for each planted anomaly and model: model, kind, size (NaN where it has none),
        length (steps), user_index, time_index of the first step;
        score: the highest of its cells; rank: the place that this score would take among the
        run's own users, 1 for the first, so that a budget of k users shows it where rank <= k;
        copied: the share of the planted change that the model's expectation follows: 1 where it
        copies its input, 0 where it is not led at all.
    users: how many users took part; fewer than the panel has where these are very many.
    """

    found: pd.DataFrame
    users: int


@dataclass(frozen=True)
class Caught:
    """How many of one sort were planted, and how many each model would show."""

    kind: str
    size: float | None
    length: int
    planted: int
    caught: dict[str, int]


@dataclass(frozen=True)
class Comparison:
    """A model beside the best of the others, over all planted anomalies, at one alert budget.

    rival: the other model that shows most, None where there is no other.
    difference: of the shares caught, model less rival, with its 95% interval.
    """

    model: str
    rival: str | None
    planted: int
    caught: dict[str, int]
    difference: Estimate


def caught_by_sort(found: pd.DataFrame, budget: int) -> list[Caught]:
    """Return each sort that was planted, in the order of planting; models in the table's order."""
    shown = found.assign(shown=found["rank"] <= budget)
    rows = []
    for (kind, size, length), part in shown.groupby(SORT, sort=False, dropna=False):
        by_model = part.groupby("model", sort=False)["shown"]
        planted = int(by_model.size().iloc[0])
        caught = {str(model): int(number) for model, number in by_model.sum().items()}
        rows.append(Caught(kind, None if np.isnan(size) else size, int(length), planted, caught))
    return rows


def compare(found: pd.DataFrame, model: str, budget: int, seed: int = 0) -> Comparison:
    """Compare a model with the best of the others, drawing users again for the interval."""
    shown = found.assign(shown=found["rank"] <= budget).groupby("model", sort=False)["shown"]
    caught = {str(name): int(number) for name, number in shown.sum().items()}
    rivals = {name: number for name, number in caught.items() if name != model}
    rival = max(rivals, key=rivals.__getitem__) if rivals else None
    own = found[found["model"] == model]
    nothing = Estimate(np.nan, np.nan, np.nan)
    return Comparison(
        model=model,
        rival=rival,
        planted=len(own),
        caught=caught,
        difference=nothing
        if rival is None
        else _difference(own, found[found["model"] == rival], budget, seed),
    )


def copied_share(found: pd.DataFrame, model: str) -> float:
    """Return how much of a planted change a model copies in the middle case; NaN without any."""
    return float(found.loc[found["model"] == model, "copied"].median())


def caught_share(found: pd.DataFrame, model: str, budget: int) -> float:
    """Return the share of all planted anomalies that a model would show; NaN without any."""
    return float((found.loc[found["model"] == model, "rank"] <= budget).mean())


def _difference(own: pd.DataFrame, other: pd.DataFrame, budget: int, seed: int) -> Estimate:
    """Both tables list the same planted anomalies in the same order.

    With one user there are no users to draw again: the anomalies are, planted one at a time.
    """
    more = (own["rank"] <= budget).to_numpy(int) - (other["rank"] <= budget).to_numpy(int)
    carrier = np.unique(own["user_index"].to_numpy(), return_inverse=True)[1]
    if carrier.max() + 1 < LEAST_USERS:
        carrier = np.arange(len(own))
    gained, planted = np.bincount(carrier, more), np.bincount(carrier)
    weights = draw_weights(len(planted), seed)
    return from_draws(float(more.mean()), (weights @ gained) / (weights @ planted))
