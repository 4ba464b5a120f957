"""What has been measured and is kept with the program, so that a page can show it and say how.

Each record is a JSON file beside this one. It holds the command that measures it anew, with
`--keep` to write it here, and the machine on which that was done last.
"""

import os
import platform
from functools import cache
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict

FOLDER = Path(__file__).parent


class Kept(BaseModel):
    """What every record tells of itself: how to measure it anew, and where it was measured."""

    model_config = ConfigDict(frozen=True)

    command: str
    machine: str
    versions: dict[str, str]

    @classmethod
    def path(cls) -> Path:
        """Return the file of this kind of record."""
        return FOLDER / f"{cls.__name__.lower()}.json"

    @classmethod
    def read(cls) -> Self:
        """Return the record that is kept."""
        return cls.model_validate_json(cls.path().read_bytes())

    def keep(self) -> None:
        """Write this record in the place of the one that is kept."""
        self.path().write_text(self.model_dump_json(indent=1) + "\n", "utf-8")


class Course(BaseModel):
    """One training. Seconds are the processor's: of all cores together, without other programs.

    first_epoch: with the tracing of the graph. epoch: the least of those that follow.
    clock: the same by the clock. losses: one an epoch.
    """

    model_config = ConfigDict(frozen=True)

    first_epoch: float
    epoch: float
    clock: float
    losses: tuple[float, ...]


class Unrolled(BaseModel):
    """One model trained with a loop and unrolled, from the same weights on the same windows."""

    model_config = ConfigDict(frozen=True)

    model: str
    loop: Course
    unrolled: Course

    @property
    def ratio(self) -> float:
        """How many times the processor's work of an epoch with a loop an unrolled one takes."""
        return self.unrolled.epoch / self.loop.epoch

    @property
    def first_ratio(self) -> float:
        """The same of the first epoch, in which the graph is traced."""
        return self.unrolled.first_epoch / self.loop.first_epoch

    @property
    def apart(self) -> float:
        """The largest relative difference between the losses of both."""
        pairs = zip(self.loop.losses, self.unrolled.losses, strict=True)
        return max(abs(one / other - 1) for one, other in pairs)


class Unrolling(Kept):
    """Trainings unrolled and not. windows, steps, features, units, batch_size: of all of them."""

    windows: int
    steps: int
    features: int
    units: int
    batch_size: int
    models: tuple[Unrolled, ...]


class Followed(BaseModel):
    """What one model expects of the same days without and with the spike, and how far it follows.

    copied: the share of the spike that the expectation follows. usual: the middle share over
    `carriers` users, each with a spike of that size on that day. epochs: those trained.
    """

    model_config = ConfigDict(frozen=True)

    model: str
    before: tuple[float, ...]
    after: tuple[float, ...]
    copied: float
    usual: float
    carriers: int
    epochs: int


class Spike(Kept):
    """A spike planted into one user of the sample, and what both classic models make of it.

    times: ISO dates. counts: with the spike. day: its place in them. without: that day's own count.
    """

    users: int
    scaling: str
    user: str
    times: tuple[str, ...]
    counts: tuple[float, ...]
    day: int
    without: float
    models: tuple[Followed, ...]

    def off_elsewhere(self, model: Followed) -> float:
        """Return how far a model is off on that user's other days, in the mean, in counts."""
        days = zip(self.counts, model.after, strict=True)
        apart = [abs(actual - expected) for actual, expected in days]
        return (sum(apart) - apart[self.day]) / (len(apart) - 1)


@cache
def read_unrolling() -> Unrolling:
    """Return what unrolling was measured to cost."""
    return Unrolling.read()


@cache
def read_spike() -> Spike:
    """Return what both models were measured to make of a spike."""
    return Spike.read()


def this_machine() -> str:
    """Return the class of this machine: `2 cores, x86_64, Linux`."""
    return f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}"
