"""A text that a spreadsheet would run is guarded, and read back exactly."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.data.guarded import guard, unguard
from tests.generated import examples

TEXTS = st.text(alphabet="=+-@'a1 ;,|\t\r\n\"\uff1d", max_size=12) | st.text(max_size=30)
# a slow machine fails no test
MANY = examples(150)


@pytest.mark.parametrize(
    ("text", "guarded"),
    [
        ("=1+1", "'=1+1"),
        ("  @SUM(A1)", "  '@SUM(A1)"),
        ("a;=cmd|' /C calc'!A0", "a;'=cmd|' /C calc'!A0"),
        ("u007", "u007"),
        ("O'Brien - a man", "O'Brien - a man"),
        ("'=1", "''=1"),
        ("", ""),
    ],
)
def test_what_would_run_is_guarded(text: str, guarded: str) -> None:
    assert guard(text) == guarded
    assert unguard(guarded) == text


@MANY
@given(TEXTS)
def test_every_text_comes_back_exactly(text: str) -> None:
    assert unguard(guard(text)) == text


@MANY
@given(TEXTS)
def test_no_part_of_a_guarded_text_begins_like_a_formula(text: str) -> None:
    for part in re.split(r"[;,|\t\r\n\"]", guard(text)):
        assert not part.lstrip(" ").startswith(("=", "+", "-", "@", "\uff1d"))
