"""What turns scores into anomalies: an alert budget, a false-alarm rate or a plain value."""

from typing import Literal

from pydantic import BaseModel, ConfigDict


class Threshold(BaseModel):
    """`budget`: users to be flagged; `rate`: share of cells with a p-value this low; `value`: a score."""

    model_config = ConfigDict(frozen=True)

    kind: Literal["budget", "rate", "value"] = "rate"
    amount: float = 0.001
