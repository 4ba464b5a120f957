"""From bytes to text: which encoding a file is in, and its text with plain line ends."""

import codecs
import re
from pathlib import Path
from typing import BinaryIO

from charset_normalizer import from_bytes

from dashboard.data.unpack import PACKED
from dashboard.errors import NoTableError

HEAD_BYTES = 1 << 16
BOMS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",  # before UTF-16, whose mark is its beginning
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
GUESSED = [
    "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257",
    "koi8_r", "shift_jis", "euc_jp", "gb18030", "big5", "euc_kr", "mac_roman",
]  # fmt: skip
WESTERN_SIGNS = "€‚„…‘’“”•–—™¡«»°·º©®£§¿´ª\u00a0"
WORD_ENDS = re.compile(rb'[\s,;"]+')  # a pipe can be half of an East Asian sign
LETTERS = re.compile(r"[^\W\d_]+")
TELLING_BYTES = 1 << 12
CONTROL = bytes(set(range(32)) - {9, 10, 11, 12, 13, 27})
MOST_CONTROL_SHARE = 0.02


def find_encoding(source: BinaryIO) -> str:
    """Return the encoding of a seekable or fresh stream, read to its end where need be.

    A byte order mark decides; then the zeros of UTF-16; then UTF-8 if all of it is valid; else a
    guess at the bytes beyond ASCII. Raises NoTableError for what is no text at all.
    """
    head = source.read(HEAD_BYTES)
    for mark, name in BOMS.items():
        if head.startswith(mark):
            return name
    if sixteen := _utf16_without_mark(head):
        return sixteen
    if _is_binary(head):
        raise NoTableError("This is not a table but binary data. Upload a text file such as .csv.")
    return _utf8_or_guess(source, head)


def is_clean(path: Path) -> bool:
    """Whether a file is text in UTF-8 as it is: no archive, no mark in front, no NUL, no carriage return."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        chunk = file.read(HEAD_BYTES)
        if chunk.startswith((*PACKED, *BOMS)) or _is_binary(chunk):
            return False
        try:
            while chunk:
                if b"\0" in chunk or b"\r" in chunk:
                    return False
                if decoder.getstate()[0] or not chunk.isascii():
                    decoder.decode(chunk)
                chunk = file.read(1 << 20)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _is_binary(head: bytes) -> bool:
    return len(head.translate(None, CONTROL)) < (1 - MOST_CONTROL_SHARE) * len(head)


def _utf8_or_guess(source: BinaryIO, head: bytes) -> str:
    decoder = codecs.getincrementaldecoder("utf-8")()
    chunk = head
    try:
        while chunk:
            decoder.decode(chunk)
            sample, chunk = chunk, source.read(1 << 20)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return _guess(chunk or sample)
    return "utf-8"


def _guess(sample: bytes) -> str:
    """The likeliest single-byte or East Asian encoding of the words that are not ASCII alone."""
    words = b"\n".join(
        dict.fromkeys(word for word in WORD_ENDS.split(sample) if not word.isascii())
    )[:HEAD_BYTES]
    telling = b"\n".join([words] * max(1, TELLING_BYTES // len(words)))  # few words tell little
    best = from_bytes(telling, cp_isolation=GUESSED).best()
    guessed = best.encoding if best else "cp1252"
    for name in ("cp1252", guessed) if _reads_as_western(words) else (guessed, "cp1252"):
        try:
            sample.decode(name)
        except UnicodeDecodeError:
            continue
        return name
    return "latin-1"


def _reads_as_western(words: bytes) -> bool:
    """Whether cp1252 makes letters and usual signs of all bytes beyond ASCII.

    Capitals are seldom among these letters, and most stand beside plain ones: words of other
    alphabets have none.
    """
    text = words.decode("cp1252", errors="replace")
    beyond = [sign for sign in text if not sign.isascii()]
    letters = [sign for sign in beyond if sign.isalpha()]
    capitals = sum(sign.isupper() for sign in letters)
    beside = sum(
        sign.isascii() for word in LETTERS.findall(text) if not word.isascii() for sign in word
    )
    return (
        len(letters) + sum(map(WESTERN_SIGNS.count, beyond)) == len(beyond)
        and capitals <= len(letters) / 2
        and beside >= len(letters) / 2
    )


def _utf16_without_mark(head: bytes) -> str | None:
    even, odd = head[0::2], head[1::2]
    if not odd:
        return None
    for zeros, text, name in ((odd, even, "utf-16-le"), (even, odd, "utf-16-be")):
        if zeros.count(0) > 0.4 * len(zeros) and text.count(0) < 0.01 * len(text):
            return name
    return None
