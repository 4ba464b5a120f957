"""One line a happening on standard error. Never a user's name, never a count."""

import io
import logging
import sys
from contextlib import suppress

import structlog


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
            structlog.processors.format_exc_info,
            structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level.upper())),
        logger_factory=structlog.PrintLoggerFactory(Patient()),
    )
