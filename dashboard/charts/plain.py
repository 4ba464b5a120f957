"""Values as a chart's JSON has them: lists and texts, and arrays of numbers as Plotly's typed arrays."""

import base64
from typing import Any

import numpy as np
import pandas as pd

_SHORT = {"int8": "i1", "int16": "i2", "int32": "i4", "float32": "f4", "float64": "f8"}


def plain(value: Any) -> Any:
    """Return a value as JSON can hold it. Numbers that are not known are null, in arrays NaN.

    A list that begins with a text or a list is taken as it is.
    """
    if isinstance(value, dict):
        return {name: plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        begins = value[0] if value else ""
        return list(value) if isinstance(begins, str | list) else [plain(part) for part in value]
    if isinstance(value, pd.Timestamp):
        return value.isoformat()
    if isinstance(value, np.ndarray | pd.Index | pd.Series):
        return _array(np.asarray(value))
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and np.isnan(value) else value


def _array(values: np.ndarray) -> Any:
    """Return an array, of moments as texts, of numbers in the fewest bytes that hold them all."""
    if values.dtype.kind == "M":
        return np.datetime_as_string(values, unit="s").tolist()
    if values.dtype.kind == "i" and values.size:
        fits = (np.min_scalar_type(end) for end in (values.min(), -1 - values.max()))
        values = values.astype(np.result_type(np.int8, *(f"i{t.itemsize}" for t in fits)))
    dtype = _SHORT.get(values.dtype.name)
    if dtype is None or not values.size:
        return plain(values.tolist())
    shape = {"shape": ", ".join(map(str, values.shape))} if values.ndim > 1 else {}
    return {
        "dtype": dtype,
        "bdata": base64.b64encode(np.ascontiguousarray(values)).decode(),
        **shape,
    }
