"""The command line as it is typed, with what it said."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from dashboard.cli import main


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str


Typed = Callable[..., Said]


@pytest.fixture
def typed(capfd: pytest.CaptureFixture[str]) -> Typed:
    def run(*arguments: object) -> Said:
        code = main([str(argument) for argument in arguments])
        return Said(code, *capfd.readouterr())

    return run


@pytest.fixture(scope="session")
def counts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten users, twelve days, two features; the names are awkward, the last user is new."""
    names = ["007", " space ", "NaN", '"a,b"', "=1+1", "🦊", "six", "seven", "eight"]
    lines = ["who,day,clicks,views"]
    for place, name in enumerate(names):
        for day in range(12):
            loud = (place, day) == (5, 7)
            lines.append(f"{name},2026-03-{day + 1:02d},{500 if loud else place + day % 3},{day}")
    lines.append("newcomer,2026-03-12,1,1")
    path = tmp_path_factory.mktemp("counts") / "counts.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path
