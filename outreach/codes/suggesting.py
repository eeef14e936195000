"""From what somebody writes about their work to the codes it may mean."""

import re
import unicodedata
from collections.abc import Iterator

from outreach.codes.listing import Code, CodeKind, codes
from outreach.duties import Language

WORD = re.compile(r"\w+")
SHORTEST = 3  # letters of a word that says anything


def suggestions(kind: CodeKind, text: str, language: Language, most: int = 6) -> list[Code]:
    """The rows whose name is most like `text`, the best first; the most detailed of several alike.

    A row counts for each word of the text that it holds, more where it holds the whole word. [] where nothing is alike.
    """
    wanted = [word for word in _words(text) if len(word) >= SHORTEST]
    scored = [(_score(wanted, _words(row.name(language))), row) for row in codes(kind)]
    alike = [(score, row) for score, row in scored if score > 0]
    alike.sort(key=lambda pair: (-pair[0], -len(pair[1].code), pair[1].code))
    return list(_each_code_once(row for _, row in alike))[:most]


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return WORD.findall("".join(letter for letter in plain if not unicodedata.combining(letter)))


def _score(wanted: list[str], held: list[str]) -> float:
    """Whole words count two, beginnings and ends one (`lärare` in `grundskollärare`); a name with little else wins."""
    whole = sum(word in held for word in wanted)
    part = sum(any(_shares(word, other) for other in held) for word in wanted)
    return (whole + part) / (1 + 0.05 * len(held)) if part else 0.0


def _shares(word: str, other: str) -> bool:
    short, long = sorted((word, other), key=len)
    return len(short) >= SHORTEST and (long.startswith(short) or long.endswith(short))


def _each_code_once(rows: Iterator[Code]) -> Iterator[Code]:
    seen = set()
    for row in rows:
        if row.code not in seen:
            seen.add(row.code)
            yield row
