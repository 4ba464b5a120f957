"""Names from strangers' files stand on a page letter by letter, and never become links."""

import re

import pytest

from dashboard.ui.problems import plain

UNSEEN = "\N{WORD JOINER}"
# What GitHub's Markdown, which Streamlit speaks, makes a link of without any brackets.
BARE_LINK = re.compile(r"https?://[-.\w]+|www\.[-.\w]+|[-.\w+]+@[-\w]+\.", re.IGNORECASE)


@pytest.mark.parametrize(
    "name",
    [
        "http://evil.example/login",
        "see HTTPS://evil.example",
        "[x](http://evil.example)",
        "WWW.evil.example",
        "ann.lee+work@example.org",
        "a@b.example c@d.example",
    ],
)
def test_an_address_is_shown_and_is_no_link(name: str) -> None:
    assert BARE_LINK.search(name)
    shown = re.sub(r"\\(.)", r"\1", plain(name))  # as Markdown reads it
    assert shown.replace(UNSEEN, "") == name
    assert not BARE_LINK.search(shown)


@pytest.mark.parametrize("name", ["007", "naïve 🦊", "10:30", "@home", "www", "a/b//c"])
def test_other_names_stay_as_they_are(name: str) -> None:
    assert re.sub(r"\\(.)", r"\1", plain(name)) == name
