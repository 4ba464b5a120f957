# ruff: noqa: PLC0415, PLR0917 - commands import what they need when they run; options are many
"""The command line: the functions of the pages, without the pages.

Each command ends with exit code 0, or 2 with one sentence on standard error for bad input or
settings. What a command needs is imported when it runs: `models` answers without TensorFlow.
"""

import json
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer
import typer.main

from dashboard.cli_files import as_one, filling, read_counts, replacing
from dashboard.cli_options import parse_reading, parse_settings, takes_training_settings
from dashboard.cli_refusals import run_in_sentences
from dashboard.cli_server import commands

app = typer.Typer(
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Finds anomalies in per-user activity counts.",
)
app.add_typer(commands)

File = Annotated[
    Path,
    typer.Argument(
        metavar="FILE",
        help="The file with the counts; or a folder or a pattern: all its files as one.",
    ),
]
Out = Annotated[Path, typer.Option("--out", metavar="DIR", help="Where the results go.")]
Maps = Annotated[
    list[str],
    typer.Option(
        "--map",
        metavar="user=COL,time=COL,value=COL",
        help="Which columns hold what; repeat value= for several counts.",
    ),
]
Reads = Annotated[
    list[str],
    typer.Option(
        "--read",
        metavar="NAME=VALUE",
        help="How else to read the file, such as missing=unknown or day_first=true.",
    ),
]
Limit = Annotated[
    str,
    typer.Option(
        metavar="KIND:AMOUNT",
        help="budget:20 (users), rate:0.001 (share of normal cells), fdr:0.1 (share of flagged "
        "cells that may be chance) or value:3.5 (score).",
    ),
]


@app.command()
def inspect(
    file: File,
    maps: Maps = [],  # noqa: B006 - typer wants a list, and nobody changes it
    reads: Reads = [],  # noqa: B006
    as_json: Annotated[bool, typer.Option("--json", help="Answer in JSON.")] = False,
) -> None:
    """Say what is understood of a file."""
    from dashboard.cli_inspect import inspection, inspection_text
    from dashboard.data import read_panel
    from dashboard.runs.engine import cluster_of, open_engine
    from dashboard.settings import read_settings

    with (
        open_engine(cluster_of(read_settings())) as engine,
        as_one(file, parse_reading(maps, reads)) as given,
    ):
        over = engine.elsewhere
        report = read_panel(given.path, given.reading, name=file.name, over=over).report
    report = report.model_copy(update={"notes": (*given.notes, *report.notes)})
    if as_json:
        typer.echo(json.dumps(inspection(report), ensure_ascii=False, indent=2))
    else:
        typer.echo(inspection_text(report))


@app.command()
def sample(
    out: Annotated[Path, typer.Argument(metavar="OUT.csv", help="The file to write.")],
    users: Annotated[int, typer.Option(min=1, help="How many users.")] = 2_000,
    days: Annotated[int, typer.Option(min=2, help="How many days.")] = 40,
    anomalies: Annotated[
        float, typer.Option(min=0, max=1, help="Share of users with a planted anomaly.")
    ] = 0.1,
    labels: Annotated[
        Path | None, typer.Option(metavar="LABELS.csv", help="Where to say what was planted.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Start of the random numbers.")] = 0,
) -> None:
    """Write believable sample counts with planted anomalies."""
    from dashboard.data import make_sample

    made = make_sample(users=users, days=days, anomalies=anomalies, seed=seed)
    with replacing(out) as aside:
        made.counts.to_csv(aside, index=False)
    if labels is not None:
        with replacing(labels) as aside:
            made.labels.to_csv(aside, index=False)


@app.command()
def models() -> None:
    """List the models that can be chosen."""
    from dashboard.detection.registry import MODELS

    width = max(len(name) for name in MODELS)
    for name, kind in MODELS.items():
        typer.echo(f"{name:<{width}}  {kind.summary}")


@app.command()
@takes_training_settings
def analyse(
    file: File,
    out: Out,
    maps: Maps = [],  # noqa: B006 - typer wants a list, and nobody changes it
    reads: Reads = [],  # noqa: B006
    threshold: Limit = "rate:0.001",
    **given: Any,
) -> None:
    """Train a model on a file's counts, score them and write the findings to a folder."""
    from dashboard.detection.registry import model_kind
    from dashboard.detection.thresholds import parse_threshold
    from dashboard.runs.quiet import quiet_libraries

    settings = parse_settings(given)
    model_kind(settings.model)
    limit = parse_threshold(threshold)
    reading = parse_reading(maps, reads)
    with filling(out) as folder, quiet_libraries():
        from dashboard.cli_text import ProgressLines
        from dashboard.detection.pipeline import analyse as train_and_score
        from dashboard.detection.selftest import with_self_test
        from dashboard.runs.engine import cluster_of, open_engine
        from dashboard.settings import read_settings

        say = ProgressLines()
        with open_engine(cluster_of(read_settings())) as engine:
            panel, origin = read_counts(file, reading, engine.elsewhere)
            analysis = train_and_score(panel, settings, limit, say, over=engine.over)
            analysis = with_self_test(analysis, say, over=engine.elsewhere)
        _export(analysis, panel, origin, folder)


