"""Understanding how time steps are written, and turning that into SQL.

A way of writing is recognised on a sample and then holds for the whole column: what does not fit it
is refused with its line. Times become UTC without zone, or whole numbers.
"""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from dashboard.data.months import month_numbers

MOST_MISFITS = 0.1  # of a sample; these are then named as errors
CLOCK = r"(?:[T ]+\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?: ?[AaPp][Mm])?)?"
CLOCK_FORMATS = ("", " %H:%M", " %H:%M:%S", " %H:%M:%S.%f", " %I:%M %p", " %I:%M:%S %p")
CLOCK_ALONE = re.compile(r"\s*\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?( ?[AaPp][Mm])?\s*")
MONTH_ALONE = re.compile(
    r"\s*(?:(19|20|21)\d{2}[-/.]?(0[1-9]|1[0-2])|\d{1,2}[-/.]\d{4}|[^\W\d]{3,12}\.?[ -]\d{4})\s*"
)
DAYS_FIRST = re.compile(r"\s*(\d{1,2})[./-](\d{1,2})[./-](\d{4}|\d{2})" + CLOCK + r"\s*")


class Writing(StrEnum):
    """How times are written."""

    ISO = "iso"
    SLASHED = "year first"
    COMPACT = "yyyymmdd"
    COMPACT_CLOCK = "yyyymmddThhmmss"
    NAMED_PARTS = "yyyy年mm月dd日"
    C_LIBRARY = "Ddd Mon dd hh:mm:ss yyyy"
    LOG = "dd/Mon/yyyy:hh:mm:ss +hhmm"
    DAY_OR_MONTH_FIRST = "day or month first"
    NAMED_MONTH = "named month"
    WEEK = "iso week"
    EPOCH = "epoch seconds"
    EPOCH_MILLISECONDS = "epoch milliseconds"
    EPOCH_MICROSECONDS = "epoch microseconds"
    EPOCH_NANOSECONDS = "epoch nanoseconds"
    NUMBER = "whole number"


