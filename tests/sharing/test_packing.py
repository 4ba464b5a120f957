import base64
import gzip
import json

from dashboard.sharing.packing import pack, unpack

TIMES = [f"2026-03-{day:02d}" for day in range(1, 29)]
FIGURES = {
    scheme: {
        "data": [
            {
                "x": TIMES,
                "y": {"dtype": "f4", "bdata": "A" * 300},
                "customdata": TIMES,
                "name": scheme,
            },
            {"x": TIMES, "error_y": {"array": list(range(100))}, "marker": {"color": ["red"]}},
        ],
        "layout": {"shapes": [{"x0": 1}], "title": {"text": "<&>"}},
    }
    for scheme in ("light", "dark")
}


def test_figures_come_back_whole_but_for_what_a_click_means() -> None:
    found = unpack(pack(FIGURES))
    for scheme, figure in FIGURES.items():
        first, second = figure["data"]
        without_clicks = {name: value for name, value in first.items() if name != "customdata"}
        assert found[scheme]["data"] == [without_clicks, second]
        assert found[scheme]["layout"] == figure["layout"]


def test_an_array_that_occurs_again_is_kept_once() -> None:
    packed = json.loads(gzip.decompress(base64.b64decode(pack(FIGURES))))
    assert packed["arrays"].count(TIMES) == 1
    assert len(packed["arrays"]) == 3


def test_packed_text_cannot_end_its_script_and_is_always_the_same() -> None:
    assert set(pack(FIGURES)) <= set(base64.b64encode(bytes(range(256))).decode()) | set(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
    )
    assert pack(FIGURES) == pack(FIGURES)
