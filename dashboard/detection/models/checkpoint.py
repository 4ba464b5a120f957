"""A training that was interrupted goes on after its last whole epoch, as if nothing had been. Imports TensorFlow."""

import json
import zipfile
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

import dashboard
from dashboard.detection.history import EpochRecord

WRITTEN_BY = {
    "clickwatch": dashboard.__version__,
    "keras": keras.__version__,
    "tensorflow": tf.__version__,
}


@dataclass(frozen=True)
class Saved:
    """All that the next epoch depends on, beside settings and data.

    variables: of the network, then of its optimizer. best: the weights that early stopping would
    restore; none where it does not take part. stopping: its other figures. ended: whether no epoch follows.
    """

    records: tuple[EpochRecord, ...]
    variables: tuple[np.ndarray, ...]
    best: tuple[np.ndarray, ...]
    stopping: dict[str, float]
    ended: bool


class Checkpoint(keras.callbacks.Callback):
    """Keeps one file with what each epoch has led to, and begins from what it finds there.

    The last of the callbacks, so that it sees what the others have decided. Without a file nothing is kept.
    records: a list that grows by one with each epoch, before this hears of it.
    """

    def __init__(
        self,
        file: Path | None,
        records: list[EpochRecord],
        stopping: list[keras.callbacks.EarlyStopping],
        epochs: int,
    ) -> None:
        super().__init__()
        self._file, self._records, self._stopping, self._epochs = file, records, stopping, epochs
        self._saved = _read(file) if file is not None else None

    @property
    def done(self) -> tuple[EpochRecord, ...]:
        """What was measured in the epochs that need not be trained again."""
        return self._saved.records if self._saved else ()

    @property
    def first_epoch(self) -> int:
        """The epoch that comes next, counted from 0; that after the last where none does."""
        return self._epochs if self._saved and self._saved.ended else len(self.done)

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:  # noqa: ARG002
        """Put everything back to where it was."""
        if self._saved is None:
            return
        for variable, value in zip(self._variables(), self._saved.variables, strict=True):
            variable.assign(value)
        for stopping in self._stopping:
            vars(stopping).update(self._saved.stopping, best_weights=list(self._saved.best) or None)

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:  # noqa: ARG002
        """Write all that the next epoch depends on, whole. A full disk is told when the run is kept."""
        if self._file is None:
            return
        best = [each.best_weights for each in self._stopping if each.best_weights]
        figures = [
            {name: float(vars(each)[name] or 0) for name in ("best", "wait", "best_epoch")}
            for each in self._stopping
        ]
        saved = Saved(
            records=tuple(self._records),
            variables=tuple(variable.numpy() for variable in self._variables()),
            best=tuple(best[0]) if best else (),
            stopping=figures[0] if figures else {},
            ended=self.model.stop_training or epoch + 1 == self._epochs,
        )
        with suppress(OSError):
            _write(saved, self._file)

    def _variables(self) -> list[keras.Variable]:
        optimizer = self.model.optimizer
        if not optimizer.built:
            optimizer.build(self.model.trainable_variables)
        return [*self.model.variables, *optimizer.variables]


def _write(saved: Saved, file: Path) -> None:
    facts = {
        "written_by": WRITTEN_BY,
        "records": [asdict(record) for record in saved.records],
        "stopping": saved.stopping,
        "ended": saved.ended,
    }
    arrays = {
        **{f"variable{place}": each for place, each in enumerate(saved.variables)},
        **{f"best{place}": each for place, each in enumerate(saved.best)},
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    aside = file.with_suffix(".new.npz")
    np.savez(aside, facts=json.dumps(facts), **arrays)
    aside.replace(file)


def _read(file: Path) -> Saved | None:
    """Return what was kept; None where that cannot be used, and training begins anew."""
    try:
        with np.load(file, allow_pickle=False) as kept:
            facts = json.loads(str(kept["facts"]))
            if facts["written_by"] != WRITTEN_BY:
                return None
            return Saved(
                records=tuple(EpochRecord(**record) for record in facts["records"]),
                variables=_numbered(kept, "variable"),
                best=_numbered(kept, "best"),
                stopping=facts["stopping"],
                ended=facts["ended"],
            )
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile):
        return None


def _numbered(kept: np.lib.npyio.NpzFile, name: str) -> tuple[np.ndarray, ...]:
    count = sum(each.startswith(name) for each in kept.files)
    return tuple(kept[f"{name}{place}"] for place in range(count))
