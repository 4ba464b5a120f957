import math
from html.parser import HTMLParser

from dashboard.charts import drawing_text, figure_text, format_shape, model_drawing
from tests.charts.checked import loss_curves
from tests.charts.made_up import HISTORY, LAYERS, Epoch, Layer


def test_the_losses_shown_are_the_losses_given() -> None:
    training, validation = loss_curves(HISTORY).data
    assert list(training.y) == [epoch.loss for epoch in HISTORY]
    assert list(validation.y) == [epoch.val_loss for epoch in HISTORY]
    assert list(training.x) == list(range(1, 31))


def test_without_validation_there_is_one_curve() -> None:
    for missing in (None, math.nan):
        figure = loss_curves([Epoch(1, 0.2, missing), Epoch(2, 0.1, missing)])
        assert [curve.name for curve in figure.data] == ["Training loss"]
        assert "alidation" not in figure.layout.title.subtitle.text
        assert "alidation" not in figure_text(figure)


def test_one_epoch_is_not_told_twice() -> None:
    assert "it began at" in figure_text(loss_curves(HISTORY[:2]))
    assert "it began at" not in figure_text(loss_curves(HISTORY[:1]))


def test_the_axis_waits_for_the_epochs_to_come() -> None:
    assert loss_curves(HISTORY[:3], epochs=30).layout.xaxis.range[1] == 30.5


def test_a_drawing_names_every_layer_shape_and_parameter() -> None:
    drawing = model_drawing(LAYERS, (None, 40, 1))
    for text in ("(32, 40, 1)", "(32, 100)", "(32, 40, 100)", "40,800 parameters", "Repeat"):
        assert text in drawing
    assert drawing_text(LAYERS).endswith("121,301 parameters.")


def test_a_drawing_is_well_formed_and_escapes_its_texts() -> None:
    class Balance(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.open: list[str] = []
            self.seen: set[str] = set()

        def handle_starttag(self, tag: str, _attrs: object) -> None:
            self.open.append(tag)
            self.seen.add(tag)

        def handle_endtag(self, tag: str) -> None:
            assert self.open.pop() == tag

    balance = Balance()
    hostile = Layer("x", "<script>", (None, 1), 1, '"><img src=x>')
    balance.feed(model_drawing([*LAYERS, hostile]))
    assert not balance.open
    assert not balance.seen & {"script", "img"}


def test_the_batch_stands_for_what_a_shape_leaves_open() -> None:
    assert format_shape((None, 40, 1), batch=8) == "(8, 40, 1)"
