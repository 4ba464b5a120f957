"""How a command ends: with what it found, or with one sentence on what went wrong."""

import os
import sys

import typer
import typer.core

from dashboard.errors import ClickwatchError

BAD_INPUT = 2
INTERRUPTED = 130


def run_in_sentences(command: typer.core.TyperCommand, arguments: list[str] | None) -> int:
    """Run a command; returns the exit code. What goes wrong is one sentence on standard error."""
    try:
        code = command.main(arguments, prog_name="python -m dashboard", standalone_mode=False)
        sys.stdout.flush()
    except (KeyboardInterrupt, typer.Abort):
        return INTERRUPTED
    except SystemExit:  # how typer ends when the reader, such as `head`, has seen enough
        return 0
    except BrokenPipeError:  # the same, seen a moment later
        _drop_unwritten_output()
        return 0
    except (ClickwatchError, typer.TyperException, OSError, MemoryError) as error:
        return _refuse(_full_disk(error) or _sentence(error))
    except Exception as error:  # DuckDB and HDF5 have words of their own for a full disk
        if sentence := _full_disk(error):
            return _refuse(sentence)
        raise
    return code if isinstance(code, int) else 0


def _refuse(sentence: str) -> int:
    sys.stderr.write(" ".join(sentence.split()) + "\n")
    _drop_unwritten_output()
    return BAD_INPUT


def _drop_unwritten_output() -> None:
    """Forget what standard output cannot take: Python would try again at its end, and complain."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _full_disk(error: Exception) -> str | None:
    from dashboard.runs.space import NO_SPACE, is_full  # noqa: PLC0415 - only when something went wrong

    return NO_SPACE if is_full(error) else None


def _sentence(error: Exception) -> str:
    if isinstance(error, typer.TyperException):
        return error.format_message()
    if isinstance(error, OSError):
        place = f"{error.filename}: " if error.filename else ""
        return f"{place}{error.strerror or error}."
    if isinstance(error, MemoryError):
        return "There is not enough memory for this; use fewer data or a smaller model."
    return str(error)
