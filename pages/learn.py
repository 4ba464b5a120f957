"""Learn: what windows, batches, layers and the bottleneck are, on the person's own data."""

import streamlit as st

from dashboard.ui.addresses import read_choice
from dashboard.ui.learn.batches import teach_batches
from dashboard.ui.learn.bottleneck import teach_bottleneck
from dashboard.ui.learn.chosen import list_lessons, offer_training, say_answer
from dashboard.ui.learn.layers import teach_layers
from dashboard.ui.learn.loop import teach_loop
from dashboard.ui.learn.series import teach_series
from dashboard.ui.learn.subject import choose_subject
from dashboard.ui.learn.windows import teach_windows

st.title("Learn")
st.markdown(
    "What a network is shown of your counts, and what it makes of them: seven short lessons, drawn "
    "with your own data, or with the sample's. Move a slider, and every drawing follows."
)
subject = choose_subject(read_choice("dataset"))
answer = st.container()
list_lessons()
cut = teach_windows(subject)
batch_size = teach_batches(subject, cut)
settings = teach_layers(subject, cut, batch_size)
with answer:
    say_answer(subject, cut, settings)
teach_series(subject, cut, batch_size)
unroll = teach_loop(settings, cut.panel_shape[2])
teach_bottleneck()
offer_training(subject, cut, settings.model_copy(update={"unroll": unroll}))
