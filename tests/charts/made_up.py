"""Made-up results that look like real ones, with names as hostile as names can be."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from dashboard.data.panel import Frequency, Panel
from dashboard.detection.caught import Caught, SelfTest
from dashboard.detection.settings import TrainingSettings
from dashboard.detection.thresholds import Threshold
from dashboard.runs.bands import Bands
from dashboard.runs.day_view import DayView
from dashboard.runs.manifest import Dataset, RunManifest, Timings
from dashboard.runs.peer_view import Peers
from dashboard.runs.views import Counts, Grid, Histogram, Query, UserView, View

HOSTILE = (
    "<script>alert(1)</script>",
    '<a href="https://evil.example">click</a>',
    "<b>bold</b> & co",
    "=1+1",
    "%{x} %{customdata[0]}",
    "a very long name indeed " * 8,
    "007",
    "turned \u202egnp.exe",
    "",
    "Zoë 🙂",
    "two\nlines",
)


@dataclass(frozen=True)
class Epoch:
    epoch: int
    loss: float
    val_loss: float | None = None
    metric: float = 0.0
    val_metric: float | None = None
    seconds: float = 1.0


CAUGHT = [
    Caught("spike", 3.0, 1, 100, {"net": 94, "pca": 60}),
    Caught("slump", 10 / 3, 5, 80, {"net": 8, "pca": 12}),
    Caught("silence", None, 2, 100, {"net": 12, "pca": 0}),
]


@dataclass(frozen=True)
class Layer:
    kind: str
    title: str
    output_shape: tuple[int | None, ...]
    parameters: int
    explanation: str


LAYERS = (
    Layer("lstm", "LSTM, 100 units", (None, 100), 40_800, "Reads the window into 100 numbers."),
    Layer("repeat", "Repeat 40 times", (None, 40, 100), 0, "Hands the summary to every step."),
    Layer("lstm", "LSTM, 100 units", (None, 40, 100), 80_400, "Writes the window anew."),
    Layer("dense", "Dense, 1 unit, tanh", (None, 40, 1), 101, "Turns each step into counts."),
)
HISTORY = [Epoch(n, 0.05 / n + 0.004, 0.055 / n + 0.006) for n in range(1, 31)]


def make_panel(users: int = 30, days: int = 40, features: int = 1, seed: int = 0) -> Panel:
    """A panel with weekdays, rates over two orders of magnitude and one late user."""
    random = np.random.default_rng(seed)
    times = pd.date_range("2024-02-01", periods=days, freq="D")
    rates = 10 ** random.uniform(0, 2.3, users)
    week = np.where(times.dayofweek < 5, 1.0, 0.45)
    means = rates[:, None, None] * week[None, :, None] * np.ones(features)
    values = random.poisson(means).astype(np.float32)
    observed = np.ones((users, days), bool)
    observed[-1, : days // 4] = False
    values[~observed] = 0
    names = [*HOSTILE, *(f"user-{n:04d}" for n in range(users))][:users]
    kinds = ("clicks", "page views", "<i>searches</i>")[:features]
    return Panel(values, observed, tuple(names), times, kinds, Frequency.DAY)


def make_view(users: int = 30, days: int = 40, level: float = 4.0, seed: int = 0) -> View:
    """A view as a run would give it: the strangest user first."""
    panel = make_panel(users, days, seed=seed)
    actual = panel.values[:, :, 0].copy()
    random = np.random.default_rng(seed + 1)
    for _ in range(max(2, users // 3)):
        row, column = random.integers(users), random.integers(days)
        actual[row, column] = actual[row, column] * 4 + 15
    expected = np.where(panel.observed, np.median(actual, axis=1)[:, None], np.nan)
    expected = expected * np.where(panel.times.dayofweek < 5, 1.05, 0.45)
    actual = np.where(panel.observed, actual, np.nan)
    score = np.abs(2 * np.sqrt(actual + 0.375) - 2 * np.sqrt(expected + 0.375))
    error = ((actual - expected) / np.nanmax(actual)) ** 2
    order = np.argsort(-np.nanmax(score, axis=1))
    actual, expected, score, error = actual[order], expected[order], score[order], error[order]
    anomaly = np.nan_to_num(score, nan=-1) >= level
    names = tuple(panel.users[row] for row in order)
    return View(
        query=Query(),
        level=level,
        users=pd.DataFrame(
            {
                "rank": np.arange(1, users + 1),
                "user_index": order,
                "user": names,
                "error": np.nanmean(error, axis=1),
                "score": np.nanmax(score, axis=1),
                "p_value": np.exp(-np.nanmax(score, axis=1)),
                "anomalous_times": anomaly.sum(axis=1),
                "volume": np.nansum(actual, axis=1),
            }
        ),
        days=pd.DataFrame(
            {
                "time": panel.times,
                "error": np.nanmean(error, axis=0),
                "score": np.nanmax(score, axis=0),
                "p_value": np.exp(-np.nanmax(score, axis=0)),
                "anomalous_users": anomaly.sum(axis=0),
                "actual": np.nansum(actual, axis=0),
                "expected": np.nansum(expected, axis=0),
            }
        ),
        grid=Grid(
            names, order, panel.times, score, actual, expected, anomaly, np.zeros(score.shape, int)
        ),
        histogram=_histogram(score),
        counts=Counts(
            users, users, 0, int(anomaly.any(axis=1).sum()), int(anomaly.sum()), score.size
        ),
    )


def make_user(view: View, row: int = 0, features: tuple[str, ...] = ("clicks",)) -> UserView:
    """The story of the user in that row of a view."""
    grid = view.grid
    one = view.users.iloc[row]
    series = pd.concat(
        pd.DataFrame(
            {
                "time": grid.times,
                "feature": feature,
                "actual": grid.actual[row] * factor,
                "expected": grid.expected[row] * factor,
                "low": np.floor(grid.expected[row] * factor * 0.7),
                "high": np.ceil(grid.expected[row] * factor * 1.4),
                "error": (grid.actual[row] - grid.expected[row]) ** 2 / 1e4,
                "score": grid.score[row] / factor,
                "p_value": np.exp(-grid.score[row]),
                "anomaly": grid.anomaly[row] & (factor == 1),
                "observed": np.isfinite(grid.actual[row]),
            }
        )
        for factor, feature in enumerate(features, start=1)
    )
    return UserView(
        one["user"],
        int(one["user_index"]),
        view.level,
        int(one["rank"]),
        float(one["error"]),
        float(one["score"]),
        float(one["p_value"]),
        int(one["anomalous_times"]),
        float(one["volume"]),
        series,
    )


def make_peers(view: View, row: int = 0) -> Peers:
    """Users like the one in that row of a view: the next three of them."""
    grid = view.grid
    rows = [(row + step) % len(grid.users) for step in (1, 2, 3)]
    low, middle, high = (
        grid.expected[row][:, None] * np.array([factor, factor]) for factor in (0.7, 1, 1.3)
    )
    return Peers(
        users=tuple((int(grid.user_index[one]), grid.users[one]) for one in rows),
        low=low,
        middle=middle,
        high=high,
        own=np.stack([grid.actual[row]] * 2, axis=1),
        actual=np.stack([grid.actual[rows]] * 2, axis=2),
        phases=grid.times.day_of_week.to_numpy(),
    )


def make_bands(view: View, size: int = 5) -> Bands:
    """The users of a view in bands of that size."""
    grid = view.grid
    firsts = range(0, len(grid.users), size)
    parts = [slice(first, first + size) for first in firsts]
    return Bands(
        ranks=np.array([(part.start + 1, min(part.stop, len(grid.users))) for part in parts]),
        users=np.array([len(grid.users[part]) for part in parts]),
        times=grid.times,
        score=np.stack([np.nanmean(grid.score[part], axis=0) for part in parts]),
        deviation=np.stack([np.nanmean(grid.deviation[part], axis=0) for part in parts]),
        anomalous=np.stack([grid.anomaly[part].sum(axis=0) for part in parts]),
    )


def make_day(view: View, column: int = 30) -> DayView:
    """A time step of a view, looked at closely."""
    days, grid = view.days, view.grid
    users = pd.DataFrame(
        {
            "user_index": grid.user_index,
            "user": grid.users,
            "feature": "clicks",
            "score": grid.score[:, column],
            "actual": grid.actual[:, column],
            "expected": grid.expected[:, column],
            "before": grid.actual[:, column - 7],
            "anomaly": grid.anomaly[:, column],
        }
    )
    above = users["actual"] >= users["expected"]
    earlier = days.iloc[column % 7 : column : 7]
    return DayView(
        time=days["time"][column],
        up=users[above],
        down=users[~above],
        anomalous_up=int(users["anomaly"][above].sum()),
        anomalous_down=int(users["anomaly"][~above].sum()),
        total=float(days["actual"][column]),
        earlier=earlier[["time", "actual"]].reset_index(drop=True),
        score=1.0,
    )


def make_standings(view: View, seed: int = 3) -> pd.DataFrame:
    """The users of a view with their ranks and scores in two runs that partly agree."""
    random = np.random.default_rng(seed)
    first = view.users["score"].to_numpy()
    second = first * random.uniform(0.5, 1.5, len(first))
    figures = {}
    for run, scores in enumerate((first, second)):
        figures[f"rank_{run}"] = pd.Series(-scores).rank(method="first")
        figures[f"score_{run}"] = scores
    return view.users[["user_index", "user"]].assign(**figures)


def _histogram(score: np.ndarray) -> Histogram:
    counts, edges = np.histogram(score[np.isfinite(score)], bins=60)
    return Histogram(edges, counts)


def make_manifest(view: View) -> RunManifest:
    """The manifest of a run that could have given this view."""
    return RunManifest(
        settings=TrainingSettings(window=40, stride=40),
        threshold=Threshold(kind="rate", amount=0.001),
        level=view.level,
        seed=0,
        dataset=Dataset(name="<img src=x onerror=alert(1)>.csv", digest="ab" * 32),
        users=len(view.users) + 1,
        times=len(view.grid.times),
        features=("clicks",),
        frequency=Frequency.DAY,
        first="2024-02-01",
        last="2024-03-11",
        unscored_users=("<b>late</b>",),
        metrics={"loss": 0.0123, "val_loss": 0.0145},
        timings=Timings(read=0.2, start=2.0, train=31.0, epochs=(1.0,) * 30, score=0.8, total=34.0),
        versions={"keras": "3.15.1", "tensorflow": "2.21.0"},
        artefacts={},
    )


class MadeUpResults:
    """What a report asks of a run's results, answered from a made-up view."""

    def __init__(self, view: View) -> None:
        self.shown = view
        self.manifest = make_manifest(view)
        self.tested: SelfTest | None = None

    def view(self, query: Query) -> View:
        assert query.top >= len(self.shown.users)
        return self.shown

    def findings(self) -> pd.DataFrame:
        """One finding for each of the first three users."""
        rows = [
            (name, 3, 3, "spike", "up", "clicks", ("clicks",), 1, 90.0, 30.0, 3.0, 9.0)
            for name in self.shown.users["user"].head(3)
        ]
        columns = "user first last kind direction feature features steps actual expected ratio peak"
        return pd.DataFrame(rows, columns=columns.split())

    @property
    def times(self) -> pd.Index:
        return self.shown.grid.times

    def self_test(self) -> SelfTest | None:
        return self.tested

    def user(self, user_index: int) -> UserView:
        return make_user(self.shown, list(self.shown.grid.user_index).index(user_index))

    def history(self) -> pd.DataFrame:
        return pd.DataFrame([vars(epoch) for epoch in HISTORY])
