import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.detection import MODELS, TrainingSettings, check_fits, describe, make_settings
from dashboard.detection.holdout import split
from dashboard.errors import SettingsError


def test_the_question_that_began_it_all_is_answered() -> None:
    outline = describe((2_000, 40, 1), TrainingSettings(validation_share=0))
    assert (outline.windows, outline.batches_per_epoch, outline.last_batch) == (2_000, 63, 16)
    assert outline.input_shape == (None, 40, 1)
    assert [layer.output_shape for layer in outline.layers] == [
        (None, 100),
        (None, 40, 100),
        (None, 40, 100),
        (None, 40, 1),
    ]
    # 4 gates x 100 units x (inputs + 100 + 1), twice, and 100 weights and a bias
    assert outline.parameters == 4 * 100 * (1 + 101) + 4 * 100 * (100 + 101) + 101
    assert outline.updates == 63 * 30


def test_held_out_users_make_fewer_batches() -> None:
    outline = describe((2_000, 40, 1), TrainingSettings())
    # a tenth of 2,000 users is held out; 56 batches of 32 and one of 8 are left
    assert (outline.training_windows, outline.held_out_windows) == (1_800, 200)
    assert (outline.batches_per_epoch, outline.last_batch) == (57, 8)


def test_the_model_made_for_counts_learns_from_single_cells() -> None:
    outline = describe((2_000, 40, 1), make_settings())
    # 1,800 of 2,000 users have 40 cells each to learn from; an epoch takes 48,000 of them,
    # 93 batches of 512 and one of 384
    assert outline.each_cell
    assert (outline.training_windows, outline.held_out_windows) == (72_000, 8_000)
    assert outline.windows_an_epoch == 48_000
    assert (outline.batches_per_epoch, outline.last_batch) == (94, 384)
    # of a window of 27: the cell and 3 neighbours on either side left out, (27 - 7) / 2 a side
    assert outline.input_shape == (None, 10, 3)


def test_few_cells_come_in_the_smaller_batches_that_they_are_trained_in() -> None:
    outline = describe((12, 14, 1), make_settings(validation_share=0))
    # 12 x 14 cells would be one batch of 512: no smaller than 32, there are 5 of 32 and one of 8
    assert (outline.batch_size, outline.batches_per_epoch, outline.last_batch) == (32, 6, 8)


def test_a_second_training_doubles_epochs_and_updates() -> None:
    once, twice = (
        describe((2_000, 40, 1), TrainingSettings(drop_worst=share)) for share in (0, 0.05)
    )
    assert (once.epochs, twice.epochs) == (30, 60)
    assert twice.updates == 2 * once.updates
    assert twice.seconds > once.seconds


def test_the_end_of_a_single_series_is_held_out() -> None:
    outline = describe((1, 2_000, 1), TrainingSettings())
    # held-out windows start from 1,800 - 20 on; those trained on end before
    assert outline.windows == 1_961
    assert outline.held_out_windows == 1_961 - 1_780
    assert outline.training_windows == 1_780 - 40 + 1


@given(
    users=st.integers(1, 12),
    times=st.integers(2, 60),
    share=st.sampled_from([0, 0.05, 0.1, 0.25, 0.5]),
    data=st.data(),
)
def test_what_is_described_is_what_is_trained_on(
    users: int, times: int, share: float, data: st.DataObject
) -> None:
    window = data.draw(st.integers(2, times))
    stride = data.draw(st.integers(1, window))
    outline = describe(
        (users, times, 1), TrainingSettings(window=window, stride=stride, validation_share=share)
    )
    parts = split(
        np.ones((users, times), dtype=bool),
        np.ones(users, dtype=bool),
        window=window,
        stride=stride,
        share=share,
        seed=0,
    )
    assert outline.training_windows == len(parts.training_windows)
    assert outline.held_out_windows == len(parts.held_out_windows)


@pytest.mark.parametrize("model", [name for name, kind in MODELS.items() if kind.is_trained])
def test_more_work_is_estimated_to_take_longer(model: str) -> None:
    def seconds(**chosen: object) -> float:
        return describe((500, 40, 1), TrainingSettings(model=model, **chosen)).seconds

    assert seconds(epochs=60) > seconds()
    assert seconds(units=(200,)) > seconds()
    assert seconds(batch_size=8) > seconds()


@pytest.mark.parametrize("model", MODELS)
def test_the_test_on_planted_anomalies_is_part_of_the_time(model: str) -> None:
    few, many = (describe((users, 40, 1), make_settings(model=model)) for users in (500, 4_000))
    assert 0 < few.test_seconds < few.seconds
    assert few.test_seconds < many.test_seconds


def test_what_does_not_fit_into_memory_is_refused_with_advice() -> None:
    outline = describe((500, 40, 1), TrainingSettings())
    check_fits(outline, most_bytes=outline.memory_bytes)
    with pytest.raises(SettingsError, match="fewer units, a smaller batch or a shorter window"):
        check_fits(outline, most_bytes=outline.memory_bytes - 1)


def test_describing_needs_no_tensorflow() -> None:
    program = "import dashboard.detection, sys; sys.exit('tensorflow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
