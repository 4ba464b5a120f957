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
class BestSoFar:
    """The lowest loss, the epochs since then, and the weights after it; none before the first epoch."""

    loss: float = np.inf
    waited: int = 0
    weights: tuple[np.ndarray, ...] = ()


@dataclass(frozen=True)
class Saved:
    """All that the next epoch depends on, beside settings and data.

    variables: of the network, then of its optimizer. ended: whether no epoch follows.
    """

    records: tuple[EpochRecord, ...]
    variables: tuple[np.ndarray, ...]
    best: BestSoFar
    ended: bool

    def put_back(self, network: keras.Model) -> None:
        """Put the network and its optimizer back to where they were."""
        for variable, value in zip(_variables(network), self.variables, strict=True):
            variable.assign(value)


def write_checkpoint(
    file: Path | None,
    network: keras.Model,
    records: tuple[EpochRecord, ...],
    best: BestSoFar,
    *,
    ended: bool,
) -> None:
    """Write what an epoch has led to, whole; nothing without a file. A full disk is told when the run is kept."""
    if file is None:
        return
    facts = {
        "written_by": WRITTEN_BY,
        "records": [asdict(record) for record in records],
        "best_loss": best.loss,
        "waited": best.waited,
        "ended": ended,
    }
    arrays = {
        **{f"variable{place}": each.numpy() for place, each in enumerate(_variables(network))},
        **{f"best{place}": each for place, each in enumerate(best.weights)},
    }
    aside = file.with_suffix(".new.npz")
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        np.savez(aside, facts=json.dumps(facts), **arrays)
        aside.replace(file)


def read_checkpoint(file: Path | None) -> Saved | None:
    """Return what was kept; None where nothing that can be used was, and training begins anew."""
    if file is None:
        return None
    try:
        with np.load(file, allow_pickle=False) as kept:
            facts = json.loads(str(kept["facts"]))
            if facts["written_by"] != WRITTEN_BY:
                return None
            return Saved(
                records=tuple(EpochRecord(**record) for record in facts["records"]),
                variables=_numbered(kept, "variable"),
                best=BestSoFar(facts["best_loss"], facts["waited"], _numbered(kept, "best")),
                ended=facts["ended"],
            )
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile):
        return None


def _variables(network: keras.Model) -> list[keras.Variable]:
    return [*network.variables, *network.optimizer.variables]


def _numbered(kept: np.lib.npyio.NpzFile, name: str) -> tuple[np.ndarray, ...]:
    count = sum(each.startswith(name) for each in kept.files)
    return tuple(kept[f"{name}{place}"] for place in range(count))
