"""What is imported is installed, and what is installed is needed."""

import ast
import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.project.licences import rows

ROOT = Path(__file__).parents[2]
SOURCES = [ROOT / "app.py", *ROOT.glob("pages/*.py"), *ROOT.glob("dashboard/**/*.py")]
OWN = {"dashboard", "pages", "app"}
BEHIND_OTHERS = {"authlib", "httpx"}  # Streamlit's sign-in imports them
ONE_OF_TWO = {"tensorflow-cpu", "tensorflow"}  # by machine
WITH_ANOTHER = {"markupsafe": "jinja2", "pydantic-core": "pydantic", "annotated-types": "pydantic"}


def named(file: str) -> set[str]:
    """The names of the pinned packages, as they compare."""
    lines = (ROOT / file).read_text("utf-8").splitlines()
    return {normal(found[1]) for line in lines if (found := re.match(r"([\w.-]+)==", line))}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def imported() -> set[str]:
    """The packages that the product's own modules import, as they compare."""
    modules = set()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                modules |= {name.name.split(".")[0] for name in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                modules.add(node.module.split(".")[0])
    packages = packages_distributions()
    foreign = modules - OWN - sys.stdlib_module_names
    return {normal(packages[module][0]) for module in foreign}


def test_every_import_is_pinned() -> None:
    needed = {WITH_ANOTHER.get(name, name) for name in imported()}
    assert needed - named("requirements.txt") - named("requirements-cluster.txt") == set()


def test_every_pinned_package_is_imported() -> None:
    unused = named("requirements.txt") - imported() - BEHIND_OTHERS
    assert unused <= ONE_OF_TWO - imported()


@pytest.mark.parametrize("file", ["requirements", "requirements-cluster", "tests/requirements"])
def test_the_lock_keeps_every_pin_and_every_digest(file: str) -> None:
    locked = (ROOT / f"{file}.lock").read_text("utf-8")
    pins = re.findall(r"^[\w.-]+==[\w.]+", (ROOT / f"{file}.txt").read_text("utf-8"), re.MULTILINE)
    assert [pin for pin in pins if f"\n{pin} " not in f"\n{locked}"] == []
    packages = re.split(r"\n(?=\S)", locked.strip())
    assert [each for each in packages if "--hash=sha256:" not in each] == []


def test_the_locks_of_the_product_and_of_its_tests_agree() -> None:
    product, cluster, with_tests = (
        set(
            re.findall(
                r"^[\w.-]+==[\w.]+", (ROOT / f"{file}.lock").read_text("utf-8"), re.MULTILINE
            )
        )
        for file in ("requirements", "requirements-cluster", "tests/requirements")
    )
    assert product < with_tests
    assert cluster < with_tests


def test_every_locked_package_is_listed_with_its_licence() -> None:
    listed = (ROOT / "docs" / "dependencies.md").read_text("utf-8").splitlines()
    here = [row for row in rows() if row.split(" ")[1] not in ONE_OF_TWO]
    assert [row for row in here if row not in listed] == []
