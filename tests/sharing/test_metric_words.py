"""Figures of a training read the same on the page and in the report."""

from dashboard.sharing.metric_words import format_metric, in_order, metric_words


def test_what_a_training_measures_has_words_an_order_and_one_way_of_writing() -> None:
    measured = {
        "copied": 0.0277,
        "epochs": 5.0,
        "val_mae": 4.69,
        "rank_of_noise": 12.0,
        "loss": 3.37,
    }
    told = [
        f"{metric_words(name)}: {format_metric(name, measured[name])}"
        for name in in_order(measured)
    ]
    assert told == [
        "Loss: 3.37",
        "Validation mean absolute error: 4.69",
        "Epochs: 5",
        "Share of a planted anomaly that is copied: 2.77%",
        "Rank of noise: 12",
    ]


def test_what_another_run_did_not_measure_is_missing() -> None:
    assert [format_metric(name, None) for name in ("copied", "loss", "epochs")] == ["—"] * 3
