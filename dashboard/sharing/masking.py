"""Pseudonyms in place of user names: always the same for one user of one dataset, and no way back.

They are made with the installation's key, so that nobody can try out names to find whose it is.
What stays is what a pseudonym stands beside: someone who knows a user's counts may know them again.
"""

import hmac
from collections.abc import Sequence

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
