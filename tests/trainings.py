"""Trainings that last: what is done to a run while it learns must find it learning."""

from dashboard.detection.settings import TrainingSettings

SOME_SECONDS = TrainingSettings(
    units=(250,), epochs=60, batch_size=1, patience=0, validation_share=0.0
)
LONG = SOME_SECONDS.model_copy(update={"units": (400,), "epochs": 1_000})  # minutes, of few users
