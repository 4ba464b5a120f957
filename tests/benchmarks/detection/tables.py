"""The tables that are printed, in Markdown."""

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from tests.benchmarks.detection.measuring import RATES, Found, Trial

Results = Mapping[str, Sequence[Trial]]  # by name of the set, one trial a seed


def print_precision(results: Results, title: str, figure: Callable[[Found], float]) -> None:
    """Print mean and spread over the seeds of each method on each set, and the mean of all sets."""
    methods = next(iter(results.values()))[0].found
    rows = [("by chance", [[figure(one.chance) for one in trials] for trials in results.values()])]
    rows += [
        (name, [[figure(one.found[name]) for one in trials] for trials in results.values()])
        for name in methods
    ]
    print(f"\n{title}, mean ± standard deviation over the seeds\n")
    _print_rows(
        ["", *results, "mean"],
        (
            [name, *map(_spread, sets), _two(np.mean([np.mean(one) for one in sets]))]
            for name, sets in rows
        ),
    )


def print_ratios(
    results: Results, model: str, baselines: Sequence[str], rivals: Sequence[str]
) -> None:
    """Print how many times a rival's average precision the model reaches, by set and on average.

    The best baseline of a set is the one with the highest mean over the seeds.
    """
    print(f"\nAverage precision of `{model}`, divided by that of others\n")
    rows = []
    for title, figure in FIGURES.items():
        means = {
            name: {method: _mean(trials, method, figure) for method in trials[0].found}
            for name, trials in results.items()
        }
        best = {name: max(baselines, key=of.get) for name, of in means.items()}
        for rival in rivals:
            ratios = [of[model] / of[rival] for of in means.values()]
            rows.append([f"{title}, {rival}", *map(_two, ratios), _two(np.mean(ratios))])
        ratios = [of[model] / of[best[name]] for name, of in means.items()]
        rows.append([f"{title}, best baseline", *map(_two, ratios), _two(np.mean(ratios))])
        rows.append(["which is", *best.values(), ""])
    _print_rows(["", *results, "mean"], rows)


def print_clean(results: Results) -> None:
    """Print the shares of p-values below each rate where there is no anomaly."""
    models = next(iter(results.values()))[0].clean
    if not models:
        return
    print("\nShare of p-values per cell on counts without anomalies, in percent\n")
    rows = []
    for model in models:
        for at, rate in enumerate(RATES):
            sets = [[100 * one.clean[model][at] for one in trials] for trials in results.values()]
            shares = [f"{np.mean(one):.2f}" for one in sets]
            rows.append(
                [f"{model}, below {rate:g}", *shares, _two(np.mean([np.mean(one) for one in sets]))]
            )
    _print_rows(["", *results, "mean"], rows)


def print_seconds(results: Results, models: Sequence[str]) -> None:
    """Print how long each model of the product took by the clock."""
    print("\nSeconds, training and scoring\n")
    rows = [
        [
            model,
            *(
                f"{_mean(trials, model, lambda found: found.seconds):.1f}"
                for trials in results.values()
            ),
        ]
        for model in models
    ]
    _print_rows(["", *results], rows)


FIGURES: dict[str, Callable[[Found], float]] = {
    "per user": lambda found: found.users,
    "per cell": lambda found: found.cells,
}


def _mean(trials: Sequence[Trial], method: str, figure: Callable[[Found], float]) -> float:
    return float(np.mean([figure(one.found[method]) for one in trials]))


def _spread(values: Sequence[float]) -> str:
    if len(values) < 2:
        return _two(values[0])
    return f"{np.mean(values):.2f} ± {np.std(values, ddof=1):.2f}"


def _two(value: float) -> str:
    return f"{value:.2f}"


def _print_rows(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    print("| " + " | ".join(head) + " |")
    print("|" + " --- |" * len(head))
    for row in rows:
        print("| " + " | ".join(row) + " |")
