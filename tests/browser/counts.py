"""Small files of counts, as people have them."""

from collections.abc import Sequence

HOSTILE = (
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(2)">',
    "[press](javascript:alert(3))",
    "**bold** :red[red] $x^2$ `code`",
    "\N{FOX FACE} naïve",
    "\N{RIGHT-TO-LEFT OVERRIDE}txt.exe",
    "</style><h1>big</h1>",
    "{{7*7}} & &amp; %3Cb%3E",
)
MANY = tuple(f"u{number:02d}" for number in range(40))
QUIET = MANY[:12]
LOUD_USER, LOUD_DAY = "u03", 9


def long_csv(users: Sequence[str] = QUIET, days: int = 14) -> bytes:
    """user,date,clicks: 10 to 14 clicks a day, and 400 of LOUD_USER on LOUD_DAY (the first is 0)."""
    lines = ["user,date,clicks"]
    for place, user in enumerate(users):
        for day in range(days):
            loud = (user, day) == (LOUD_USER, LOUD_DAY)
            clicks = 400 if loud else 10 + (place + 3 * day) % 5
            quoted = user.replace('"', '""')
            lines.append(f'"{quoted}",2026-03-{day + 1:02d},{clicks}')
    return "\n".join(lines).encode()


def european_csv() -> bytes:
    """40 users, 15 days, 1.200 clicks each: by the file alone either 1,200 or 1.2.

    u00 has no row on every third day: five rows of 600 are missing.
    """
    rows = [
        f"u{place:02d};{day:02d}.03.2026;1.200"
        for place in range(40)
        for day in range(1, 16)
        if place or day % 3
    ]
    return "\n".join(["Nutzer;Tag;Klicks", *rows]).encode()
