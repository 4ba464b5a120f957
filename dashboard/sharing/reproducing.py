"""The few lines that repeat a run: on the command line, and in Python."""

import json
import shlex
from typing import Any

from dashboard.data.reading import Reading
from dashboard.detection.registry import MODELS
from dashboard.detection.settings import TrainingSettings
from dashboard.runs.manifest import Dataset, RunManifest

COLUMNS = ("user", "time", "counts")  # what `--map` says; `--read` says the rest


def command_lines(manifest: RunManifest) -> str:
    """Return the command that trains the same model on the same file again."""
    options = [
        *_reading_options(manifest.dataset),
        *_setting_options(manifest.settings),
        *("--threshold", _threshold(manifest)),
    ]
    words = ["python", "-m", "dashboard", "analyse", _path(manifest.dataset), "--out", "result"]
    return " ".join(shlex.quote(word) for word in (*words, *options))


def python_lines(manifest: RunManifest) -> str:
    """Return a program that does the same; `analysis` then holds all that a run is made of."""
    chosen = ", ".join(f"{name}={value!r}" for name, value in _settings(manifest.settings).items())
    asked = _asked(manifest.dataset)
    reading = ", ".join(f"{name}={value!r}" for name, value in asked.items())
    names = "Reading, read_panel" if asked else "read_panel"
    path = f"Path({_path(manifest.dataset)!r})"
    return "\n".join(
        [
            "from pathlib import Path",
            "",
            f"from dashboard.data import {names}",
            "from dashboard.detection import analyse, make_settings, parse_threshold",
            "",
            f"panel = read_panel({path}{f', Reading({reading})' if asked else ''}).panel",
            f"settings = make_settings({chosen})",
            f"analysis = analyse(panel, settings, parse_threshold({_threshold(manifest)!r}))",
        ]
    )


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
