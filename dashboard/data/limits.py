"""How much may be read: beyond these, a file is refused with a sentence."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Sizes in bytes, otherwise numbers of things. `expansion`: unpacked bytes for each packed one."""

    unpacked_bytes: int = 8_000_000_000
    expansion: int = 300
    expansion_from_bytes: int = 50_000_000
    columns: int = 10_000
    user: int = 1_000  # characters
    times: int = 100_000
    cells: int = 400_000_000
    count: float = 1e12
    memory: str = "600MB"


LIMITS = Limits()
LEAST_TIMES = 3
