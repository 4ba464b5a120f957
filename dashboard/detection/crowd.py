"""All users of a panel: the first part, of whom everything is learned, and others who are judged by it."""

from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from typing import Self

import numpy as np

from dashboard.data.over import Over
from dashboard.detection.at_once import at_once
from dashboard.detection.figures import Figures
from dashboard.detection.judging import Judged, judge
from dashboard.detection.learned import Learned
from dashboard.detection.partitions import partition
from dashboard.detection.subject import Subject
from dashboard.detection.trained import TrainedModel

CELLS_TOGETHER = 50_000  # judged by one processor: more of them leave its cache again and again


@dataclass(frozen=True)
class Crowd:
    """whole: everybody. first: those of whom is learned, everybody where they are not too many.

    parts: the users of each part, by index, those of `first` before the others.
    """

    whole: Subject
    first: Subject
    parts: tuple[np.ndarray, ...]

    @classmethod
    def of(cls, whole: Subject) -> Self:
        """Cut a subject into parts, where it has too many cells to be judged at once."""
        _, times, features = whole.panel.shape
        scored = np.flatnonzero(whole.scored.any(axis=1))
        parts = partition(scored, whole.panel.users, times * features)
        first = whole if len(parts) == 1 else whole.of(parts[0], Learned.new())
        return cls(whole, first, tuple(parts))

    def figures(
        self,
        judged: Judged,
        trained: TrainedModel,
        by_model: Learned,
        over: Over = map,
        wanted: np.ndarray | None = None,
    ) -> Figures:
        """Return the figures of everybody.

        judged, by_model: what was made of the first, and learned in doing so. over: where the others
        are judged. wanted: (users, times) bool, the cells that are asked for; None: all.
        """
        cells = trained.fitted.calibration.cells
        first, *others = self.parts
        if not others:
            return Figures.of(judged.only(wanted), cells)

        def asked(users: np.ndarray) -> np.ndarray | None:
            return None if wanted is None else wanted[users]

        known = Figures.of(judged.only(asked(first)), cells)
        judging = Judging(trained, self.first.learned.complete(), by_model.complete())
        answers = over(judging, (Part(self.whole.of(users), asked(users)) for users in others))
        found = chain([(first, known)], zip(others, answers, strict=True))
        return Figures.gather(found, self.whole.panel.shape)


@dataclass(frozen=True)
class Part:
    """Some users to be judged. wanted: (users, times) bool, the cells asked for; None: all."""

    subject: Subject
    wanted: np.ndarray | None

    def of(self, users: np.ndarray) -> "Part":
        """Return some of the users, by their indices."""
        return Part(self.subject.of(users), None if self.wanted is None else self.wanted[users])


@dataclass(frozen=True)
class Judging:
    """A trained model at work on users who are judged by what was learned of others.

    rhythms: what was learned before any model; by_model: what was, by this one.
    """

    trained: TrainedModel
    rhythms: Learned
    by_model: Learned

    def __call__(self, part: Part) -> Figures:
        """Judge users, some at a time, for nobody depends on another any more."""
        users, times, features = part.subject.panel.shape
        number = max(1, users * times * features // CELLS_TOGETHER)
        blocks = np.array_split(np.arange(users), number)
        return Figures.joined(at_once(partial(self._judge, part.of(block)) for block in blocks))

    def _judge(self, part: Part) -> Figures:
        subject = replace(part.subject, learned=self.rhythms)
        judged = judge(subject, self.trained.model, self.by_model).only(part.wanted)
        return Figures.of(judged, self.trained.fitted.calibration.cells)
