"""Names compared as people say them: accents, case and punctuation do not count."""

from functools import cache
from unicodedata import category, combining, normalize

from sqlalchemy import ColumnElement

APART = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ħ": "h"}
WRITTEN = (*range(0x21, 0x7F), *range(0xC0, 0x250), *range(0x370, 0x530), *range(0x1E00, 0x1F00))
BEFORE_A_WORD = "(?:^|[ '’´`.,_-])"


def fold(text: str) -> str:
    """Åsa-Marie  O’Örn -> asa marie o orn: letters and digits of any alphabet, one space between words."""
    plain = "".join(APART.get(sign, sign) for sign in text.lower())
    kept = (sign if category(sign)[0] in "LN" else " " for sign in normalize("NFKD", plain) if not combining(sign))
    return " ".join("".join(kept).split())


def says(name: ColumnElement[str], words: list[str]) -> list[ColumnElement[bool]]:
    """That a name has, for each of these words (of `fold`), a word that begins with it once it is folded.

    By a pattern of all the ways there are to write it, which both databases know: to fold every name of a register
    takes them seconds.
    """
    return [name.regexp_match(BEFORE_A_WORD + pattern(word)) for word in words]


def pattern(word: str) -> str:
    """A regular expression, the same for Python and PostgreSQL, of every way to write a word of `fold`."""
    parts, at = [], 0
    while at < len(word):
        two = word[at : at + 2]
        if len(two) == 2 and two in _ways():
            parts.append(f"(?:{_one(two[0])}{_one(two[1])}|{_one(two)})")
            at += 2
        else:
            parts.append(_one(word[at]))
            at += 1
    return "".join(parts)


def _one(letters: str) -> str:
    return f"[{_ways().get(letters) or ''.join(dict.fromkeys(letters + letters.upper()))}]"


@cache
def _ways() -> dict[str, str]:
    """One or two letters of `fold` -> all single letters that are folded to them, as they are written in names."""
    found: dict[str, str] = {}
    for sign in map(chr, WRITTEN):
        if folded := fold(sign):
            found[folded] = found.get(folded, "") + sign
    return found
