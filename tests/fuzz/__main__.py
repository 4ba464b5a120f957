"""Look for files on which reading breaks, guided by the code that each reaches.

make fuzz SECONDS=600

Every input that reaches new code is kept in `tests/fuzz/corpus/`, which the tests try again. An input
that breaks something, takes 20 seconds or 2 GB ends the search, and is written to the folder in
which it was started.
"""

import sys

import atheris

with atheris.instrument_imports(include=["dashboard.data"]):
    from tests.fuzz.target import CORPUS, read_anything

LIMITS = ["-timeout=20", "-rss_limit_mb=2048", "-max_len=8192"]

atheris.Setup([sys.argv[0], *LIMITS, *sys.argv[1:], str(CORPUS)], read_anything)
atheris.Fuzz()
