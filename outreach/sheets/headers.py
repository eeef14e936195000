"""Which header of a sheet means which of our columns."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TypeVar

from outreach.errors import PermanentFailure
from outreach.sheets.reading import NOTHING, Sheet, folded

Value = TypeVar("Value")


def meanings(words: Mapping[Value, list[str]]) -> dict[str, Value]:
    """From what each value may be called to what a word, folded, means."""
    return {folded(word): ours for ours, many in words.items() for word in many}


@dataclass(frozen=True)
class Headers:
    """`meaning`: folded header -> our column; `ignored`: folded headers that are left out on purpose."""

    meaning: Mapping[str, str]
    ignored: frozenset[str]

    @classmethod
    def of(cls, columns: Mapping[str, list[str]], ignored: Iterable[str]) -> "Headers":
        """`columns`: our column -> what it may be called. Case, spaces, `_`, `-` and `.` do not matter."""
        return cls(meanings(columns), frozenset(map(folded, ignored)))

    def column(self, header: str) -> str | None:
        """Our column for a header; None for one we do not know."""
        return self.meaning.get(folded(header))

    def positions(self, name: str, sheet: Sheet) -> dict[int, str]:
        """Position -> our column. Raises PermanentFailure for a header nobody knows over cells that hold anything, and
        for two that mean the same. `name`: the file's."""
        taken: dict[int, str] = {}
        for at, header in enumerate(sheet.headers):
            ours = self.column(header)
            if ours in taken.values():
                raise PermanentFailure(f"{name}: two columns mean {ours!r}. Remove one of them. {NOTHING}")
            if ours:
                taken[at] = ours
            elif folded(header) not in self.ignored and (header or (sheet.cells[at] != "").any()):
                raise PermanentFailure(f"{name}: unknown column {self._named(header)}. Correct the header. {NOTHING}")
        return taken

    def _named(self, header: str) -> str:
        """An unknown header as a sentence shows it, with the column that was perhaps meant."""
        near = get_close_matches(folded(header), self.meaning, n=1)
        return f"{header[:60]!r}" + (f" (did you mean {self.meaning[near[0]]!r}?)" if near else "")
