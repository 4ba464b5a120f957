"""The stacked model: no bottleneck, a number for every step all the way through."""

from dashboard.detection.models.kind import ModelKind
from dashboard.detection.models.plan import Plan, lstm_stack, output
from dashboard.detection.models.sequence import HEEDS, load, prepare
from dashboard.detection.settings import TrainingSettings


def plan(settings: TrainingSettings, steps: int, features: int) -> Plan:
    """Plan LSTM -> LSTM -> TimeDistributed(Dense), both with sequences; more layers are mirrored."""
    units, rate = settings.units, settings.dropout
    return (
        *lstm_stack(units, features, steps, rate, last_returns_sequences=True),
        *lstm_stack(units[::-1], units[-1], steps, rate, last_returns_sequences=True),
        output(features, units[0], steps, settings.activation),
    )


STACKED = ModelKind(
    name="stacked",
    title="Stacked",
    summary="Passes every step through two LSTM layers, with nothing squeezed in between.",
    good_at="It learns fast and reconstructs closely, level and rhythm alike.",
    bad_at="It sees each step that it reconstructs, so it learns to copy anomalies too.",
    settings=TrainingSettings(model="stacked"),
    heeds=HEEDS,
    plan=plan,
    prepare=prepare,
    load=load,
)
