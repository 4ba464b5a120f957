"""The model made for counts: what rhythms foretell, corrected by an LSTM that never sees the cell."""

from dashboard.detection.counts.context import CHANNELS, REACH
from dashboard.detection.counts.model import load, prepare
from dashboard.detection.models.kind import ModelKind
from dashboard.detection.models.plan import LayerPlan, Plan
from dashboard.detection.settings import TrainingSettings

FACTS = 19  # known of each day beside its count: 12 figures and the weekday
HIDDEN = 48
HEEDS = (
    "model", "units", "epochs", "batch_size", "learning_rate", "validation_share", "patience",
    "seed",
)  # fmt: skip


def plan(settings: TrainingSettings, steps: int, features: int) -> Plan:
    """Plan two LSTMs that read what lies before and after, joined with what is known of the step."""
    del steps, features
    units = settings.units[0]
    joined = 2 * units + FACTS
    return (
        _reader(units, "before"),
        _reader(units, "after"),
        LayerPlan(
            kind="dense",
            title=f"Dense({HIDDEN}, relu)",
            output_shape=(None, HIDDEN),
            parameters=HIDDEN * (joined + 1),
            explanation=f"Joins both with {FACTS} facts about the step, such as its weekday and how "
            "everyone else did, but not its count.",
            size=HIDDEN,
        ),
        LayerPlan(
            kind="dense",
            title="Dense(3)",
            output_shape=(None, 3),
            parameters=3 * (HIDDEN + 1),
            explanation="Corrects the expected count, its scatter, and how likely the user is off.",
            size=3,
        ),
    )


def _reader(units: int, side: str) -> LayerPlan:
    return LayerPlan(
        kind="lstm",
        title=f"LSTM({units}), {side}",
        output_shape=(None, units),
        parameters=4 * units * (CHANNELS + units + 1),
        explanation=f"Reads {REACH} steps {side} the cell, three steps away from it, nearest last.",
        size=units,
        returns_sequences=False,
    )


COUNTS = ModelKind(
    name="counts",
    title="Counts",
    summary="Foretells each cell from all others, as a whole distribution of counts, and lets an "
    "LSTM correct it.",
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
)
