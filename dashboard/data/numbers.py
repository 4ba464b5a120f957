"""Understanding how counts are written: decimal and thousands marks, and turning that into SQL."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

BLANKS = "[ \u00a0\u202f'\u2019]"
GROUPED = {
    ",": re.compile(r"[+-]?\d{1,3}(,\d{2,3})*,\d{3}(\.\d+)?"),  # 1,00,000 is so written in India
    ".": re.compile(r"[+-]?\d{1,3}(\.\d{3})+(,\d+)?"),
    " ": re.compile(rf"[+-]?\d{{1,3}}({BLANKS}\d{{3}})+([.,]\d+)?"),
}
MISSING = ("na", "n/a", "#n/a", "null", "none", "-", "--", "\u2013")
NOTHING = frozenset(("", *MISSING))
DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+")
SIGNS = "$€£¥₹₽₩%‰"
DIGITS = "0123456789,.-+"
WIDE_DIGITS = "".join(chr(ord(sign) + 0xFEE0) for sign in DIGITS)  # as East Asian signs
PLAINLY = str.maketrans(WIDE_DIGITS, DIGITS)
DRESSED = re.compile(f"[{SIGNS}{WIDE_DIGITS}]")
SIGN_BEFORE, SIGN_AFTER = rf"^([+-]?)[{SIGNS}]{BLANKS}*", rf"{BLANKS}*[{SIGNS}]$"
PLAIN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|[+-]?(inf|infinity|nan)", re.IGNORECASE)


@dataclass(frozen=True)
class NumberFormat:
    """The marks in numbers.

    ambiguous: other marks could have been meant. dressed: currency signs, percent signs or digits as
    wide as East Asian signs may stand in them.
    """

    decimal: str = "."
    thousands: str = ""
    ambiguous: bool = False
    dressed: bool = False

    def sql(self, column: str) -> str:
        """Return an expression over a text column: DOUBLE, NULL where it is empty or no number."""
        plain = f"trim({column})"
        if self.dressed:
            plain = f"translate({plain}, '{WIDE_DIGITS}', '{DIGITS}')"
            for sign, kept in ((SIGN_BEFORE, "\\1"), (SIGN_AFTER, "")):
                pattern = sign.replace("'", "''")
                plain = f"regexp_replace({plain}, '{pattern}', '{kept}')"
        if self.thousands in {" ", "'"}:
            plain = (
                f"regexp_replace({plain}, '(\\d)[ \u00a0\u202f''\u2019](\\d{{3}})', '\\1\\2', 'g')"
            )
        elif self.thousands:
            marked = f"contains({plain}, '{self.thousands}')"
            grouped = f"regexp_full_match({plain}, '{GROUPED[self.thousands].pattern}')"
            plain = f"CASE WHEN {marked} AND NOT {grouped} THEN NULL ELSE {plain} END"
            plain = f"replace({plain}, '{self.thousands}', '')"
        if self.decimal == ",":
            plain = f"replace({plain}, ',', '.')"
        return f"TRY_CAST(CASE WHEN contains({plain}, '_') THEN NULL ELSE {plain} END AS DOUBLE)"


def missing_sql(column: str) -> str:
    """Return a condition over a text column: the field is empty or says that nothing is known."""
    words = ", ".join(f"'{word}'" for word in sorted(NOTHING))
    return f"lower(trim({column})) IN ({words})"


def is_missing(text: str) -> bool:
    """Whether a field is empty or says that nothing is known, such as `NA`."""
    return text.strip().lower() in NOTHING


def is_number(text: str) -> bool:
    """Whether a text can be a count in some way of writing."""
    stripped = undressed(text)
    return bool(
        PLAIN.fullmatch(stripped)
        or DECIMAL_COMMA.fullmatch(stripped)
        or any(pattern.fullmatch(stripped) for pattern in GROUPED.values())
    )


def undressed(text: str) -> str:
    """Return a number without the signs of money or percent around it, and with plain digits."""
    stripped = text.strip()
    if not DRESSED.search(stripped):
        return stripped
    return re.sub(SIGN_AFTER, "", re.sub(SIGN_BEFORE, r"\1", stripped.translate(PLAINLY)))


def find_number_format(sample: Sequence[str], delimiter: str) -> NumberFormat:
    """Guess the marks from a sample of counts; semicolons hint at decimal commas."""
    texts = [undressed(text) for text in sample if text and text.strip()]
    marks = _find_marks(texts, delimiter)
    return replace(marks, dressed=DRESSED.search("\n".join(filter(None, sample))) is not None)


def _find_marks(texts: list[str], delimiter: str) -> NumberFormat:
    if any(GROUPED[" "].fullmatch(text) for text in texts):
        return NumberFormat("," if any("," in text for text in texts) else ".", " ")
    commas = [text for text in texts if "," in text]
    points = [text for text in texts if "." in text]
    if commas and all(GROUPED[","].fullmatch(text) for text in commas):
        return NumberFormat(".", ",", ambiguous=True)
    if points and all(GROUPED["."].fullmatch(text) for text in points):
        surely = any(text.count(".") > 1 for text in points) or bool(commas)
        if surely or delimiter == ";":
            return NumberFormat(",", ".", ambiguous=not surely)
        return NumberFormat(ambiguous=True)
    if commas and all(DECIMAL_COMMA.fullmatch(text) for text in commas):
        return NumberFormat(",")
    return NumberFormat()
