"""The counts of a dataset on disk, with a checksum for each file."""

import json
from functools import lru_cache
from pathlib import Path

from dashboard.data import load_panel, save_panel
from dashboard.data.panel import Panel
from dashboard.errors import DamagedError
from dashboard.runs.cache import Cache
from dashboard.runs.digests import Signature, changed, digests_of, signature_of

DIGESTS = "digests.json"


def save_counts(panel: Panel, folder: Path) -> None:
    """Write a panel into a folder that exists. Raises OSError where the disk is full."""
    save_panel(panel, folder)
    (folder / DIGESTS).write_text(json.dumps(digests_of(folder)), "utf-8")


def load_counts(folder: Path) -> Panel:
    """Read a panel, mapped from disk. Raises DamagedError where it is not what was written."""
    if broken := _broken(folder, signature_of(folder)):
        raise DamagedError(
            f"The counts of this dataset are damaged: {broken[0]} is not what was written. "
            "Upload the file again."
        )
    return load_panel(folder)


def bring_counts(folder: Path, cache: Cache | None) -> Path:
    """Return a dataset's folder, fetched where it is kept elsewhere and is not here, or not sound."""
    if cache is not None:
        cache.bring(folder)
        if not is_sound(folder):
            cache.bring_again(folder)
    return folder


def is_sound(folder: Path) -> bool:
    """Whether the counts are what was written."""
    return not _broken(folder, signature_of(folder))


@lru_cache(maxsize=100)
def _broken(folder: Path, signature: Signature) -> tuple[str, ...]:
    names = {name for name, *_ in signature}
    if DIGESTS not in names and names:
        return ()  # of a version that wrote no checksums
    try:
        return changed(folder, json.loads((folder / DIGESTS).read_bytes()))
    except (OSError, ValueError):
        return (DIGESTS,)
