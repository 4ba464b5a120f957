"""The encoder-decoder: a window squeezed into one vector, and unfolded again."""

from dashboard.detection.models.kind import ModelKind
from dashboard.detection.models.plan import Plan, lstm_stack, output, repeat
from dashboard.detection.models.sequence import HEEDS, load, prepare
from dashboard.detection.settings import TrainingSettings


def plan(settings: TrainingSettings, steps: int, features: int) -> Plan:
    """Plan LSTM -> RepeatVector -> LSTM -> TimeDistributed(Dense); more layers are mirrored."""
    units, rate = settings.units, settings.dropout
    return (
        *lstm_stack(units, features, steps, rate, last_returns_sequences=False),
        repeat(steps, units[-1]),
        *lstm_stack(units[::-1], units[-1], steps, rate, last_returns_sequences=True),
        output(features, units[0], steps, settings.activation),
    )


ENCODER_DECODER = ModelKind(
    name="encoder-decoder",
    title="Encoder-decoder",
    summary="Squeezes each window through one vector and reconstructs it from there.",
    good_at="It cannot copy its input: what does not fit into the vector is lost, odd days first.",
    bad_at="It learns slowly, and on many users mostly the average rhythm; busy users rule its error.",
    settings=TrainingSettings(model="encoder-decoder"),
    heeds=HEEDS,
    plan=plan,
    prepare=prepare,
    load=load,
)
