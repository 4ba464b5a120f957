"""In which order findings are looked at: the strangest first, moved by what was said of those like it.

Two findings are alike where kind, direction and feature are the same, and either they share a time
step, or they are similar in shape: one at most twice as long as the other, and their counts at most
half as many times again above or below what was expected. Among the findings like it that were judged, let
a be the anomalies and n the normal ones: a finding's priority is its highest score times
2 ** ((a - n) / (a + n + 1)), so at most twice as much and at least half.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dashboard.runs.muting import NOBODY, Mute, muted_by
from dashboard.runs.reviewing import Log, Opinion, Review, Stretch, opinion_of

SIMILAR_LENGTH = 2.0
SIMILAR_SIZE = 1.5
SAID = (Opinion.ANOMALY, Opinion.NORMAL, Opinion.UNSURE, Opinion.DISPUTED)


@dataclass(frozen=True)
class Progress:
    """How far a review has come. findings: all but those that are muted or hidden."""

    findings: int
    reviewed: int
    disputed: int
    muted: int
    hidden: int


@dataclass(frozen=True)
class Triage:
    """The findings of a run as they are to be looked at.

    findings: as `Results.findings`, ordered by priority, with opinion, silencer (the place of the
        mute among `mutes`, NOBODY where none), like_anomaly and like_normal (how many judged so are
        like it), and priority.
    standing: for each of them, of every person the verdict that stands.
    """

    findings: pd.DataFrame
    standing: tuple[tuple[Review, ...], ...]
    mutes: tuple[Mute, ...]
    log: Log

    @property
    def progress(self) -> Progress:
        """How far the review has come."""
        opinion = self.findings["opinion"]
        muted = self.findings["silencer"] != NOBODY
        hidden = ~muted & (opinion == Opinion.HIDDEN)
        heard = opinion[~muted & ~hidden]
        return Progress(
            findings=len(heard),
            reviewed=int(heard.isin(SAID).sum()),
            disputed=int((heard == Opinion.DISPUTED).sum()),
            muted=int(muted.sum()),
            hidden=int(hidden.sum()),
        )

    def judged(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the highest score of each finding that was judged, and whether as an anomaly.

        Both (judged,); neither unsure nor disputed ones are among them.
        """
        opinion = self.findings["opinion"]
        decided = opinion.isin((Opinion.ANOMALY, Opinion.NORMAL))
        anomalous = (opinion[decided] == Opinion.ANOMALY).to_numpy(dtype=bool)
        return self.findings.loc[decided, "peak"].to_numpy(dtype=float), anomalous

    def stretch(self, row: int) -> Stretch:
        """Return the cells of a finding by its row."""
        return stretch_of(self.findings.iloc[row])

    def like(self, row: int) -> list[int]:
        """Return the rows of the open findings that are like this one, itself left out."""
        opinion, silencer = self.findings["opinion"], self.findings["silencer"]
        waiting = (opinion == Opinion.OPEN) & (silencer == NOBODY)
        alike = _Shapes.of(self.findings).like(row) & waiting.to_numpy()
        return np.flatnonzero(alike).tolist()


def triage(findings: pd.DataFrame, log: Log, mutes: Sequence[Mute], times: pd.Index) -> Triage:
    """Order the findings of a run by what was said of them. times: the run's time steps."""
    standing = _standing(findings, log)
    opinion = np.array([opinion_of(each) if each else Opinion.OPEN for each in standing], object)
    like_anomaly, like_normal = _judged_like(findings, opinion)
    swing = (like_anomaly - like_normal) / (like_anomaly + like_normal + 1)
    told = findings.assign(
        opinion=opinion,
        silencer=muted_by(findings, mutes, times),
        like_anomaly=like_anomaly,
        like_normal=like_normal,
        priority=findings["peak"] * 2**swing,
    )
    order = np.argsort(-told["priority"].to_numpy(), kind="stable")
    return Triage(
        findings=told.iloc[order].reset_index(drop=True),
        standing=tuple(standing[row] for row in order),
        mutes=tuple(mutes),
        log=log,
    )


def stretch_of(finding: object) -> Stretch:
    """Return the cells of a finding: a row of `Results.findings`."""
    return Stretch(
        user_index=int(finding.user_index),
        user=finding.user,
        first=int(finding.first),
        last=int(finding.last),
        start=finding.start,
        end=finding.end,
        feature=finding.feature,
    )


def _standing(findings: pd.DataFrame, log: Log) -> list[tuple[Review, ...]]:
    """What stands of each finding; only those of users of whom something was said are looked at."""
    users = {entry.stretch.user_index for entry in log.entries}
    rows = np.flatnonzero(findings["user_index"].isin(users))
    standing: list[tuple[Review, ...]] = [()] * len(findings)
    said = log.standing([stretch_of(each) for each in findings.iloc[rows].itertuples()])
    for row, each in zip(rows, said, strict=True):
        standing[row] = each
    return standing


def _judged_like(findings: pd.DataFrame, opinion: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How many findings like each were judged anomalies, and how many normal, each (findings,)."""
    shapes = _Shapes.of(findings)
    totals = []
    for wanted in (Opinion.ANOMALY, Opinion.NORMAL):
        total = np.zeros(len(findings), dtype=int)
        for row in np.flatnonzero(opinion == wanted):
            total += shapes.like(int(row))
        totals.append(total)
    return totals[0], totals[1]


@dataclass(frozen=True)
class _Shapes:
    """What makes findings alike; arrays, (findings,). sort: kind, direction and feature as one number."""

    sort: np.ndarray
    first: np.ndarray
    last: np.ndarray
    steps: np.ndarray
    size: np.ndarray

    @classmethod
    def of(cls, findings: pd.DataFrame) -> "_Shapes":
        sort = findings.groupby(["kind", "direction", "feature"], sort=False).ngroup()
        return cls(
            sort=sort.to_numpy(),
            first=findings["first"].to_numpy(),
            last=findings["last"].to_numpy(),
            steps=findings["steps"].to_numpy(dtype=float),
            # one more of both: so that nothing and almost nothing are near each other
            size=((findings["actual"] + 1) / (findings["expected"].clip(lower=0) + 1)).to_numpy(),
        )

    def like(self, row: int) -> np.ndarray:
        """Which findings are like that one, itself left out."""
        together = (self.first <= self.last[row]) & (self.last >= self.first[row])
        similar = _within(self.steps, row, SIMILAR_LENGTH) & _within(self.size, row, SIMILAR_SIZE)
        alike = (self.sort == self.sort[row]) & (together | similar)
        alike[row] = False
        return alike


def _within(values: np.ndarray, row: int, factor: float) -> np.ndarray:
    return (values <= factor * values[row]) & (values[row] <= factor * values)
