"""The README speaks of everything that a person can type, set, choose or open."""

from pathlib import Path

import pytest
from typer.main import get_command

from dashboard.cli import app
from dashboard.detection.registry import MODELS
from dashboard.settings import PREFIX, AppSettings

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text("utf-8")


@pytest.mark.parametrize("command", sorted(get_command(app).commands))
def test_every_command_is_written_up(command: str) -> None:
    assert f"python -m dashboard {command}" in README


@pytest.mark.parametrize("field", sorted(AppSettings.model_fields))
def test_every_setting_is_written_up(field: str) -> None:
    assert f"`{PREFIX}{field.upper()}`" in README


@pytest.mark.parametrize("model", sorted(MODELS))
def test_every_model_is_written_up(model: str) -> None:
    assert f"| `{model}` |" in README


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
    for name in ("requirements.txt", "tests/requirements.txt"):
        for line in (ROOT / name).read_text("utf-8").splitlines():
            entry = line.split("#")[0].strip()
            assert not entry or entry.startswith("-r ") or "==" in entry, f"{name}: {line}"
