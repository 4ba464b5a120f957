"""A trained model to take along: its files, a script that scores with it, and the source this needs."""

import ast
import io
import json
import zipfile
from functools import cache
from pathlib import Path

import dashboard
from dashboard.detection.models.kind import MODEL_FILE
from dashboard.runs.results import Results

PACKAGE = Path(dashboard.__file__).parent
KIT = Path(__file__).parent / "kit"
ENTRANCES = ("detection/pipeline.py", "detection/trained.py")  # what the script imports
NEEDED = (
    "numpy", "scipy", "pandas", "pydantic", "psutil", "keras", "tensorflow", "tensorflow-cpu"
)  # fmt: skip
MODEL_SUFFIXES = (".keras", ".json")  # what models write; tables and reports are not theirs
MADE = (1980, 1, 1, 0, 0, 0)  # one date for all files: the same model, the same bytes


def has_model(results: Results) -> bool:
    """Whether a run has a network of its own; a baseline has none."""
    return (results.folder / MODEL_FILE).is_file()


def kit_bytes(results: Results) -> bytes:
    """Return a zip with the trained model of a run, and all that it takes to score with it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in _files(results).items():
            archive.writestr(zipfile.ZipInfo(name, MADE), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _files(results: Results) -> dict[str, bytes]:
    models = [name for name in results.manifest.artefacts if Path(name).suffix in MODEL_SUFFIXES]
    return {
        **{name: (results.folder / name).read_bytes() for name in models},
        "about.json": _about(results),
        "requirements.txt": _requirements().encode(),
        **{name: (KIT / name).read_bytes() for name in ("README.md", "score.py")},
        "LICENSE": (PACKAGE.parent / "LICENSE").read_bytes(),
        **{f"source/dashboard/{name}": content for name, content in source_files().items()},
    }


def _about(results: Results) -> bytes:
    manifest = results.manifest
    about = {
        "model": manifest.settings.model,
        "features": manifest.features,
        "step": manifest.frequency.value,
        "window": manifest.settings.window,
        "level": str(manifest.level),  # may be infinite
        "threshold": str(manifest.threshold),
        "trained_on": manifest.dataset.model_dump(include={"name", "digest"}),
        "versions": manifest.versions,
    }
    return json.dumps(about, ensure_ascii=False, indent=2).encode()


def _requirements() -> str:
    """Return the app's own pins of the libraries that scoring needs."""
    lines = (PACKAGE.parent / "requirements.txt").read_text("utf-8").splitlines()
    kept = [line.split("#")[0].strip() for line in lines if line.split("==")[0] in NEEDED]
    return "\n".join(kept) + "\n"


@cache
def source_files() -> dict[str, bytes]:
    """Return every module that scoring imports, sooner or later, by its path below `dashboard`.

    Packages are empty, for what they gather needs more than scoring does.
    """
    found: dict[str, bytes] = {"__init__.py": (PACKAGE / "__init__.py").read_bytes()}
    waiting = [PACKAGE / name for name in ENTRANCES]
    while waiting:
        path = waiting.pop()
        name = path.relative_to(PACKAGE).as_posix()
        if name in found:
            continue
        found[name] = path.read_bytes()
        for parent in path.relative_to(PACKAGE).parents[:-1]:
            found.setdefault(f"{parent.as_posix()}/__init__.py", b"")
        waiting += _imported(path)
    return dict(sorted(found.items()))


def _imported(path: Path) -> list[Path]:
    """Return the app's own modules that a module imports, within functions too."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if (
            isinstance(node, ast.ImportFrom)
            and node.module
            and node.module.startswith("dashboard.")
        ):
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    files = [PACKAGE.parent / f"{name.replace('.', '/')}.py" for name in names]
    return [file for file in files if file.is_file()]
