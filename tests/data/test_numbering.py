"""Texts that are the same have the same number, and digits are the number that they write."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.data.body import NEWLINE, PADDING, Fields, NotPlainError
from dashboard.data.digits import read_numbers
from dashboard.data.numbering import Numbering, texts_of


def fields_of(texts: list[str]) -> Fields:
    """A column of these texts, one a line."""
    written = "".join(f"{text}\n" for text in texts).encode()
    characters = np.frombuffer(PADDING + written + PADDING, np.uint8)
    ends = np.flatnonzero(characters == NEWLINE)
    return Fields(characters, np.append(len(PADDING), ends[:-1] + 1), ends)


TEXTS = st.text(st.characters(exclude_characters="\0\n", exclude_categories=["Cs"]), max_size=16)


@given(st.lists(st.lists(TEXTS, min_size=1), max_size=4))
def test_a_text_has_a_number_of_its_own_in_every_chunk(chunks: list[list[str]]) -> None:
    numbering = Numbering()
    for texts in chunks:
        numbers = numbering.number(fields_of(texts).words())
        assert [texts_of(numbering.words())[number] for number in numbers] == texts
    assert len(set(texts_of(numbering.words()))) == numbering.count


def test_a_text_keeps_its_number_when_longer_ones_follow() -> None:
    numbering = Numbering()
    (first,) = numbering.number(fields_of(["a"]).words())
    numbers = numbering.number(fields_of(["b" * 20, "a", "c" * 40]).words())
    assert numbers[1] == first
    assert numbering.count == len({*numbers})


@pytest.mark.parametrize("form", ["u{:07d}", "{:08d}", "user-{:07d}", "{:05d}@example.org", "{}"])
def test_very_many_texts_that_are_much_alike_find_room(form: str) -> None:
    numbering = Numbering()
    texts = [form.format(number * 7_919 % 90_000) for number in range(90_000)]
    first = numbering.number(fields_of(texts).words())
    assert numbering.count == len(texts)
    np.testing.assert_array_equal(numbering.number(fields_of(texts[::-1]).words()), first[::-1])


@given(st.lists(st.integers(0, 10**12).map(str) | st.just("") | st.just("007"), min_size=1))
def test_whole_numbers_are_read(texts: list[str]) -> None:
    expected = [float(text or "nan") for text in texts]
    np.testing.assert_array_equal(read_numbers(fields_of(texts), points=False), expected)


@given(
    st.lists(
        st.decimals(0, 10**8, places=7).map("{:f}".format) | st.sampled_from(["5", "0.5", ""]),
        min_size=1,
    )
)
def test_decimals_are_read_as_exactly_as_floats_are(texts: list[str]) -> None:
    expected = [float(text or "nan") for text in texts]
    np.testing.assert_array_equal(read_numbers(fields_of(texts), points=True), expected)


@pytest.mark.parametrize(
    "text",
    ["-1", "+1", " 1", "1 ", "1_0", "1e3", "0x1", "/", ":", "é", "1.", ".5", ".", "1..2", "1.2.3", "1.12345678",
     "1000000000001", "12345678901234567", "a12345678", "12345678a123"],
)  # fmt: skip
def test_anything_else_is_left_to_others(text: str) -> None:
    with pytest.raises(NotPlainError):
        read_numbers(fields_of(["1", text]), points=True)
    with pytest.raises(NotPlainError):
        read_numbers(fields_of([text, "1"]), points=False)
