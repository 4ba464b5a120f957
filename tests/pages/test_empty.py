"""A page with nothing to show says what to do; what does not exist is said in a sentence."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest


@pytest.mark.usefixtures("store")
def test_the_first_page_is_data_with_the_sample_one_press_away(
    open_page: Callable[..., AppTest],
) -> None:
    page = open_page("")
    assert page.title[0].value == "Data"
    assert page.button(key="use_sample").label == "Use the sample: 2,000 users x 40 days"


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("name", ["train", "anomalies", "compare", "runs"])
def test_a_page_without_data_leads_to_data(name: str, open_page: Callable[..., AppTest]) -> None:
    page = open_page(name)
    assert page.title[0].value == name.capitalize()
    page = page.button(key="empty_to_data").click().run()
    assert page.title[0].value == "Data"


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize(
    ("name", "key"),
    [("data", "dataset"), ("train", "dataset"), ("train", "run"), ("anomalies", "run")],
)
def test_an_unknown_id_is_said_in_one_sentence(
    name: str, key: str, open_page: Callable[..., AppTest]
) -> None:
    page = open_page(name, **{key: "nobody"})
    assert not page.exception
    assert "There is no such" in page.warning[0].value
