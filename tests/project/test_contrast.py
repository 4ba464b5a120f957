"""What is written in grey can be read: WCAG 2.2 asks for a contrast of 4.5 to 1 of text as small as captions."""

import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CAPTION = 0.6  # of the text's colour, which Streamlit mixes with what is behind it
LEAST = 4.5
Colour = tuple[float, ...]


def read(hexadecimal: str) -> Colour:
    return tuple(byte / 255 for byte in bytes.fromhex(hexadecimal.removeprefix("#")))


def luminance(colour: Colour) -> float:
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour
    ]
    return sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("behind", ["backgroundColor", "secondaryBackgroundColor"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_captions_stand_out(scheme: str, behind: str) -> None:
    theme = tomllib.loads((ROOT / ".streamlit/config.toml").read_text())["theme"][scheme]
    text, page = read(theme["textColor"]), read(theme[behind])
    caption = tuple(
        CAPTION * ink + (1 - CAPTION) * paper for ink, paper in zip(text, page, strict=True)
    )
    low, high = sorted([luminance(caption), luminance(page)])
    assert (high + 0.05) / (low + 0.05) >= LEAST
