"""The model made for counts: what rhythms foretell, corrected by an LSTM that never sees the cell."""

from dataclasses import replace

from dashboard.detection.counts.context import CHANNELS, reach_of
from dashboard.detection.counts.expectation import GAP
from dashboard.detection.counts.model import load, prepare
from dashboard.detection.models.kind import ModelKind
from dashboard.detection.models.plan import LayerPlan, Plan, dropout, lstm
from dashboard.detection.settings import TrainingSettings

FACTS = 19  # known of each day beside its count: 12 figures and the weekday
HIDDEN = 48
WINDOW = 27  # ten steps before, the gap of three, the cell, the gap, ten steps after
HEEDS = (
    "model", "window", "stride", "units", "dropout", "learning_rate", "epochs", "batch_size",
    "unroll", "validation_share", "patience", "drop_worst", "seed",
)  # fmt: skip


def plan(settings: TrainingSettings, steps: int, features: int) -> Plan:
    """Plan two stacks of LSTMs, before and after, joined with what is known of the step itself."""
    del features
    reach = reach_of(steps)
    joined = 2 * settings.units[-1] + FACTS
    layers = [*_reader(settings, reach, "before"), *_reader(settings, reach, "after")]
    layers.append(
        LayerPlan(
            kind="dense",
            title=f"Dense({HIDDEN}, relu)",
            output_shape=(None, HIDDEN),
            parameters=HIDDEN * (joined + 1),
            explanation=f"Joins both with {FACTS} facts about the step, such as its weekday and how "
            "everyone else did, but not its count.",
            size=HIDDEN,
        )
    )
    if settings.dropout:
        layers.append(dropout(settings.dropout, (None, HIDDEN)))
    layers.append(
        LayerPlan(
            kind="dense",
            title="Dense(2)",
            output_shape=(None, 2),
            parameters=2 * (HIDDEN + 1),
            explanation="Corrects the expected count and its scatter.",
            size=2,
        )
    )
    return tuple(layers)


def _reader(settings: TrainingSettings, reach: int, side: str) -> list[LayerPlan]:
    inputs, layers = CHANNELS, []
    for position, units in enumerate(settings.units, start=1):
        layer = lstm(units, inputs, reach, returns_sequences=position < len(settings.units))
        away = f"{side} the cell, leaving out the {GAP} next to it"
        explanation = f"{layer.explanation} They lie {away}."
        layers.append(replace(layer, title=f"{layer.title} {side}", explanation=explanation))
        inputs = units
    return layers


COUNTS = ModelKind(
    name="counts",
    title="Counts",
    summary="Foretells each cell from all the others, as a whole distribution of counts; an LSTM "
    "that reads what lies before and after corrects it.",
    good_at="It never sees what it judges, compares quiet users with busy ones, and knows weeks, "
    "holidays and outages.",
    bad_at="It needs some weeks, and many users or a long series, to know what is usual.",
    settings=TrainingSettings(
        model="counts", units=(16,), epochs=6, batch_size=512, learning_rate=0.005, patience=2
    ),
    heeds=HEEDS,
    plan=plan,
    prepare=prepare,
    load=load,
    window=WINDOW,
    stride=1,
    each_cell=True,
)
