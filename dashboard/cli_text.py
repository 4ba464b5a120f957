"""What the command line says of a training: how far it is, what it found; and of a backup."""

import sys

from dashboard.cli_inspect import visible
from dashboard.detection.analysis import Progress
from dashboard.runs.backup import Kept
from dashboard.runs.manifest import RunManifest
from dashboard.runs.views import Counts
from dashboard.sharing.drift_words import drift_headline, drift_sentences, origin_sentence


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


def _epoch_line(progress: Progress) -> str:
    left = progress.seconds * (progress.epochs - progress.epoch)
    held_out = "" if progress.val_loss is None else f", held out {progress.val_loss:.6g}"
    return (
        f"Epoch {progress.epoch}/{progress.epochs}: loss {progress.loss:.6g}{held_out}, "
        f"{progress.seconds:.1f} s, about {left:.0f} s left"
    )
