"""What an import of stories did, in exact counts."""

from dataclasses import dataclass
from pathlib import Path

SENTENCES = {
    "sv": (
        "{read} berättelser lästa: {added} nya, {changed} ändrade, {unchanged} oförändrade; {rejected} avvisade, "
        "{repeated} upprepade, {withdrawn} tillbakadragna sedan tidigare och orörda."
    ),
    "en": (
        "{read} stories read: {added} added, {changed} changed, {unchanged} unchanged; {rejected} rejected, "
        "{repeated} repeated, {withdrawn} withdrawn before and left alone."
    ),
}
DETAILS = {"sv": " Se {file}.", "en": " See {file}."}


@dataclass(frozen=True)
class StoriesSummary:
    """Stories, each in one of the counts but `read`. `rejects_file` is None when there was nothing to report."""

    read: int
    added: int
    changed: int
    unchanged: int
    withdrawn: int
    rejected: int
    repeated: int
    rejects_file: Path | None = None

    def sentence(self, language: str = "sv") -> str:
        """One line with the exact counts, in Swedish or English."""
        line = SENTENCES[language].format(**vars(self))
        return line + DETAILS[language].format(file=self.rejects_file.name) if self.rejects_file else line
