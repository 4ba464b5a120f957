"""The README speaks of everything that a person can type, set, choose or open."""

import re
from pathlib import Path

import pytest
from typer.main import get_command

from dashboard.cli import app
from dashboard.detection import TrainingSettings, describe
from dashboard.detection.registry import MODELS
from dashboard.settings import PREFIX, AppSettings

ROOT = Path(__file__).parents[2]
OPTIONS = sorted(
    (name, option)
    for name, command in get_command(app).commands.items()
    for parameter in command.params
    for option in parameter.opts
    if option.startswith("--") and option != "--help"
)
README = (ROOT / "README.md").read_text("utf-8")
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text("utf-8")


@pytest.mark.parametrize("command", sorted(get_command(app).commands))
def test_every_command_is_written_up(command: str) -> None:
    assert f"python -m dashboard {command}" in README


@pytest.mark.parametrize(("command", "option"), OPTIONS)
def test_every_option_is_written_up(command: str, option: str) -> None:
    assert re.search(rf"{option}(?![\w-])", README), f"{command} {option}"


@pytest.mark.parametrize("field", sorted(TrainingSettings.model_fields))
def test_every_setting_of_a_training_is_an_option(field: str) -> None:
    assert ("analyse", "--" + field.replace("_", "-")) in OPTIONS


@pytest.mark.parametrize("field", sorted(AppSettings.model_fields))
def test_every_setting_is_written_up(field: str) -> None:
    assert f"`{PREFIX}{field.upper()}`" in README


@pytest.mark.parametrize("model", sorted(MODELS))
def test_every_model_is_written_up(model: str) -> None:
    assert f"| `{model}` |" in README


@pytest.mark.parametrize("model", ["encoder-decoder", "stacked"])
def test_the_shapes_are_those_of_the_model(model: str) -> None:
    outline = describe((2_000, 40, 1), TrainingSettings(model=model))
    shapes = [outline.input_shape, *(layer.output_shape for layer in outline.layers)]
    told = " -> ".join(str((outline.batch_size, *shape[1:])) for shape in shapes)
    assert f"| `{model}` | {told} |" in README


def test_the_numbers_of_batches_are_those_of_a_training() -> None:
    prose = " ".join(README.split())
    all_of_them = describe((2_000, 40, 1), TrainingSettings(validation_share=0))
    usual = describe((2_000, 40, 1), TrainingSettings())
    series = describe((1, 2_000, 1), TrainingSettings())
    told = [
        f"Both have {usual.parameters:,} parameters",
        f"{all_of_them.batches_per_epoch} batches, the last of {all_of_them.last_batch} windows",
        f"{usual.training_windows:,} windows are trained on",
        f"{usual.batches_per_epoch} batches, the last of {usual.last_batch}.",
        f"{series.windows:,} windows of {series.window} that overlap",
        f"the last {series.held_out_windows} are held out and the {series.training_windows:,}",
        f"{series.batches_per_epoch} batches. The Train page",
    ]
    assert [words for words in told if words not in prose] == []


@pytest.mark.parametrize("page", sorted((ROOT / "pages").glob("*.py")), ids=lambda page: page.stem)
def test_every_page_is_written_up(page: Path) -> None:
    assert f"**{page.stem.capitalize()}.**" in README


@pytest.mark.parametrize(
    "folder", sorted(path.parent for path in (ROOT / "dashboard").glob("*/__init__.py"))
)
def test_every_folder_is_on_the_map(folder: Path) -> None:
    assert f"`dashboard/{folder.name}/`" in README
    assert f"`dashboard/{folder.name}/`" in ARCHITECTURE


def test_the_installation_names_no_unpinned_package() -> None:
    for name in ("requirements.txt", "requirements-cluster.txt", "tests/requirements.txt"):
        for line in (ROOT / name).read_text("utf-8").splitlines():
            entry = line.split("#")[0].strip()
            assert not entry or entry.startswith("-r ") or "==" in entry, f"{name}: {line}"
