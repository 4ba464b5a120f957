"""What is told of a scored file: a digest of its findings, in plain text and as data."""

from dataclasses import asdict, dataclass
from typing import Any

from dashboard.charts.finding import KIND_NAMES, finding_sentence
from dashboard.charts.format import format_name, format_number_of
from dashboard.runs.results import Results

MOST_FINDINGS = 20


@dataclass(frozen=True)
class Told:
    """One finding. start and end are labels of time steps, both included."""

    user: str
    kind: str
    direction: str
    start: str
    end: str
    feature: str
    actual: float
    expected: float
    score: float
    sentence: str


@dataclass(frozen=True)
class Digest:
    """What is told. key: the same whenever the same is told again. problem: why there is no finding to tell.

    findings: all of them; strongest: the first of them, the strangest first.
    """

    key: str
    file: str
    address: str | None
    level: float | None
    findings: int
    users: int
    strongest: tuple[Told, ...]
    problem: str | None = None

    @property
    def title(self) -> str:
        """What it is about, on one line."""
        name = " ".join(format_name(self.file, 60).split())
        if self.problem is not None:
            return f"Clickwatch could not score {name}"
        found = format_number_of(self.findings, "finding")
        return f"Clickwatch: {found} of {format_number_of(self.users, 'user')} in {name}"

    @property
    def text(self) -> str:
        """All of it, for people."""
        lines = [self.title + ".", ""]
        if self.problem is not None:
            lines.append(self.problem)
        lines += [
            f"- {format_name(each.user, 60)}: {KIND_NAMES[each.kind].lower()}. {each.sentence}"
            for each in self.strongest
        ]
        if self.findings > len(self.strongest):
            lines.append(f"- and {self.findings - len(self.strongest):,} more")
        if self.address is not None:
            lines += ["", f"Look at them: {self.address}"]
        return "\n".join(lines)

    def as_json(self) -> dict[str, Any]:
        """The same as data; `text` is what chat programs show of a webhook."""
        return {"text": self.text} | asdict(self)


def digest_of_run(results: Results, key: str, file: str, address: str) -> Digest:
    """Return what is told of a scored file, by the threshold of the run."""
    found = results.findings()
    frequency = results.manifest.frequency
    strongest = tuple(
        Told(
            user=row.user,
            kind=row.kind,
            direction=row.direction,
            start=row.start,
            end=row.end,
            feature=row.feature,
            actual=float(row.actual),
            expected=float(row.expected),
            score=float(row.peak),
            sentence=finding_sentence(row, results.times, frequency),
        )
        for row in found.head(MOST_FINDINGS).itertuples()
    )
    return Digest(
        key=key,
        file=file,
        address=address,
        level=results.manifest.level,
        findings=len(found),
        users=int(found["user_index"].nunique()),
        strongest=strongest,
    )


def digest_of_problem(key: str, file: str, problem: str) -> Digest:
    """Return what is told of a file that could not be scored."""
    return Digest(key, file, None, None, 0, 0, (), problem)
