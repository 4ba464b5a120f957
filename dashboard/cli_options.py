"""What the command line takes: column maps and every training setting, checked with one sentence."""

import inspect
import re
from collections.abc import Callable
from typing import Annotated, Any, get_args

import typer
from pydantic import ValidationError

from dashboard.data.reading import Reading
from dashboard.detection.choices import combine, demand
from dashboard.detection.settings import TrainingSettings
from dashboard.errors import SettingsError

MAP_PART = re.compile(r",(?=(?:user|time|value)=)")  # so a column's name may hold commas


def parse_reading(maps: list[str], reads: list[str]) -> Reading:
    """Return the reading that `--map` and `--read NAME=VALUE` ask for; the rest is to be found out."""
    columns = parse_maps(maps)
    given = dict(_read_choice(text) for text in reads)
    try:
        return Reading.model_validate({**columns.model_dump(exclude_defaults=True), **given})
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        raise SettingsError(f"--read {name} {demand(first)}; received {given[name]!r}.") from error


def _read_choice(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    allowed = [field for field in Reading.model_fields if field not in {"user", "time", "counts"}]
    if not sign or name not in allowed:
        raise SettingsError(
            f"--read takes NAME=VALUE, NAME being one of {', '.join(allowed)}; received {text!r}."
        )
    return name, value


def parse_maps(maps: list[str]) -> Reading:
    """Return the reading that `--map user=COL,time=COL,value=COL` asks for; `value` may come repeatedly."""
    chosen: dict[str, str] = {}
    counts: list[str] = []
    for part in (part for text in maps for part in MAP_PART.split(text)):
        key, sign, column = part.partition("=")
        column = _unquoted(column)
        if key not in {"user", "time", "value"} or not sign or not column:
            raise SettingsError(
                f"--map takes user=COLUMN,time=COLUMN,value=COLUMN; received {part!r}."
            )
        if key == "value":
            counts.append(column)
        elif key in chosen:
            raise SettingsError(f"--map names {key} twice: {chosen[key]!r} and {column!r}.")
        else:
            chosen[key] = column
    return Reading(**chosen, counts=tuple(counts) or None)


def parse_settings(given: dict[str, Any]) -> TrainingSettings:
    """Training settings from what was typed; what is None was not typed and keeps its default."""
    typed = {name: value for name, value in given.items() if value is not None}
    if "units" in typed:
        typed["units"] = [part.strip() for part in typed["units"].split(",")]
    try:
        return combine(typed)
    except ValidationError as error:
        raise SettingsError(_sentence(error, given)) from error


def takes_training_settings(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command one option for each field of TrainingSettings, in place of its `**given`."""
    own = inspect.signature(command)
    kept = [each for each in own.parameters.values() if each.kind is not each.VAR_KEYWORD]
    added = [
        inspect.Parameter(
            name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=_kind(name)
        )
        for name in TrainingSettings.model_fields
    ]
    command.__signature__ = own.replace(parameters=[*kept, *added])  # type: ignore[attr-defined]
    command.__annotations__ |= {each.name: each.annotation for each in added}
    command.__annotations__.pop("given", None)
    return command


def option_of(field: str) -> str:
    """Return the option of a field: `batch_size` -> `--batch-size`."""
    return "--" + field.replace("_", "-")


def _kind(name: str) -> Any:
    field = TrainingSettings.model_fields[name]
    default = field.default
    if isinstance(default, bool):
        flags = f"{option_of(name)}/--no-{option_of(name)[2:]}"
        return Annotated[bool | None, typer.Option(flags, help=field.description)]
    shown = ",".join(map(str, default)) if isinstance(default, tuple) else default
    text = field.description or ""
    text += "" if shown is None else f" [default: {shown}]"
    return Annotated[
        str | None, typer.Option(option_of(name), help=text, metavar=_metavar(field.annotation))
    ]


def _metavar(annotation: Any) -> str:
    choices = [choice for choice in get_args(annotation) if isinstance(choice, str)]
    if choices:
        return "|".join(choices)
    if annotation is str:
        return "NAME"
    return "N[,N...]" if getattr(annotation, "__origin__", None) is tuple else "N"


def _sentence(error: ValidationError, given: dict[str, Any]) -> str:
    first = error.errors()[0]
    field = str(first["loc"][0])
    return f"{option_of(field)} {demand(first)}; received {str(given.get(field))!r}."


def _unquoted(text: str) -> str:
    quoted = len(text) >= 2 and text[0] == text[-1] == '"'  # noqa: PLR2004 - two quote marks
    return text[1:-1].replace('""', '"') if quoted else text
