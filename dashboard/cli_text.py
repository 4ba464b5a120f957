"""What the command line says: a report of a file, the progress of a training, its summary."""

import sys
from typing import Any

from dashboard.data.report import QualityReport
from dashboard.detection.analysis import Progress
from dashboard.runs.backup import Kept
from dashboard.runs.manifest import RunManifest
from dashboard.runs.views import Counts
from dashboard.sharing.drift_words import drift_headline, drift_sentences, origin_sentence

SHOWN_USERS = 5


def inspection(report: QualityReport) -> dict[str, Any]:
    """Return what was understood of a file, as `inspect --json` gives it."""
    return {
        "users": report.users,
        "times": report.times,
        "features": len(report.features),
        "total": {name: _whole(total) for name, total in report.totals.items()},
        "first": report.first,
        "last": report.last,
        "frequency": report.frequency.value,
        "user_sample": list(report.user_sample[:SHOWN_USERS]),
        "notes": [*report.how_read, *report.notes],
    }


def inspection_text(report: QualityReport) -> str:
    """Say the same for people."""
    step = report.frequency.value
    lines = [
        f"Users       {report.users:,}",
        f"Time steps  {report.times:,} ({step}s, {report.first} to {report.last})",
        *(
            f"{'Totals' if place == 0 else '':<12}{visible(name)}: {_shown(total)}"
            for place, (name, total) in enumerate(report.totals.items())
        ),
        f"Zeros       {report.zero_share:.1%} of the observed cells",
        f"For example {', '.join(visible(user) for user in report.user_sample[:SHOWN_USERS])}",
        "",
        *(f"- {visible(note)}" for note in (*report.how_read, *report.notes)),
    ]
    return "\n".join(lines)


def kept_text(kept: Kept) -> str:
    """Say what a backup holds."""
    told = f"{kept.datasets:,} datasets and {kept.runs:,} finished runs, with all that was said of them."
    if kept.damaged:
        names = ", ".join(visible(name) for name in kept.damaged)
        told += f"\nDamaged before the backup, and kept as they are: {names}."
    return told


def summary_text(manifest: RunManifest, counts: Counts) -> str:
    """Say in a few lines what an analysis found."""
    found = (
        f"{counts.anomalous_users:,} of {counts.scored_users:,} users have anomalies, "
        f"{counts.anomalous_cells:,} cells in all, at a score of {manifest.level:.4g} or more."
    )
    seconds = manifest.timings
    epochs = len(seconds.epochs)
    trained = f"{epochs} epochs in {seconds.train:.1f} s, " if epochs else ""
    settings = manifest.settings
    took = f"{settings.model}, window {settings.window}: {trained}{seconds.total:.1f} s in all."
    again = _scored_with_text(manifest)
    short = f"{counts.unscored_users:,} users have too little history to be scored."
    return "\n".join([found, took, *([short] if counts.unscored_users else []), *again])


def _scored_with_text(manifest: RunManifest) -> list[str]:
    """Say what was new to the earlier run, and whether its model still fits."""
    earlier = manifest.scored_with
    if earlier is None:
        return []
    return [
        visible(line)
        for line in (
            origin_sentence(manifest, earlier),
            drift_headline(manifest, earlier.drift),
            *(f"- {line}" for line in drift_sentences(manifest, earlier.drift)),
        )
    ]


class ProgressLines:
    """Writes one line an epoch to standard error, with the loss and the time left.

    Nothing before the first epoch: what is wrong with data or settings stands alone.
    model: named in front of each line where several are trained.
    """

    def __init__(self, model: str = "") -> None:
        self._before = f"{model}: " if model else ""

    def __call__(self, progress: Progress) -> None:
        """Write a line where there is something new to say."""
        if progress.stage == "train" and progress.epoch:
            self._say(_epoch_line(progress))
        elif progress.stage == "score":
            self._say("Scoring ...")
        elif progress.stage == "self_test":
            self._say("Testing on planted anomalies ...")

    def _say(self, line: str) -> None:
        sys.stderr.write(self._before + line + "\n")
        sys.stderr.flush()


def visible(text: str) -> str:
    """Return the text with control characters written out, so that it cannot steer a terminal."""
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in str(text))


def _epoch_line(progress: Progress) -> str:
    left = progress.seconds * (progress.epochs - progress.epoch)
    held_out = "" if progress.val_loss is None else f", held out {progress.val_loss:.6g}"
    return (
        f"Epoch {progress.epoch}/{progress.epochs}: loss {progress.loss:.6g}{held_out}, "
        f"{progress.seconds:.1f} s, about {left:.0f} s left"
    )


def _whole(number: float) -> float | int:
    return int(number) if float(number).is_integer() else number


def _shown(number: float) -> str:
    return f"{number:,.0f}" if float(number).is_integer() else f"{number:,.2f}"
