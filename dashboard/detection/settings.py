"""What a person can choose about a training, with its defaults and limits."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

MetricName = Literal["mae", "mse", "rmse"]
METRICS: dict[MetricName, str] = {
    "mae": "mean absolute error",
    "mse": "mean squared error",
    "rmse": "root mean squared error",
}


class TrainingSettings(BaseModel):
    """One training of one model. The defaults are those of the two classic models.

    The form, the command line and `run.json` all read names, defaults, limits and help from here.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: Annotated[str, Field(description="The architecture to train.")] = "encoder-decoder"
    window: Annotated[
        int | None,
        Field(ge=2, le=2_000, description="Time steps in one window; empty: chosen for the data."),
    ] = None
    stride: Annotated[
        int | None,
        Field(ge=1, le=2_000, description="Steps between window starts; empty: chosen."),
    ] = None
    scaling: Annotated[
        Literal["range", "user-range", "log-range"],
        Field(description="How counts are brought into [-1, 1]."),
    ] = "range"
    units: Annotated[
        tuple[Annotated[int, Field(ge=1, le=1_024)], ...],
        Field(min_length=1, max_length=4, description="Hidden units of each encoder layer."),
    ] = (100,)
    dropout: Annotated[
        float, Field(ge=0, le=0.9, description="Share of values dropped between layers.")
    ] = 0.0
    activation: Annotated[
        Literal["tanh", "linear", "sigmoid"], Field(description="Activation of the output layer.")
    ] = "tanh"
    loss: Annotated[Literal["mse", "mae", "huber"], Field(description="What is minimised.")] = "mse"
    metric: Annotated[MetricName, Field(description="What is measured beside the loss.")] = "mae"
    optimizer: Annotated[
        Literal["adam", "rmsprop", "sgd"], Field(description="How weights are updated.")
    ] = "adam"
    learning_rate: Annotated[
        float, Field(gt=0, le=1, description="Size of each weight update.")
    ] = 0.001
    epochs: Annotated[
        int, Field(ge=1, le=1_000, description="Passes over all training windows.")
    ] = 30
    batch_size: Annotated[
        int, Field(ge=1, le=4_096, description="Windows that share one weight update.")
    ] = 32
    shuffle: Annotated[bool, Field(description="New order of windows in each epoch.")] = False
    unroll: Annotated[bool, Field(description="Write the time loop out as one long graph.")] = False
    validation_share: Annotated[
        float, Field(ge=0, le=0.5, description="Share of users held out of training.")
    ] = 0.1
    patience: Annotated[
        int,
        Field(ge=0, le=1_000, description="Epochs without improvement before stopping; 0: never."),
    ] = 10
    drop_worst: Annotated[
        float,
        Field(
            ge=0,
            le=0.2,
            description="Share of users, the strangest, left out of a second training; 0: train once.",
        ),
    ] = 0.0
    seed: Annotated[int, Field(ge=0, le=2**31 - 1, description="Start of the random numbers.")] = 0
