"""The lists themselves: what the office imported, else the main groups of `config/codes/`."""

import csv
import enum
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from outreach.duties import Language
from outreach.errors import PermanentFailure
from outreach.settings import settings

HEADERS = ("code", "sv", "en")
# SNI 2007's sections by the two-digit divisions in them (SCB, MIS 2007:2): the first division of each section.
SNI_SECTIONS = {"A": 1, "B": 5, "C": 10, "D": 35, "E": 36, "F": 41, "G": 45, "H": 49, "I": 55, "J": 58, "K": 64,
                "L": 68, "M": 69, "N": 77, "O": 84, "P": 85, "Q": 86, "R": 90, "S": 94, "T": 97, "U": 99}  # fmt: skip


class CodeKind(enum.StrEnum):
    SSYK = "ssyk"
    SNI = "sni"


@dataclass(frozen=True)
class Code:
    """`code`: one to five digits, or a section's letter; several rows may share one, each another word for it."""

    code: str
    sv: str
    en: str

    def name(self, language: Language) -> str:
        return (self.sv or self.en) if language == "sv" else (self.en or self.sv)


def imported(kind: CodeKind) -> Path:
    """Where an imported list lies."""
    return settings().data_dir / "codes" / f"{kind}.csv"


@cache
def codes(kind: CodeKind) -> tuple[Code, ...]:
    """Every row of the list, as it stands in its file. Raises PermanentFailure for a shipped list that is broken."""
    own = imported(kind)
    path = own if own.exists() else settings().config_dir / "codes" / f"{kind}.csv"
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        return tuple(Code(*(row[header].strip() for header in HEADERS)) for row in rows)
    except (OSError, KeyError, AttributeError, UnicodeDecodeError):
        raise PermanentFailure(f"The list of {kind} codes, {path.name}, is missing or broken.") from None


def main_group(kind: CodeKind, code: str) -> str:
    """The group figures are told by: SSYK's first digit, SNI's section. "" for what is no code."""
    if kind is CodeKind.SSYK:
        return code[:1] if code[:1].isdigit() else ""
    if code[:1].isalpha():
        return code[:1] if code[:1] in SNI_SECTIONS else ""
    if not code[:2].isdigit() or len(code) < 2:
        return ""
    division = int(code[:2])
    return max((section for section, first in SNI_SECTIONS.items() if first <= division), default="")


def named(kind: CodeKind, code: str, language: Language) -> str:
    """A code's name, "" for one that is not in the list."""
    return next((row.name(language) for row in codes(kind) if row.code == code), "")
