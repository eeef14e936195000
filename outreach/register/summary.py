"""What an import did, in exact counts."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Kind = Literal["students", "alumni"]

SENTENCES = {
    "sv": (
        "{read} rader lästa: {added} personer nya, {changed} ändrade, {unchanged} oförändrade; {rejected} rader "
        "avvisade, {repeated} upprepade, {protected} med skyddade uppgifter och {deceased} avlidna utelämnade; "
        "{without_address} personer utan e-postadress i filen; {missing} studier saknas sedan förra filen."
    ),
    "en": (
        "{read} rows read: {added} people added, {changed} changed, {unchanged} unchanged; {rejected} rows "
        "rejected, {repeated} repeated, {protected} with protected identity and {deceased} deceased left out; "
        "{without_address} people without an e-mail address in the file; {missing} studies missing since the last file."
    ),
}
ERASED = {
    "sv": " {erased} rader om personer som har raderats utelämnades.",
    "en": " {erased} rows about people who were erased were left out.",
}
DETAILS = {"sv": " Se {file}.", "en": " See {file}."}


@dataclass(frozen=True)
class ImportSummary:
    """`read`, `rejected`, `repeated`, `erased`, `protected` and `deceased` count rows; `added`, `changed`, `unchanged`
    and `without_address` people; `missing` studies newly marked missing. Every row read is rejected, repeated, left
    out, or belongs to one of the people. `rejects_file` is None when there was nothing to report."""

    read: int
    added: int
    changed: int
    unchanged: int
    rejected: int
    repeated: int
    erased: int
    protected: int
    deceased: int
    without_address: int
    missing: int
    rejects_file: Path | None = None

    def sentence(self, language: str = "sv") -> str:
        """One line with the exact counts, in Swedish or English."""
        line = SENTENCES[language].format(**vars(self))
        line += ERASED[language].format(erased=self.erased) if self.erased else ""
        return line + DETAILS[language].format(file=self.rejects_file.name) if self.rejects_file else line
