"""Whatever was found to reach a part of the reader is read again, or refused again."""

from pathlib import Path

import pytest

from tests.fuzz.target import CORPUS, READINGS, read_anything

KEPT = sorted(CORPUS.iterdir())


@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.name)
def test_what_was_found_is_read_or_refused(path: Path) -> None:
    read_anything(path.read_bytes())


def test_every_way_of_reading_is_in_the_corpus() -> None:
    tried = {path.read_bytes()[0] % len(READINGS) for path in KEPT}
    assert tried == set(range(len(READINGS)))
