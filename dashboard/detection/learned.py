"""What some users say of all: learned once, from the first, and told to whoever is judged later."""

from collections.abc import Callable
from typing import TypeVar, cast

Answer = TypeVar("Answer")


class Learned:
    """What was learned from the users at hand, by name, for others to be judged by.

    Many figures hold for all users: how the weights of rhythms are distributed, how a day moved
    everyone. Each is learned where it is first asked for, and kept. A complete one learns nothing
    more: users who were not there are then judged as if they had been, each by themselves.
    """

    def __init__(
        self, known: dict[str, object] | None, scope: str = "", *, is_complete: bool = False
    ) -> None:
        self._known = known
        self._scope = scope
        self.is_complete = is_complete

    @classmethod
    def new(cls) -> "Learned":
        """Return one that knows nothing yet, and keeps what it learns."""
        return cls({})

    def complete(self) -> "Learned":
        """Return what is known by now, to judge others by."""
        return Learned(self._known, self._scope, is_complete=True)

    def within(self, name: object) -> "Learned":
        """Return the part of it with that name."""
        return Learned(self._known, f"{self._scope}{name}/", is_complete=self.is_complete)

    def learn(self, name: str, from_users: Callable[[], Answer]) -> Answer:
        """Return what is known by that name; learn it first where it is not.

        Raises KeyError where it is not known and nothing more is learned.
        """
        if self._known is None:
            return from_users()
        key = f"{self._scope}{name}"
        if not self.is_complete and key not in self._known:
            self._known[key] = from_users()
        return cast("Answer", self._known[key])


ALONE = Learned(None)  # nobody else is judged by these users: nothing is kept
