"""What the training process of a run printed last."""

from pathlib import Path

MOST_BYTES = 20_000


def read_log_tail(log_file: Path, lines: int = 40) -> str:
    """Return the last lines of a run's log; "" where there is none on this machine."""
    try:
        with log_file.open("rb") as log:
            log.seek(max(0, log_file.stat().st_size - MOST_BYTES))
            text = log.read().decode("utf-8", "replace")
    except OSError:
        return ""
    return "\n".join(text.splitlines()[-lines:])
