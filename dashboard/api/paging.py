"""Lists, a page at a time."""

import math
from collections.abc import Callable, Sequence
from typing import Annotated, Generic, Self, TypeVar

import pandas as pd
from fastapi import Query
from pydantic import BaseModel, Field

MOST_ITEMS = 1_000
MOST_OFFSET = 1_000_000_000
Item = TypeVar("Item")


class Paging(BaseModel):
    """Which part of a list is asked for."""

    offset: int = Field(0, ge=0, le=MOST_OFFSET, description="How many items to leave out.")
    limit: int = Field(100, ge=1, le=MOST_ITEMS, description="The most items to answer.")

    @property
    def part(self) -> slice:
        """Return the places in the list."""
        return slice(self.offset, self.offset + self.limit)


Asked = Annotated[Paging, Query()]


class Page(BaseModel, Generic[Item]):
    """A part of a list. Ask again with `offset` moved on, until `total` is reached."""

    items: list[Item]
    total: int = Field(description="How many items the whole list has.")
    offset: int

    @classmethod
    def of(cls, found: Sequence[object], asked: Paging, make: Callable[[object], Item]) -> Self:
        """Return the part of a list that is asked for. make: an item of what the list has."""
        items = [make(each) for each in found[asked.part]]
        return cls(items=items, total=len(found), offset=asked.offset)


def rows_of(table: pd.DataFrame) -> list[dict[str, object]]:
    """Return the rows of a table as plain values; None where there is no finite figure."""
    rows = table.to_dict("records")
    return [{name: plain(value) for name, value in row.items()} for row in rows]


def plain(value: object) -> object:
    """Return a value as JSON has it: no figure where it is not finite."""
    return None if isinstance(value, float) and not math.isfinite(value) else value
