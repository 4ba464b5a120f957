"""How well anomalies that are known are found, on sets that no model was made on.

    python -m tests.benchmarks.detection [--sets office shops ...] [--models counts rhythms ...]
        [--seeds 0 1] [--epochs N] [--clean-models counts rhythms] [--quick]

Each set is built anew for each seed: a world in which the true distribution of each count is known,
drawn once with anomalies in 8% of the users and once without. Printed, as Markdown: average
precision per user and per cell of each model and baseline, of plain baselines in a few lines of
NumPy, and of oracles that know the true distributions, one scoring as the product does and one by runs
alone; how the default model compares; and which shares of the p-values are low where there is no anomaly.
`--quick` takes small sets and one seed, and trains the classic models for 3 epochs.
"""

import argparse

from dashboard.detection.registry import DEFAULT_MODEL, MODELS
from tests.benchmarks.detection.measuring import QUICK_EPOCHS, Plan, baselines, run_trial
from tests.benchmarks.detection.sets import SETS
from tests.benchmarks.detection.tables import (
    FIGURES,
    print_clean,
    print_precision,
    print_ratios,
    print_seconds,
)

RIVALS = ("rhythms", "plain PCA, runs")


def main() -> None:
    """Run what was asked for and print the tables."""
    asked = _read_options()
    epochs = QUICK_EPOCHS if asked.quick and asked.epochs is None else asked.epochs
    plan = Plan(tuple(asked.models), tuple(asked.clean_models), asked.quick, epochs)
    results = {
        name: [run_trial(SETS[name], seed, plan) for seed in asked.seeds] for name in asked.sets
    }
    for title, figure in FIGURES.items():
        print_precision(results, f"Average precision {title}", figure)
    if DEFAULT_MODEL in plan.models:
        rivals = [name for name in RIVALS if name in plan.models or name not in MODELS]
        print_ratios(results, DEFAULT_MODEL, baselines(plan.models), rivals)
    print_clean(results)
    print_seconds(results, plan.models)


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="How well anomalies that are known are found.")
    parser.add_argument("--sets", nargs="+", choices=SETS, default=list(SETS))
    parser.add_argument("--models", nargs="+", choices=MODELS, default=list(MODELS))
    parser.add_argument("--seeds", nargs="+", type=int, help="default: 0 and 1, or 0 with --quick")
    parser.add_argument("--epochs", type=int, help="of the classic models; else their own")
    parser.add_argument(
        "--clean-models", nargs="*", choices=MODELS, default=[DEFAULT_MODEL, "rhythms"],
        help="whose p-values are looked at where there is no anomaly",
    )  # fmt: skip
    parser.add_argument("--quick", action="store_true", help="small sets, 3 epochs of classics")
    asked = parser.parse_args()
    asked.seeds = asked.seeds or ([0] if asked.quick else [0, 1])
    return asked


if __name__ == "__main__":
    main()
