"""Pseudonyms in place of user names: always the same for one user of one dataset, and no way back.

They are made with the installation's key, so that nobody can try out names to find whose it is.
What stays is what a pseudonym stands beside: someone who knows a user's counts may know them again.
"""

import hmac
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from dashboard.runs.comparing import Standings
from dashboard.runs.manifest import RunManifest
from dashboard.runs.renaming import other_names
from dashboard.runs.results import Results
from dashboard.runs.views import View

FEWEST_DIGITS = 6
MOST_DIGITS = 64  # all of a SHA-256


class Pseudonyms:
    """Names for the users of one dataset, such as `user-7f3a9c`.

    dataset_digest: the SHA-256 of the dataset's file; another dataset gets other pseudonyms.
    """

    def __init__(self, key: bytes, dataset_digest: str) -> None:
        self._key = hmac.digest(key, f"pseudonyms of {dataset_digest}".encode(), "sha256")

    def of(self, users: Sequence[str]) -> list[str]:
        """Return a pseudonym for each user, distinct where the users are.

        users: all users of the dataset. Where six digits would not tell them apart, all get more.
        """
        digests = [hmac.digest(self._key, user.encode(), "sha256").hex() for user in users]
        different = len(set(digests))
        digits = FEWEST_DIGITS
        while digits < MOST_DIGITS and len({digest[:digits] for digest in digests}) < different:
            digits += 1
        return [f"user-{digest[:digits]}" for digest in digests]


def open_masked(folder: Path, key: bytes, *, compared: bool = False) -> Results:
    """Open a finished run so that all that comes of it names users by their pseudonyms.

    key: the installation's. compared: as in `Results.open`, which raises where no whole run is there.
    """
    return Results.open(folder, _pseudonyms(folder, key).of, compared=compared)


def pseudonyms_of(folder: Path, key: bytes) -> dict[str, str]:
    """Return the pseudonym of each user of the finished run in that folder."""
    return other_names(folder, _pseudonyms(folder, key).of)


def masked_view(view: View, names: dict[str, str]) -> View:
    """Return a view that was asked for by true names, with pseudonyms in their place.

    names: of each user the pseudonym. So a search for a name can be shown to whoever must not see it.
    """
    users = view.users.assign(user=view.users["user"].map(names))
    grid = replace(view.grid, users=tuple(names[user] for user in view.grid.users))
    return replace(view, users=users, grid=grid)


def masked_standings(standings: Standings, folder: Path, key: bytes) -> Standings:
    """Return where runs put each user, with pseudonyms. folder: of one of the runs."""
    names = _pseudonyms(folder, key).of(standings.users["user"].tolist())
    return replace(standings, users=standings.users.assign(user=names))


def _pseudonyms(folder: Path, key: bytes) -> Pseudonyms:
    return Pseudonyms(key, RunManifest.read(folder).dataset.digest)
