"""Figures packed into few bytes of text: arrays that occur more than once are kept once, then gzip.

A browser unpacks them by itself, without asking anybody: see `templates/report.js`.
"""

import base64
import gzip
import json
from typing import Any

LEAST_SHARED = 200  # characters of JSON from which an array is worth being kept apart
CLICKED = "customdata"  # what a click on a page means; in a report there is none


def pack(figures: dict[str, Any]) -> str:
    """Return figures, by name and scheme, as base64 of gzipped JSON: `{"arrays": [...], "figures": {...}}`.

    In the figures, `{"array": n}` stands for the n-th of the arrays.
    """
    arrays: dict[str, int] = {}
    thin = {name: _thin(figure, arrays) for name, figure in figures.items()}
    text = f'{{"arrays":[{",".join(arrays)}],"figures":{_json(thin)}}}'
    return base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode()


def unpack(packed: str) -> dict[str, Any]:
    """Return the figures again, as a browser does."""
    whole = json.loads(gzip.decompress(base64.b64decode(packed)))
    return {name: _whole(figure, whole["arrays"]) for name, figure in whole["figures"].items()}


def _thin(value: Any, arrays: dict[str, int]) -> Any:
    if isinstance(value, dict) and set(value) != {"dtype", "bdata"}:
        return {name: _thin(one, arrays) for name, one in value.items() if name != CLICKED}
    if isinstance(value, list) and any(isinstance(one, dict) for one in value):
        return [_thin(one, arrays) for one in value]
    if not isinstance(value, list | dict):
        return value
    text = _json(value)
    if len(text) < LEAST_SHARED:
        return value
    return {"array": arrays.setdefault(text, len(arrays))}


def _whole(value: Any, arrays: list[Any]) -> Any:
    if isinstance(value, dict):
        if set(value) == {"array"} and isinstance(value["array"], int):
            return arrays[value["array"]]
        return {name: _whole(one, arrays) for name, one in value.items()}
    if isinstance(value, list):
        return [_whole(one, arrays) for one in value]
    return value


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
