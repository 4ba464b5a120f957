"""One view of a run as a link keeps it: what was asked, and which user was open."""

from dataclasses import dataclass
from typing import Any, Self

from pydantic import TypeAdapter

from dashboard.runs.views import Query

_QUERY = TypeAdapter(Query)


@dataclass(frozen=True)
class FixedView:
    """A question to a run that can no longer be changed. user: the one that alone is shown, by index."""

    query: Query
    user: int | None = None

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON; an infinite level as text, which not every database takes as a number."""
        query = _QUERY.dump_python(self.query, mode="json")
        level = None if self.query.level is None else str(self.query.level)
        return {"query": query | {"level": level}, "user": self.user}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Self:
        """Return what `to_json` has kept."""
        return cls(_QUERY.validate_python(kept["query"]), kept["user"])
