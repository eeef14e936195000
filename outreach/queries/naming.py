"""How texts name somebody: as people write names, broken over lines, in capitals, in plain text, HTML and JSON."""

import re
from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from urllib.parse import quote

from outreach.queries import names

GONE = "[…]"
APOSTROPHES = "'’´`"
MARK = r"(?:['’´`.,_-]|&#39;|&#x27;|&apos;|&rsquo;|&#8217;)"
GAP = r"(?:\s|\\n|&nbsp;|&#160;|</?\w[^<>]{0,200}>|[*_>])"
START, END = r"(?:(?<![^\W\d_])|(?<=\\n))", r"(?=s?(?![^\W_]))"  # whole words; the Swedish genitive is one too

Sought = tuple[str, str, str]  # first name, last name, address; "" for none


class Naming:
    """Finds these people in texts. `named`: by their whole names, in either order, and their addresses."""

    def __init__(self, sought: Collection[Sought]) -> None:
        self.sought = sorted(sought)

    def __bool__(self) -> bool:
        return bool(self._whole)

    def named(self, text: str) -> bool:
        return bool(self) and self._whole_pattern.search(text) is not None

    def cleared(self, said: object, *, alone: bool = False) -> object:
        """What was said (a text, or JSON of texts) without them. Their first or family names alone go too where the
        text, or any of the JSON's, names them, or with `alone`."""
        return self._without(said, alone=alone or any(self.named(text) for text in texts_in(said)))

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Where it stands, for what must keep its length."""
        if not self.named(text):
            return []
        found = [*self._whole_pattern.finditer(text), *self._alone_pattern.finditer(text)]
        return [match.span() for match in found]

    def _without(self, said: object, *, alone: bool) -> object:
        if isinstance(said, str):
            without = self._whole_pattern.sub(GONE, said) if self else said
            return self._alone_pattern.sub(GONE, without) if alone else without
        if isinstance(said, Mapping):
            return {self._without(key, alone=alone): self._without(one, alone=alone) for key, one in said.items()}
        if isinstance(said, list | tuple):
            return [self._without(one, alone=alone) for one in said]
        return said

    @cached_property
    def _whole(self) -> list[str]:
        """Patterns of whole names and addresses, the longest first."""
        found = set()
        for first, last, address in self.sought:
            if first and last:
                one, other = _written(first), _written(last)
                found |= {f"{START}{one}{GAP}{{1,6}}{other}{END}"}
                found |= {f"{START}{other}(?:,{GAP}{{0,6}}|{GAP}{{1,6}}){one}{END}"}
            if address:
                ways = "|".join(re.escape(way) for way in {address, quote(address, safe="")})
                found.add(rf"(?<![\w.+-])(?:{ways})(?![\w-]|\.\w)")
        return sorted(found, key=len, reverse=True)

    @cached_property
    def _whole_pattern(self) -> re.Pattern[str]:
        return re.compile("|".join(self._whole), re.IGNORECASE)

    @cached_property
    def _alone_pattern(self) -> re.Pattern[str]:
        """Names as they are written at the beginning of a word or in capitals: `Ek` is neither `ek` nor `Ekonomi`."""
        parts = {part for first, last, _ in self.sought if first and last for part in (first, last)}
        forms = sorted({form for part in parts for form in (part, part.upper())}, key=len, reverse=True)
        spelled = ["".join(MARK if sign in APOSTROPHES else re.escape(sign) for sign in form) for form in forms]
        return re.compile(f"{START}(?:{'|'.join(spelled)}){END}" if spelled else r"(?!)")


def texts_in(said: object) -> Iterator[str]:
    """Every text in JSON, keys too; a text is its own."""
    if isinstance(said, str):
        yield said
    elif isinstance(said, Mapping):
        for key, one in said.items():
            yield from (*texts_in(key), *texts_in(one))
    elif isinstance(said, list | tuple):
        for one in said:
            yield from texts_in(one)


def _written(name: str) -> str:
    """A pattern of every way to write a name: with or without accents, hyphens and apostrophes."""
    folded = f"(?:{GAP}|{MARK}){{0,3}}".join(names.pattern(word) for word in names.fold(name).split())
    return f"(?:{re.escape(name)}|{folded})" if folded else re.escape(name)
