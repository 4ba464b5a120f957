"""One line a happening on standard error. Never a user's name, never a count."""

import io
import logging
import sys
import traceback
from contextlib import suppress
from pathlib import Path

import structlog
from structlog.typing import EventDict


class Patient(io.TextIOBase):
    """Standard error, whatever becomes of it: on a full disk a line is lost, and nobody ends for it."""

    def write(self, text: str) -> int:
        """Write if that is possible."""
        with suppress(OSError):
            sys.stderr.write(text)
        return len(text)

    def flush(self) -> None:
        """Flush if that is possible."""
        with suppress(OSError):
            sys.stderr.flush()


def configure_logging(level: str = "info") -> None:
    """Log from that level on, in this process."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _name_error,
            structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level.upper())),
        logger_factory=structlog.PrintLoggerFactory(Patient()),
    )


def _name_error(_logger: object, _level: str, entry: EventDict) -> EventDict:
    """Say of an error its kind and where it arose, and not its message: that may name a user."""
    error = entry.pop("exc_info", None)
    if isinstance(error, BaseException):
        frames = traceback.extract_tb(error.__traceback__)
        entry["error"] = type(error).__name__
        entry["trail"] = " > ".join(f"{Path(each.filename).name}:{each.lineno}" for each in frames)
    return entry
