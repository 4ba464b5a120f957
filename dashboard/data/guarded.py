"""Texts that begin like a formula: written so that no spreadsheet runs them, and read back exactly."""

import re

# Where a text, or a part of it in a spreadsheet that parts cells at other marks, begins: spaces, and the
# apostrophes of those that were guarded before, which is why reading takes off just one.
_BEGINNING = r"(^|[;,|\t\r\n\"])( *'*)"
_FORMULA = "(?=[=+\\-@\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}\N{FULLWIDTH HYPHEN-MINUS}\N{FULLWIDTH COMMERCIAL AT}])"
_OPEN = re.compile(_BEGINNING + _FORMULA)
_GUARDED = re.compile(_BEGINNING + "'" + _FORMULA)


def guard(text: str) -> str:
    """Return the text with an apostrophe before each sign with which a formula would begin."""
    return _OPEN.sub(r"\1\2'", text)


def unguard(text: str) -> str:
    """Return what `guard` was given."""
    return _GUARDED.sub(r"\1\2", text)
