"""All names of a run's users at once: as they are searched and sorted, whatever the case of their letters."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

FOLDED = (("ß", "ss"), ("ς", "σ"))  # noqa: RUF001 - what lower case leaves apart: the two sigmas of Greek


def fold_names(names: pa.Array) -> pa.Array:
    """Return each name as it is compared, like `str.casefold` of all at once."""
    folded = pc.utf8_lower(names)
    for sign, instead in FOLDED:
        folded = pc.replace_substring(folded, sign, instead)
    return folded


def names_with(folded: pa.Array, search: str) -> np.ndarray:
    """Return which of the folded names have that part, (users,) bool."""
    return pc.match_substring(folded, search.casefold()).to_numpy(zero_copy_only=False)


def name_places(folded: pa.Array) -> np.ndarray:
    """Return the place of each name in order, (users,) int32 from 1; equal names have the same."""
    return pc.rank(folded, tiebreaker="dense").to_numpy().astype(np.int32)
