"""What an import of visits did, in exact counts."""

from dataclasses import dataclass
from pathlib import Path

SENTENCES = {
    "sv": (
        "{read} rader lästa. Besök: {visits_added} nya, {visits_changed} ändrade, {visits_unchanged} oförändrade. "
        "Evenemang: {events_added} nya, {events_changed} ändrade, {events_unchanged} oförändrade. "
        "{told} personer får veta vad som ändrats. {rejected} rader avvisade."
    ),
    "en": (
        "{read} rows read. Visits: {visits_added} added, {visits_changed} changed, {visits_unchanged} unchanged. "
        "Events: {events_added} added, {events_changed} changed, {events_unchanged} unchanged. "
        "{told} people will hear of the changes. {rejected} rows rejected."
    ),
}
DETAILS = {"sv": " Se {file}.", "en": " See {file}."}


@dataclass(frozen=True)
class VisitsSummary:
    """`told`: people who will be told that an event they have answered to is different. `rejects_file` is None when
    there was nothing to report."""

    read: int
    visits_added: int
    visits_changed: int
    visits_unchanged: int
    events_added: int
    events_changed: int
    events_unchanged: int
    told: int
    rejected: int
    rejects_file: Path | None = None

    def sentence(self, language: str = "sv") -> str:
        """One line with the exact counts, in Swedish or English."""
        line = SENTENCES[language].format(**vars(self))
        return line + DETAILS[language].format(file=self.rejects_file.name) if self.rejects_file else line