EPOCHS = {  # how many of them make a second
    Writing.EPOCH: 1,
    Writing.EPOCH_MILLISECONDS: 1_000,
    Writing.EPOCH_MICROSECONDS: 1_000_000,
    Writing.EPOCH_NANOSECONDS: 1_000_000_000,
}
DATES = {  # beside which a clock may stand in a column of its own
    Writing.ISO,
    Writing.SLASHED,
    Writing.COMPACT,
    Writing.NAMED_PARTS,
    Writing.DAY_OR_MONTH_FIRST,
    Writing.NAMED_MONTH,
}
PATTERNS: dict[Writing, re.Pattern[str]] = {
    Writing.ISO: re.compile(
        r"\s*\d{4}-\d{1,2}-\d{1,2}" + CLOCK + r" ?(Z|UTC|[+-]\d{2}(:?\d{2})?)?\s*"
    ),
    Writing.SLASHED: re.compile(r"\s*\d{4}[/.]\d{1,2}[/.]\d{1,2}" + CLOCK + r"\s*"),
    Writing.COMPACT: re.compile(
        r"\s*(19|20|21)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])" + CLOCK + r"\s*"
    ),
    Writing.COMPACT_CLOCK: re.compile(r"\s*\d{8}T\d{4}(\d{2})?Z?\s*"),
    Writing.NAMED_PARTS: re.compile(
        r"\s*\d{4}[年년] ?\d{1,2}[月월] ?\d{1,2}[日일]" + CLOCK + r"\s*"
    ),
    Writing.C_LIBRARY: re.compile(
        r"\s*[A-Z][a-z]{2} [A-Z][a-z]{2} {1,2}\d{1,2} \d{2}:\d{2}:\d{2} \d{4}\s*"
    ),
    Writing.LOG: re.compile(r"\s*\[?\d{1,2}/[A-Za-z]{3}/\d{4}:\d{2}:\d{2}:\d{2} [+-]\d{4}\]?\s*"),
    Writing.DAY_OR_MONTH_FIRST: DAYS_FIRST,
    Writing.NAMED_MONTH: re.compile(
        r"\s*([^\W\d]{2,12}[.,]* +)?"  # a weekday
        r"(\d{1,2}[ ./-]+[^\W\d]{3,12}[ .,/-]+\d{4}|\d{1,2}[ ./-]+[^\W\d]{3,12}[ .,/-]+\d{2}"
        r"|[^\W\d]{3,12}\.? \d{1,2},? \d{4})" + CLOCK + r"( (GMT|UTC|[+-]00:?00))?\s*"
    ),
    Writing.WEEK: re.compile(r"\s*\d{4}-?W\d{2}\s*"),
    Writing.EPOCH_MILLISECONDS: re.compile(r"\s*[1-4]\d{12}(\.0*)?\s*"),
    Writing.EPOCH_MICROSECONDS: re.compile(r"\s*[1-4]\d{15}(\.0*)?\s*"),
    Writing.EPOCH_NANOSECONDS: re.compile(r"\s*[1-4]\d{18}(\.0*)?\s*"),
    Writing.EPOCH: re.compile(r"\s*(\d{9}|[1-4]\d{9})(\.\d*)?\s*"),
    Writing.NUMBER: re.compile(r"\s*[+-]?\d{1,8}(\.0*)?\s*"),
}
LABELLED_NUMBER = re.compile(
    r"\s*(?:(?:day|d|tag|jour|dia|t|step|week|w|hour|h|time|x)[ _.-]?)?(-?\d{1,8})(?:\.0+)?\s*",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class TimeFormat:
    """A way of writing times; `day_first` matters for one of them alone."""

    writing: Writing
    day_first: bool = False

    @property
    def is_number(self) -> bool:
        """Whether time steps are bare whole numbers."""
        return self.writing is Writing.NUMBER

    def sql(self, column: str) -> str:
        """Return an expression over a text column: TIMESTAMP in UTC or BIGINT; NULL where it fails."""
        match self.writing:
            case Writing.ISO:
                return (
                    f"timezone('UTC', TRY_CAST(replace(trim({column}), ',', '.') AS TIMESTAMPTZ))"
                )
            case Writing.NUMBER:
                return f"TRY_CAST(TRY_CAST(trim({column}) AS DOUBLE) AS BIGINT)"
            case writing if writing in EPOCHS:
                seconds = f"TRY_CAST(trim({column}) AS DOUBLE) / {EPOCHS[writing]}"
                return f"timezone('UTC', TRY(to_timestamp({seconds})))"
            case Writing.WEEK:
                plain = f"replace(trim({column}), '-', '')"
                return f"TRY_STRPTIME({plain} || '-1', '%GW%V-%u')"
            case Writing.LOG:
                return (
                    f"timezone('UTC', TRY_STRPTIME(trim({column}, ' []'), '%d/%b/%Y:%H:%M:%S %z'))"
                )
        formats = ", ".join(f"'{form}'" for form in self._formats())
        return f"TRY_STRPTIME({self._plain(column)}, [{formats}])"

    def _plain(self, column: str) -> str:
        """One blank between date and clock, one mark between the parts of a date."""
        if self.writing is Writing.NAMED_MONTH:
            return _with_month_number(column)
        if self.writing is Writing.C_LIBRARY:
            return f"regexp_replace(trim({column}), ' +', ' ', 'g')"
        if self.writing is Writing.COMPACT_CLOCK:
            return f"rtrim(trim({column}), 'Z')"
        if self.writing is Writing.NAMED_PARTS:
            column = (
                rf"regexp_replace({column}, '(\d)[年년] ?(\d+)[月월] ?(\d+)[日일]', '\1-\2-\3')"
            )
        dashed = rf"regexp_replace(trim({column}), '^(\d+)[./-](\d+)[./-](\d+)', '\1-\2-\3')"
        return rf"regexp_replace({dashed}, '(\d)[T ]+(\d)', '\1 \2')"

    def _formats(self) -> list[str]:
        dates = {
            Writing.SLASHED: ["%Y-%m-%d"],
            Writing.NAMED_PARTS: ["%Y-%m-%d"],
            Writing.COMPACT: ["%Y%m%d"],
            Writing.C_LIBRARY: ["%a %b %d %H:%M:%S %Y"],
            Writing.COMPACT_CLOCK: ["%Y%m%dT%H%M%S", "%Y%m%dT%H%M"],
            Writing.DAY_OR_MONTH_FIRST: (
                # two digits first: %Y would take 24 for the year 24
                ["%d-%m-%y", "%d-%m-%Y"] if self.day_first else ["%m-%d-%y", "%m-%d-%Y"]
            ),
            Writing.NAMED_MONTH: ["%d-%m-%y", "%d-%m-%Y"],
        }[self.writing]
        whole = self.writing in {Writing.C_LIBRARY, Writing.COMPACT_CLOCK}
        clocks = ("",) if whole else CLOCK_FORMATS
        return [date + clock for date in dates for clock in clocks]


def _with_month_number(column: str) -> str:
    """`Thu, 25 Jan 2024 10:00` and `janv. 25, 2024 10:00` as `25-1-2024 10:00`."""
    lower = f"strip_accents(lower(trim({column})))"
    plain = rf"regexp_replace({lower}, '^\pL+[.,]* +(\pL|\d{{1,2}}[ ./-]+\pL)', '\1')"
    day = rf"regexp_extract({plain}, '(^|[^\d:])(\d{{1,2}})([^\d:]|$)', 2)"
    word = rf"regexp_extract({plain}, '(\pL+)[./ -]+(\d{{1,2}},? )?(\d{{4}}|\d{{2}})( |t|$)', 1)"
    year = (
        rf"regexp_extract({plain}, '\pL+[., /-]+(?:\d{{1,2}},? )?(\d{{4}}|\d{{2}})(?:[ t]|$)', 1)"
    )
    clock = rf"regexp_extract({plain}, '\d[t ]+(\d{{1,2}}:.*?)( gmt| utc| [+-]00:?00)?$', 1)"
    names = ", ".join(f"'{name}': {month}" for name, month in month_numbers().items())
    return (
        f"upper(trim({day} || '-' || MAP {{{names}}}[{word}] || '-' || {year} || ' ' || {clock}))"
    )


def find_writing(sample: Sequence[str]) -> Writing | None:
    """Return how most of a sample is written, None where it holds no times."""
    texts = [text for text in sample if text and text.strip()]
    allowed = int(MOST_MISFITS * len(texts))
    for writing, pattern in PATTERNS.items():
        misfits = (text for text in texts if pattern.fullmatch(text) is None)
        if texts and next(itertools.islice(misfits, allowed, None), None) is None:
            return writing
    return None


def likeliest_writing(sample: Sequence[str]) -> Writing | None:
    """Return how at least half of a sample is written, so that the others can be named as errors."""
    texts = [text for text in sample if text and text.strip()]
    fitting = {
        writing: sum(pattern.fullmatch(text) is not None for text in texts)
        for writing, pattern in PATTERNS.items()
    }
    best = max(fitting, key=fitting.__getitem__)
    return best if fitting[best] and 2 * fitting[best] >= len(texts) else None


def is_month(text: str) -> bool:
    """Whether a text is a month without a day, such as `2024-01`, `202401` or `Jan 2024`."""
    return MONTH_ALONE.fullmatch(text) is not None


def is_clock(text: str) -> bool:
    """Whether a text is a time of day without a date, such as `7:30` or `07:30:00 PM`."""
    return CLOCK_ALONE.fullmatch(text) is not None


def join_clock(date: str, clock: str) -> str:
    """Join a date and a clock, or a bare hour, from columns of their own."""
    return f"{date} {clock.strip()}" + ("" if ":" in clock else ":00")


def day_first_evidence(texts: Sequence[str]) -> bool | None:
    """Return whether the day comes first, None where every date could be read both ways."""
    pairs = [match.groups()[:2] for text in texts if (match := DAYS_FIRST.fullmatch(text or ""))]
    if any(int(first) > 12 for first, _ in pairs):  # noqa: PLR2004 - months
        return True
    if any(int(second) > 12 for _, second in pairs):  # noqa: PLR2004 - months
        return False
    return None


def looks_like_time(text: str) -> bool:
    """Whether a text is a date or a timestamp, bare numbers aside."""
    writing = find_writing([text])
    return writing is not None and writing not in {Writing.NUMBER, Writing.COMPACT, *EPOCHS}


def whole_number(text: str) -> int | None:
    """Return the number in `7`, `-3`, `day_7` or `Day 7`, else None."""
    match = LABELLED_NUMBER.fullmatch(text)
    return int(match.group(1)) if match else None
