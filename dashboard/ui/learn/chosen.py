"""What was chosen on the Learn page: its answer at the top, and the way to Train at the end."""

import streamlit as st

from dashboard.charts.format import format_count, sentence
from dashboard.detection.outline import describe
from dashboard.detection.registry import MODELS
from dashboard.detection.settings import TrainingSettings
from dashboard.detection.windows import LEAST_TIMES, choose_window
from dashboard.ui.addresses import link_to
from dashboard.ui.learn.subject import Subject
from dashboard.ui.learn.windows import Cut
from dashboard.ui.learn.words import batches_sentence, counts_sentence, shapes_sentence
from dashboard.ui.settings_form import FINER, LABELS, address_of, in_words

LESSONS = {
    "windows": "1. Windows",
    "batches": "2. Batches",
    "layers": "3. Layers",
    "series": "4. One long series",
    "loop": "5. Unrolling",
    "bottleneck": "6. The bottleneck",
    "settings": "7. Settings",
}
TOLD = ("window", "stride", "batch_size", "units", "unroll")
UNTOLD = ("epochs", "learning_rate", "scaling", "validation_share", "patience", "shuffle")


def say_answer(subject: Subject, cut: Cut, settings: TrainingSettings) -> None:
    """Draw in a few numbers what becomes of the data."""
    outline = describe(cut.panel_shape, settings)
    with st.container(border=True, key="learn_answer"):
        st.markdown(
            f"**{sentence(counts_sentence(cut.panel_shape, subject.panel.frequency))}**: "
            f"{format_count(outline.windows)} windows of ({outline.window}, {outline.features}), "
            f"in {batches_sentence(outline)}. Through {MODELS[settings.model].title.lower()}, with "
            f"{format_count(outline.parameters)} parameters, one batch goes"
        )
        st.markdown(f"`{shapes_sentence(outline)}`")


def list_lessons() -> None:
    """Draw links to the lessons of this page."""
    st.markdown(" · ".join(f"[{name}](#{anchor})" for anchor, name in LESSONS.items()))


def offer_training(subject: Subject, cut: Cut, settings: TrainingSettings) -> None:
    """Draw what each setting of the Train page does of all this, and a link that carries them there."""
    st.header("7. These settings on the Train page", anchor="settings")
    st.markdown("\n".join(f"- **{_name(name, settings)}** {_what(name)}" for name in TOLD))
    with st.expander("Those that were not drawn here"):
        st.markdown("\n".join(f"- **{LABELS[name]}.** {_what(name)}" for name in UNTOLD))
    if subject.dataset_id is None:
        link_to("data", "Bring counts in, to train on them", icon=":material/upload_file:")
        return
    link_to(
        "train",
        "Open Train with these settings",
        icon=":material/model_training:",
        dataset=subject.dataset_id,
        **address_of(_for_training(cut, settings)),
    )


def _name(name: str, settings: TrainingSettings) -> str:
    value = getattr(settings, name)
    return f"{LABELS[name]}: {('off', 'on')[value] if isinstance(value, bool) else in_words(name, value)}."


def _what(name: str) -> str:
    return f"{TrainingSettings.model_fields[name].description} {FINER.get(name, '')}".strip()


def _for_training(cut: Cut, settings: TrainingSettings) -> TrainingSettings:
    """Return them with users held out as usual; what would be chosen for the data is left to it."""
    users, times, _ = cut.panel_shape
    usual = TrainingSettings()
    held = {"validation_share": usual.validation_share}
    chosen = settings.window, settings.stride
    if times >= LEAST_TIMES and choose_window(users, times, usual) == chosen:
        held |= {"window": None, "stride": None}
    return settings.model_copy(update=held)
