"""The folder list is the architecture: who may import whom, read from the source itself."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# From the bottom up; `settings` and `errors` belong to nobody.
MAY_IMPORT = {
    "data": set(),
    "detection": {"data"},
    "runs": {"data", "detection"},
    "charts": {"data", "detection", "runs"},
    "sharing": {"data", "detection", "runs", "charts"},
    "api": {"data", "detection", "runs", "charts", "sharing"},
    "ui": {"data", "detection", "runs", "charts", "sharing", "api"},
    "pages": {"data", "detection", "runs", "charts", "sharing", "ui"},
}
FREE = {"errors", "settings", "__version__"}


def _folder(layer: str) -> Path:
    return ROOT / "pages" if layer == "pages" else ROOT / "dashboard" / layer


def _imported(source: str) -> set[str]:
    """Names of the `dashboard` parts that a source imports."""
    parts = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module:
            names = (
                [f"{node.module}.{alias.name}" for alias in node.names]
                if node.module == "dashboard"
                else [node.module]
            )
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        parts |= {
            name.split(".")[1] for name in names if name.startswith("dashboard.") and "." in name
        }
    return parts


@pytest.mark.parametrize("layer", MAY_IMPORT)
def test_a_layer_imports_only_the_layers_below_it(layer: str) -> None:
    sources = list(_folder(layer).rglob("*.py"))
    assert sources, f"{_folder(layer)} has no code"
    for path in sources:
        strangers = _imported(path.read_text("utf-8")) - MAY_IMPORT[layer] - {layer} - FREE
        assert not strangers, f"{path.relative_to(ROOT)} imports {sorted(strangers)}"


def test_the_rule_sees_a_forbidden_import() -> None:
    source = "from dashboard import ui\nfrom dashboard.runs.store import Store"
    assert _imported(source) == {"ui", "runs"}


def test_the_server_starts_without_what_few_need() -> None:
    program = (
        "import importlib, pkgutil, sys\n"
        "import app, dashboard.ui, dashboard.cli, dashboard.sharing, dashboard.charts\n"
        "for package in (dashboard.ui, dashboard.sharing, dashboard.charts):\n"
        "    for module in pkgutil.walk_packages(package.__path__, package.__name__ + '.'):\n"
        "        if module.name != 'dashboard.ui.main':\n"
        "            importlib.import_module(module.name)\n"
        "loaded = {'tensorflow', 'keras', 'sklearn', 'fastapi', 'fsspec', 'distributed'} & set(sys.modules)\n"
        "sys.exit(f'imported: {loaded}' if loaded else 0)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


KEEPER = ROOT / "dashboard" / "ui" / "kept.py"


def test_what_is_kept_of_a_run_or_dataset_is_kept_behind_the_door() -> None:
    """A cache keyed by an id alone would show one visitor what another may see."""
    for path in {*_folder("ui").rglob("*.py"), *_folder("pages").rglob("*.py")} - {KEEPER}:
        assert _unguarded(path.read_text("utf-8")) == [], f"{path.name}: use kept_of_run"


def test_the_rule_sees_an_unguarded_cache() -> None:
    source = "@st.cache_data(max_entries=2)\ndef view(run_id): ...\n@kept_of_run(2)\ndef user(run_id): ..."
    assert _unguarded(source) == ["view"]


def _unguarded(source: str) -> list[str]:
    """Names of functions that Streamlit keeps by the id of a run or a dataset."""
    return [
        node.name
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef)
        and any("st.cache_" in ast.unparse(decorator) for decorator in node.decorator_list)
        and {one.arg for one in node.args.args} & {"run_id", "run_ids", "dataset_id"}
    ]
