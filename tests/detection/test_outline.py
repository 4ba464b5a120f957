import subprocess
import sys

import pytest

from dashboard.detection import MODELS, TrainingSettings, check_fits, describe
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


@pytest.mark.parametrize("model", MODELS)
def test_more_work_is_estimated_to_take_longer(model: str) -> None:
    def seconds(**chosen: object) -> float:
        return describe((500, 40, 1), TrainingSettings(model=model, **chosen)).seconds

    assert seconds(epochs=60) > seconds()
    assert seconds(units=(200,)) > seconds()
    assert seconds(batch_size=8) > seconds()


def test_what_does_not_fit_into_memory_is_refused_with_advice() -> None:
    outline = describe((500, 40, 1), TrainingSettings())
    check_fits(outline, available_bytes=outline.memory_bytes)
    with pytest.raises(SettingsError, match="fewer units, a smaller batch or a shorter window"):
        check_fits(outline, available_bytes=outline.memory_bytes - 1)


def test_describing_needs_no_tensorflow() -> None:
    program = "import dashboard.detection, sys; sys.exit('tensorflow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
