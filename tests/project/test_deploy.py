"""What is in deploy/ names nothing that is not there: settings, commands, files."""

import importlib.util
import re
from pathlib import Path

import pytest
import yaml
from typer.main import get_command

from dashboard.cli import app
from dashboard.settings import PREFIX, AppSettings

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
FILES = sorted(path for path in DEPLOY.rglob("*") if path.is_file())
SERVICES = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))["services"]
UNITS = {path.name: path.read_text("utf-8") for path in (DEPLOY / "units").iterdir()}
SETTINGS = {PREFIX + name.upper() for name in AppSettings.model_fields}


@pytest.mark.parametrize("file", FILES, ids=lambda path: path.name)
def test_only_settings_that_there_are_are_set(file: Path) -> None:
    told = set(re.findall(rf"\b{PREFIX}[A-Z_]+", file.read_text("utf-8")))
    assert told <= SETTINGS


def commands() -> list[str]:
    """Return what is run, by containers and by units."""
    ours = [service for service in SERVICES.values() if service["image"] == "clickwatch"]
    run = [service["command"] for service in ours if "command" in service]
    typed = [" ".join(one) if isinstance(one, list) else one for one in run]
    started = [re.search("ExecStart=.*?/(python .*)", unit)[1] for unit in UNITS.values()]
    dockerfile = (DEPLOY / "Dockerfile").read_text("utf-8")
    return [
        *typed,
        *started,
        re.search(r"CMD \[(.*)\]", dockerfile)[1].replace('"', "").replace(",", ""),
    ]


@pytest.mark.parametrize("command", commands())
def test_only_commands_that_there_are_are_run(command: str) -> None:
    python, dash_m, module, *words = command.split()
    assert (python, dash_m) == ("python", "-m")
    assert importlib.util.find_spec(module) is not None
    if module == "dashboard":
        assert words[0] in get_command(app).commands


def test_an_image_has_all_that_the_product_runs_from() -> None:
    dockerfile = (DEPLOY / "Dockerfile").read_text("utf-8")
    copied = {
        source
        for line in re.findall("^COPY (.*)$", dockerfile, re.MULTILINE)
        for source in line.split()[:-1]
    }
    let_in = re.findall("^!(.*)$", (ROOT / ".dockerignore").read_text("utf-8"), re.MULTILINE)
    assert all((ROOT / path).exists() for path in let_in)
    assert {path.split("/")[0] for path in let_in} == copied


def test_every_volume_and_file_of_the_compose_file_is_there() -> None:
    for service in SERVICES.values():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert not source.startswith("./") or (DEPLOY / source).is_file()


@pytest.mark.parametrize("name", sorted(path.name for path in FILES))
def test_every_file_is_written_up(name: str) -> None:
    assert name in (ROOT / "docs" / "deploy.md").read_text("utf-8")
