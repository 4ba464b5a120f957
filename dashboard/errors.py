"""Everything that can go wrong for a reason a person can mend, as one small tree.

    ClickwatchError
    ├── ReadError       a file cannot be read as counts
    │   └── NoTableError    it holds no table, or is damaged
    ├── EngineError     work could not be done where it was sent
    ├── SettingsError   a setting is out of range, or does not fit the data
    └── StoreError      what was asked for is not kept, or cannot be kept
        ├── NotFoundError
        ├── ChangedError
        ├── AwayError       what is kept elsewhere cannot be reached now
        └── DamagedError    what is kept is no longer what was written

Each message is one or two sentences that name the thing, the value received, what is
allowed and what to do next. Anything else that is raised is a bug and is logged as one.
"""


class ClickwatchError(Exception):
    """A problem that the person can mend; `str(error)` is shown to them as it is."""


class ReadError(ClickwatchError):
    """A file cannot be read. `line` counts from 1 as an editor does, the header included."""

    def __init__(
        self,
        message: str,
        *,
        line: int | None = None,
        column: str | None = None,
        value: str | None = None,
    ) -> None:
        super().__init__(message)
        self.line = line
        self.column = column
        self.value = value


class NoTableError(ReadError):
    """A file holds no table, or is damaged: no other way to read it helps."""


class SettingsError(ClickwatchError):
    """A setting is out of range, or does not fit the data."""


class EngineError(ClickwatchError):
    """Work could not be done where it was sent."""


class StoreError(ClickwatchError):
    """The store cannot keep or give what was asked for."""


class NotFoundError(StoreError):
    """No dataset or run of that id can be seen from here."""


class AwayError(StoreError):
    """What is kept on other machines cannot be reached in this moment."""


class DamagedError(StoreError):
    """The bytes of a file that is kept are not those that were written."""


class ChangedError(StoreError):
    """Somebody else changed a thing after this person had last seen it; nothing was overwritten."""
