"""Clickwatch: finds anomalies in per-user activity counts."""

import os

# Work is spread over the processors by `detection/at_once.py`; threads of the linear algebra's own
# would get into its way. Read when NumPy is loaded.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

__version__ = "0.1.0"
