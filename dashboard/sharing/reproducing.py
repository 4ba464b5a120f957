"""The few lines that repeat a run: on the command line, and in Python."""

import json
import shlex
from typing import Any

from dashboard.charts.format import format_name, format_number_of
from dashboard.data.reading import Reading
from dashboard.detection.registry import MODELS
from dashboard.detection.settings import TrainingSettings
from dashboard.runs.manifest import Dataset, RunManifest

COLUMNS = ("user", "time", "counts")  # what `--map` says; `--read` says the rest


def command_lines(manifest: RunManifest) -> str:
    """Return the command that trains the same model on the same file again.

    Where an earlier run's model was used, that is trained first, and then put to work.
    """
    earlier = manifest.scored_with
    if earlier is None:
        return _analyse(manifest, manifest.dataset, "result")
    score = ["score", "trained", _path(manifest.dataset), "--out", "result"]
    options = _reading_options(manifest.dataset)
    return "\n".join(
        [_analyse(manifest, earlier.trained_on, "trained"), _command([*score, *options])]
    )


def files_sentence(manifest: RunManifest) -> str:
    """Return what the lines need beside them, and how far they then do the same."""
    earlier = manifest.scored_with
    datasets = [manifest.dataset] if earlier is None else [earlier.trained_on, manifest.dataset]
    files = " and ".join(f"{format_name(one.name, 60)} (SHA-256 {one.digest})" for one in datasets)
    opening = (
        f"With {files} beside it, either of these does the same again, in the folder of Clickwatch."
    )
    if earlier is None or not earlier.between:
        return f"{opening} On the same machine the result is the same to the last digit."
    return (
        f"{opening} {format_number_of(earlier.between, 'other file')} scored in between "
        f"{'is' if earlier.between == 1 else 'are'} left out, so that figures differ where these days were "
        "judged by those."
    )


def python_lines(manifest: RunManifest) -> str:
    """Return a program that does the same; `analysis` then holds all that a run is made of."""
    chosen = ", ".join(f"{name}={value!r}" for name, value in _settings(manifest.settings).items())
    earlier = manifest.scored_with
    datasets = [manifest.dataset] if earlier is None else [earlier.trained_on, manifest.dataset]
    names = "Reading, read_panel" if any(_asked(one) for one in datasets) else "read_panel"
    before = [
        "from pathlib import Path",
        "",
        f"from dashboard.data import {names}",
        *(["from dashboard.data.continuing import continue_panel"] if earlier else []),
        f"from dashboard.detection import analyse, make_settings, parse_threshold{', rescore' if earlier else ''}",
        "",
        f"settings = make_settings({chosen})",
        f"threshold = parse_threshold({_threshold(manifest)!r})",
    ]
    if earlier is None:
        return "\n".join(
            [
                *before,
                f"panel = {_read(manifest.dataset)}",
                "analysis = analyse(panel, settings, threshold)",
            ]
        )
    missing = manifest.dataset.reading.missing if manifest.dataset.reading else "zero"
    return "\n".join(
        [
            *before,
            f"earlier = {_read(earlier.trained_on)}",
            f"later = {_read(manifest.dataset)}",
            "trained = analyse(earlier, settings, threshold).trained",
            f"new = continue_panel(earlier, later, missing_is_zero={missing == 'zero'})",
            "analysis = rescore(trained, new.panel, threshold, fresh=new.fresh)",
        ]
    )


def _analyse(manifest: RunManifest, dataset: Dataset, out: str) -> str:
    return _command(
        [
            *("analyse", _path(dataset), "--out", out),
            *_reading_options(dataset),
            *_setting_options(manifest.settings),
            *("--threshold", _threshold(manifest)),
        ]
    )


def _command(words: list[str]) -> str:
    return " ".join(shlex.quote(word) for word in ("python", "-m", "dashboard", *words))


def _read(dataset: Dataset) -> str:
    reading = ", ".join(f"{name}={value!r}" for name, value in _asked(dataset).items())
    asked = f", Reading({reading})" if reading else ""
    return f"read_panel(Path({_path(dataset)!r}){asked}).panel"


def _settings(settings: TrainingSettings) -> dict[str, Any]:
    """Return the model and what differs from its own defaults."""
    kind = MODELS.get(settings.model)
    heeds = kind.heeds if kind else tuple(TrainingSettings.model_fields)
    usual = kind.settings if kind else TrainingSettings()
    chosen = {name: getattr(settings, name) for name in heeds}
    return {
        name: value
        for name, value in chosen.items()
        if name == "model" or value != getattr(usual, name)
    }


def _setting_options(settings: TrainingSettings) -> list[str]:
    words: list[str] = []
    for name, value in _settings(settings).items():
        option = name.replace("_", "-")
        if isinstance(value, bool):
            words.append(f"--{option}" if value else f"--no-{option}")
        else:
            text = ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
            words += [f"--{option}", text]
    return words


def _reading_options(dataset: Dataset) -> list[str]:
    asked = _asked(dataset)
    columns = [
        *(f"{name}={asked[name]}" for name in ("user", "time") if name in asked),
        *(f"value={name}" for name in asked.get("counts", ())),
    ]
    words = [word for column in columns for word in ("--map", column)]
    for name, value in asked.items():
        if name not in COLUMNS:
            text = json.dumps(value) if isinstance(value, bool) else str(value)
            words += ["--read", f"{name}={text}"]
    return words


def _asked(dataset: Dataset) -> dict[str, Any]:
    """Return what a person asked for; plain values, so that they can be written into a program."""
    if dataset.reading is None:
        return {}
    asked = dataset.reading.model_dump(exclude_defaults=True, mode="json")
    if "counts" in asked:
        asked["counts"] = tuple(asked["counts"])
    return {name: asked[name] for name in Reading.model_fields if name in asked}


def _threshold(manifest: RunManifest) -> str:
    return f"{manifest.threshold.kind}:{manifest.threshold.amount!r}"


def _path(dataset: Dataset) -> str:
    """Return the file's name so that no command takes it for an option."""
    return f"./{dataset.name}" if dataset.name.startswith("-") else dataset.name
