"""What calls a function with many things: here, or on other machines."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

Task = TypeVar("Task")
Answer = TypeVar("Answer")
# Calls a function with each of many things, here or elsewhere, and yields the answers in their order.
Over = Callable[[Callable[[Task], Answer], Iterable[Task]], Iterator[Answer]]
