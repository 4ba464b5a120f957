"""The clock of the records: the one that all who write to them share, on whatever machine they are."""

from typing import Any

from sqlalchemy import Float
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class now(FunctionElement[float]):  # noqa: N801 - it is written like a function of SQL
    """Seconds since 1970 by the clock of whoever keeps the records: Postgres, or this machine."""

    type = Float()
    inherit_cache = True


@compiles(now, "sqlite")
def _by_this_machine(_element: now, _compiler: SQLCompiler, **_: Any) -> str:
    return "((julianday('now') - 2440587.5) * 86400.0)"


@compiles(now, "postgresql")
def _by_the_server(_element: now, _compiler: SQLCompiler, **_: Any) -> str:
    return "extract(epoch FROM clock_timestamp())::float"
