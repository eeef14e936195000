"""Taking visits and events in from a file: read, check, and write what is good, in one transaction."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from sqlalchemy.orm import Session

from outreach import clock, database
from outreach.departments import departments
from outreach.queries import office
from outreach.queries import register as register_queries
from outreach.queries import visits as queries
from outreach.sheets import rejects
from outreach.visits import changing
from outreach.visits.checking import over
from outreach.visits.drafts import EventDraft
from outreach.visits.planning import Planned, planned, visit_keys
from outreach.visits.reading import Source, read
from outreach.visits.slips import Wrong
from outreach.visits.summary import VisitsSummary

ACTOR = "import"


def import_visits(path: Path) -> VisitsSummary:
    """Import a CSV, XLSX or iCalendar file; importing it again changes nothing.

    A row that cannot be taken in is listed in a file beside the input, with the reason, and the others stand. An event
    that is different is changed as a coordinator would change it: those who have answered are told. What the file does
    not name stays as it is. Raises PermanentFailure, with nothing changed, for a file that cannot be read as a whole.
    """
    path = path.resolve()
    source = read(path)
    with database.session_scope() as session:
        database.lock(session, queries.LOCK)
        if not register_queries.department_codes(session).issuperset(departments()):
            office.lay(session)
        known = queries.visits_by_key(session, visit_keys(source.rows))
        writing = _Writing(session)
        written = [writing.row(row) for row in planned(source.rows, known)]
        rejects_file = _write_rejects(path, source, written)
    refused = sum(bool(row.problems) for row in written)
    return VisitsSummary(read=len(written), **writing.counts(), rejected=refused, rejects_file=rejects_file)


class _Writing:
    """One file on its way into the database: what has been written, and how many of each."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._now = clock.now()
        self._visits: dict[str, int] = {}
        self._events: set[str] = set()
        self._done: Counter[str] = Counter()

    def counts(self) -> dict[str, int]:
        words = (f"{kind}_{what}" for kind in ("visits", "events") for what in ("added", "changed", "unchanged"))
        return {word: self._done[word] for word in (*words, "told")}

    def row(self, row: Planned) -> Planned:
        """Write what a row says; refused if it comes too late."""
        if row.problems:
            return row
        event = row.event
        known = queries.events_by_key(self._session, [event.source_key or ""]) if event else {}
        if event and not known and (late := over(event)):
            return row.refused(*late)
        visit_id = self._visit(row)
        if event is None or event.source_key in self._events:
            return row
        self._events.add(event.source_key or "")
        return self._event(row, replace(event, visit_id=visit_id))

    def _visit(self, row: Planned) -> int | None:
        """The row's visit, entered or changed the first time a row names it."""
        key = row.visit_key
        if key is None or key in self._visits:
            return self._visits.get(key or "")
        found = queries.visits_by_key(self._session, [key]).get(key)
        if found is None:
            assert row.visit is not None  # `planned` refuses a row whose visit nobody describes
            found, done = queries.add_visit(self._session, row.visit, self._now), "added"
        elif row.visit:
            different = queries.update_visit(self._session, found.id, row.visit, self._now)
            done = "changed" if different else "unchanged"
        else:
            done = "unchanged"
        self._done[f"visits_{done}"] += 1
        self._visits[key] = found.id
        return found.id

    def _event(self, row: Planned, draft: EventDraft) -> Planned:
        key = draft.source_key or ""
        event = queries.events_by_key(self._session, [key]).get(key)
        if event is None:
            queries.add_event(self._session, draft, self._now)
            self._done["events_added"] += 1
            return row
        seen = replace(draft, department_code=event.department_code, visit_id=event.visit_id)  # these stay
        if not changing.different(event, seen):
            self._done["events_unchanged"] += 1
            return row
        try:
            changed = changing.change(self._session, event, draft, actor=ACTOR, now=self._now)
        except changing.TooLate:
            return row.refused(_too_late(event.cancelled))
        self._done["events_changed"] += 1
        self._done["told"] += changed.told
        return row


def _too_late(cancelled: bool) -> Wrong:
    if cancelled:
        return Wrong(
            "event",
            "Evenemanget är inställt och ändras inte. Ett nytt behöver ett eget namn i kolumnen event.",
            "The event is cancelled and is not changed. A new one needs a name of its own in the column event.",
        )
    return Wrong(
        "event",
        "Evenemanget har redan börjat och ändras inte. Ett nytt behöver ett eget namn i kolumnen event.",
        "The event has begun already and is not changed. A new one needs a name of its own in the column event.",
    )


def _write_rejects(path: Path, source: Source, written: Sequence[Planned]) -> Path | None:
    headers = (source.place, "importerad/imported", "orsak", "reason", *source.headers)
    rows = [
        [
            row.raw.where,
            "nej/no",
            *(" ".join(problem.sentence(language) for problem in row.problems) for language in (0, 1)),
            *row.raw.original,
        ]
        for row in written
        if row.problems
    ]
    return rejects.write(path, headers, rows)
