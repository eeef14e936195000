"""Names compared as people say them: accents, case and punctuation do not count. One rule, in Python and in SQL."""

from functools import cache
from typing import Any
from unicodedata import category, combining, normalize

from sqlalchemy import ColumnElement, String, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.functions import GenericFunction

APART = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ħ": "h"}
ACCENTED = (*range(0xC0, 0x250), *range(0x1E00, 0x1F00))  # Latin letters with their marks
PUNCTUATION = "-'’.,`´_%\\"


def fold(text: str) -> str:
    """Åsa-Marie  O’Örn -> asa marie o orn: letters and digits of any alphabet, one space between words."""
    plain = "".join(APART.get(sign, sign) for sign in text.lower())
    kept = (_plain(sign) for sign in normalize("NFKD", plain) if not combining(sign))
    return " ".join("".join(kept).split())


def _plain(sign: str) -> str:
    return sign if category(sign)[0] in "LN" else " "


class folded(GenericFunction[str]):  # noqa: N801 - named like the SQL function it stands for
    """`fold` of a column. On SQLite `teach` must have been called first."""

    type = String()
    inherit_cache = True


@compiles(folded, "postgresql")
def _postgresql(element: Any, compiler: Any, **options: Any) -> str:
    """By tables made with `fold` itself; signs of other alphabets stand as they are."""
    column = f"lower({compiler.process(element.clauses, **options)})"
    for sign, instead in APART.items():
        if len(instead) > 1:
            column = f"replace({column}, '{sign}', '{instead}')"
    before, after = _letters()
    spaces = " " * len(PUNCTUATION)
    signs = (before + PUNCTUATION).replace("'", "''").replace("%", "%%").replace("\\", "\\\\")
    return f"translate({column}, E'{signs}', '{after + spaces}')"


@cache
def _letters() -> tuple[str, str]:
    """Each accented letter that is one letter without its accent, and that letter, in the same order."""
    pairs = [(chr(code), fold(chr(code))) for code in ACCENTED if chr(code).islower()]
    single = [(sign, plain) for sign, plain in pairs if len(plain) == 1 and plain != sign]
    return "".join(sign for sign, _ in single), "".join(plain for _, plain in single)


def teach(session: Session) -> None:
    """Let this session's SQLite connection call `fold`. PostgreSQL needs nothing."""
    if session.get_bind().dialect.name == "sqlite":
        raw: Any = session.connection().connection.driver_connection
        raw.create_function("folded", 1, fold, deterministic=True)


def says(name: ColumnElement[str], words: list[str]) -> list[ColumnElement[bool]]:
    """That a name has, for each of these folded words, a word that begins with it."""
    spaced = literal(" ") + folded(name)
    return [spaced.like(f"% {word}%") for word in words]
