"""How many made-up inputs a test tries: few in `make test`, EXAMPLES times as many where that is set."""

import os

from hypothesis import settings

TIMES = int(os.environ.get("EXAMPLES", "1"))


def examples(number: int) -> settings:
    """Try so many, or the multiple of it that was asked for."""
    return settings(max_examples=TIMES * number)
