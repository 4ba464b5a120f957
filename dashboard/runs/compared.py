"""Which runs' files were compared with their checksums, remembered for the next process.

To read all that a run of a million users keeps takes seconds. Nothing can write to a file without
changing its time, so what was right in a state of the files is right for as long as they are in it.
"""

import hashlib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from dashboard.runs.digests import signature_of
from dashboard.runs.places import Places
from dashboard.runs.unfinished import unfinished


@dataclass(frozen=True)
class State:
    """The files of a finished run as they lie on the disk: another one where any has been written to."""

    note: Path
    digest: str

    @classmethod
    def of(cls, places: Places, run_id: str, manifest_digest: str | None) -> "State":
        """Return the present one. manifest_digest: what the records say of the run's manifest."""
        seen = manifest_digest, signature_of(places.runs / run_id)
        digest = hashlib.sha256(repr(seen).encode()).hexdigest()
        return cls(places.compared / run_id, digest)

    @property
    def is_known(self) -> bool:
        """Whether the files were right in this state."""
        with suppress(OSError):
            return self.note.read_text("ascii") == self.digest
        return False

    def remember(self) -> None:
        """Note that they are right; where that cannot be noted, they are compared once more."""
        with suppress(OSError), unfinished(self.note.parent) as aside:
            path = aside / "note"
            path.write_text(self.digest, "ascii")
            path.replace(self.note)