@app.command()
def score(
    run: Annotated[Path, typer.Argument(metavar="RUN_DIR", help="A folder made by analyse.")],
    file: File,
    out: Out,
    maps: Maps = [],  # noqa: B006 - typer wants a list, and nobody changes it
    reads: Reads = [],  # noqa: B006
) -> None:
    """Score a file's counts with a trained model, without training."""
    from dashboard.cli_text import ProgressLines
    from dashboard.runs.again import score_again
    from dashboard.runs.artefacts import open_manifest
    from dashboard.runs.engine import cluster_of, open_engine
    from dashboard.runs.past import panel_of_folder
    from dashboard.runs.quiet import quiet_libraries
    from dashboard.settings import read_settings

    manifest = open_manifest(run)
    reading = parse_reading(maps, reads)
    with filling(out) as folder, quiet_libraries():
        with open_engine(cluster_of(read_settings())) as engine:
            panel, origin = read_counts(file, reading, engine.elsewhere)
            made = score_again(
                run,
                panel_of_folder(run, manifest),
                panel,
                missing_is_zero=reading.missing == "zero",
                run_name=run.name,
                on_progress=ProgressLines(),
                over=engine.over,
            )
        origin = replace(origin, scored_with=made.scored_with)
        _export(made.analysis, made.analysis.subject.panel, origin, folder)


@app.command()
def evaluate(
    file: File,
    labels: Annotated[
        str,
        typer.Option(
            metavar="LABELS.csv",
            help="What is anomalous: a file with user, time[, kind] or user, first, last[, kind]; "
            "or column:NAME, a column of 0 and 1 in FILE.",
        ),
    ],
    names: Annotated[
        list[str],
        typer.Option("--model", metavar="NAME", help="A model; repeat for several [default: all]."),
    ] = [],  # noqa: B006 - typer wants a list, and nobody changes it
    maps: Maps = [],  # noqa: B006 - typer wants a list, and nobody changes it
    reads: Reads = [],  # noqa: B006
    threshold: Limit = "rate:0.001",
    seed: Annotated[str | None, typer.Option(metavar="N", help="As for analyse.")] = None,
    epochs: Annotated[str | None, typer.Option(metavar="N", help="As for analyse.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer in JSON.")] = False,
) -> None:
    """Train models on counts whose anomalies are known, and say what each of them finds."""
    from dashboard.detection.registry import MODELS, model_kind
    from dashboard.detection.thresholds import parse_threshold
    from dashboard.runs.quiet import quiet_libraries

    chosen = [model_kind(name) for name in dict.fromkeys(names)] or list(MODELS.values())
    settings = [
        parse_settings(
            {"model": kind.name, "seed": seed, "epochs": epochs if kind.is_trained else None}
        )
        for kind in chosen
    ]
    limit = parse_threshold(threshold)
    reading = parse_reading(maps, reads)
    with quiet_libraries():
        from dashboard.cli_evaluate import (
            evaluate_all,
            evaluation_json,
            evaluation_text,
            read_known,
        )
        from dashboard.runs.engine import cluster_of, open_engine
        from dashboard.settings import read_settings

        with open_engine(cluster_of(read_settings())) as engine:
            known = read_known(file, labels, reading, engine.elsewhere)
            evaluations = evaluate_all(known, settings, limit, engine.over)
    if as_json:
        answer = evaluation_json(known, limit, evaluations)
        typer.echo(json.dumps(answer, ensure_ascii=False, indent=2, allow_nan=False))
    else:
        typer.echo(evaluation_text(known, limit, evaluations))


def main(arguments: list[str] | None = None) -> int:
    """Run a command; returns the exit code."""
    return run_in_sentences(typer.main.get_command(app), arguments)


def _export(analysis: Any, panel: Any, origin: Any, folder: Path) -> None:
    from dashboard.cli_text import summary_text
    from dashboard.runs.export import export
    from dashboard.sharing.report import write_report

    manifest, counts = export(analysis, panel, origin, folder, write_report)
    typer.echo(summary_text(manifest, counts))
