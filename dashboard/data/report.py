"""What was understood of a file, in figures and in plain words."""

from pydantic import BaseModel, ConfigDict

from dashboard.data.panel import Frequency


class QualityReport(BaseModel):
    """The quality report of one reading. Shares are between 0 and 1. gaps: time steps without any row."""

    model_config = ConfigDict(frozen=True)

    rows: int
    users: int
    times: int
    features: tuple[str, ...]
    totals: dict[str, float]
    first: str | int
    last: str | int
    frequency: Frequency
    zero_share: float
    duplicates: int
    gaps: int
    short_users: tuple[str, ...]
    user_sample: tuple[str, ...]
    how_read: tuple[str, ...]
    notes: tuple[str, ...]
