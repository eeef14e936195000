"""The two large parts of a workbook, taken piece by piece as expat reports them: no tree, whatever stands in them."""

import re
import sys
from dataclasses import dataclass
from functools import lru_cache
from xml.parsers import expat

MAX_COLUMNS = 500
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")  # ECMA-376 part 1, 22.9.2.19


@dataclass(frozen=True)
class Formats:
    """`days`: the numbers of the cell styles that show a number as a day or time."""

    days: frozenset[str]
    since_1904: bool

    def text(self, number: str, style: str) -> str:
        """A number as it would stand in a CSV file."""
        value = float(number)
        if style in self.days:
            return _moment(value, self.since_1904)
        return str(int(value)) if value.is_integer() else repr(value)


@lru_cache(maxsize=10_000)
def _moment(value: float, since_1904: bool) -> str:
    from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel

    moment = from_excel(value, MAC_EPOCH if since_1904 else WINDOWS_EPOCH)
    return moment.isoformat(sep=" ") if hasattr(moment, "date") else str(moment)


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


class _Parser:
    """Expat with the name spaces' prefixes cut off and document types refused."""

    def __init__(self) -> None:
        self._expat = expat.ParserCreate()
        self._expat.buffer_text = True
        self._expat.StartElementHandler = self.start
        self._expat.EndElementHandler = self.end
        self._expat.CharacterDataHandler = self.text
        self._expat.StartDoctypeDeclHandler = self._refuse
        self._parts: list[str] = []
        self._taking = False
        self._phonetic = False

    def feed(self, chunk: bytes, *, last: bool = False) -> None:
        self._expat.Parse(chunk, last)

    def _refuse(self, *_: object) -> None:
        raise ValueError("a workbook has no document type")

    def text(self, data: str) -> None:
        if self._taking:
            self._parts.append(data)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        raise NotImplementedError

    def end(self, tag: str) -> None:
        raise NotImplementedError


class Strings(_Parser):
    """The texts that cells refer to by number, in `found`; reading aids (rPh) are left out."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        if tag == "t":
            self._taking = not self._phonetic
        elif tag == "rPh":
            self._phonetic = True

    def end(self, tag: str) -> None:
        tag = tag.rpartition(":")[2]
        if tag == "t":
            self._taking = False
        elif tag == "rPh":
            self._phonetic = False
        elif tag == "si":
            self.found.append(sys.intern(_unescaped("".join(self._parts))))
            self._parts.clear()


class Rows(_Parser):
    """The rows of a sheet. Raises ValueError for rows out of order and cells far outside."""

    def __init__(self, strings: list[str], formats: Formats) -> None:
        super().__init__()
        self._strings = strings
        self._formats = formats
        self._done: list[tuple[int, list[str]]] = []
        self._number = 0
        self._row: list[str] = []
        self._at = 0
        self._kind = self._style = ""
        self._formula: str | None = None

    def taken(self) -> list[tuple[int, list[str]]]:
        """The rows that are complete since the last time."""
        done, self._done = self._done, []
        return done

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        if tag == "c":
            reference = attributes.get("r")
            self._at = _column(reference.rstrip("0123456789")) if reference else len(self._row)
            if not len(self._row) <= self._at < MAX_COLUMNS:
                raise ValueError("a cell out of its place")
            self._kind = attributes.get("t", "n")
            self._style = attributes.get("s", "0")
            self._formula = None
            self._parts.clear()
        elif tag in ("v", "t", "f"):
            self._taking = not self._phonetic
        elif tag == "row":
            number = int(attributes.get("r", self._number + 1))
            if number <= self._number:
                raise ValueError("a row out of its place")
            self._number, self._row = number, []
        elif tag == "rPh":
            self._phonetic = True

    def end(self, tag: str) -> None:
        tag = tag.rpartition(":")[2]
        if tag == "c":
            self._row.extend([""] * (self._at - len(self._row)))
            self._row.append(sys.intern(self._value()))
        elif tag in ("v", "t"):
            self._taking = False
        elif tag == "f":
            self._taking = False
            self._formula = "=" + "".join(self._parts)
            self._parts.clear()
        elif tag == "row":
            self._done.append((self._number, self._row))
        elif tag == "rPh":
            self._phonetic = False

    def _value(self) -> str:
        given = "".join(self._parts)
        if self._formula is not None:
            return self._formula
        if not given:
            return ""
        if self._kind == "s":
            return self._strings[int(given)]
        if self._kind == "n":
            return self._formats.text(given, self._style)
        if self._kind == "b":
            return "true" if given == "1" else "false"
        return _unescaped(given)


@lru_cache(maxsize=1_000)
def _column(letters: str) -> int:
    """A -> 0, Z -> 25, AA -> 26."""
    number = 0
    for letter in letters:
        if not "A" <= letter <= "Z":
            raise ValueError("a cell without a place")
        number = number * 26 + ord(letter) - 64
    return number - 1
