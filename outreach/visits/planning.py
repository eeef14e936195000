"""What the rows of a file mean together: which visits they describe, and which events. Pure but for the configuration.

Rows that name the same visit share what any of them says of it. A row without a name for its visit, or its event, gets
one from what it says, so that the same file read twice is the same visit.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from outreach.event import Place, Visit
from outreach.places.folding import slugged
from outreach.visits.checking import event_draft, visit_draft
from outreach.visits.columns import OF_BOTH, OF_THE_EVENT, OF_THE_VISIT
from outreach.visits.drafts import EventDraft, VisitDraft
from outreach.visits.reading import Raw
from outreach.visits.slips import Refused, Wrong

KEY_LONGEST = 200
SHARED = (*OF_THE_VISIT, *OF_BOTH)


@dataclass(frozen=True)
class Planned:
    """One row: the key of its visit, if it has one; the visit and the event it describes; or what is wrong."""

    raw: Raw
    visit_key: str | None = None
    visit: VisitDraft | None = None
    event: EventDraft | None = None
    problems: tuple[Wrong, ...] = ()

    def refused(self, *problems: Wrong) -> "Planned":
        return replace(self, visit=None, event=None, problems=(*self.problems, *problems))


def visit_keys(rows: Sequence[Raw]) -> set[str]:
    """The names the rows give visits, or would give them."""
    return {key for raw in rows if (key := _visit_key(raw.cells))}


def planned(rows: Sequence[Raw], known: Mapping[str, Visit]) -> list[Planned]:
    """Every row judged. `known`: key -> visits entered before, which a row may name without describing them."""
    shared, clashes = _together(rows)
    judged = []
    for raw in rows:
        key = _visit_key(raw.cells)
        problems = (*raw.problems, *_misnamed(raw.cells), *clashes.get(raw.where, ()))
        row = Planned(raw, key, problems=problems)
        judged.append(row if problems else _judged(row, shared.get(key or "", {}), known.get(key or "")))
    return _told_once(judged)


def _judged(row: Planned, shared: Mapping[str, str], known: Visit | None) -> Planned:
    cells = row.raw.cells
    has_event = any(name in cells for name in OF_THE_EVENT)
    try:
        visit = visit_draft(shared) if "starts_on" in shared else None
        if visit:
            visit = replace(visit, source_key=row.visit_key)
        if row.visit_key and not visit and not known:
            raise Refused([_undescribed(row.visit_key)])
        if not has_event and not row.visit_key:
            raise Refused([_nothing()])
        place = visit.place if visit else known.place if known else None
        event = _event(cells, shared, place) if has_event else None
    except Refused as refused:
        return row.refused(*refused.problems)
    return replace(row, visit=visit, event=event)


def _event(cells: Mapping[str, str], shared: Mapping[str, str], place: Place | None) -> EventDraft:
    """The event of a row, where its visit is, or by its own city."""
    fields = {name: text for name, text in (*shared.items(), *cells.items()) if name not in OF_THE_VISIT}
    if "event_city" in cells:
        fields["city"] = cells["event_city"]
        fields["country"] = cells.get("event_country", "" if "," in cells["event_city"] else fields.get("country", ""))
    elif place and "city" not in fields:
        fields |= {"city": place.name, "country": place.country}
    draft = event_draft(fields)
    return replace(draft, source_key=cells.get("event") or _event_key(draft))


def _event_key(draft: EventDraft) -> str:
    """Of its city, title and year: a day or hour that is corrected leaves it the same event."""
    city = f"{slugged(draft.place.name)}-{draft.place.country.lower()}"
    return f"{city}/{slugged(draft.title_sv)[:120]}/{draft.starts_at:%Y}"


def _visit_key(cells: Mapping[str, str]) -> str | None:
    """What a row calls its visit; None for an event without one."""
    if "visit" in cells or not any(name in cells for name in OF_THE_VISIT):
        return cells.get("visit")
    said = (cells.get(name, "") for name in ("city", "country", "starts_on"))
    return "/".join(slugged(text)[:60] for text in said)


def _together(rows: Sequence[Raw]) -> tuple[dict[str, dict[str, str]], dict[str, list[Wrong]]]:
    """Key -> what all rows say of that visit; where -> what a row says otherwise than one before it."""
    shared: dict[str, dict[str, str]] = {}
    clashes: dict[str, list[Wrong]] = {}
    for raw in rows:
        key = _visit_key(raw.cells)
        if key is None:
            continue
        said = shared.setdefault(key, {})
        for name in (name for name in SHARED if name in raw.cells):
            if said.setdefault(name, raw.cells[name]) != raw.cells[name]:
                clashes.setdefault(raw.where, []).append(_contradicts(name, said[name]))
    return shared, clashes


def _told_once(judged: Sequence[Planned]) -> list[Planned]:
    """The same event twice is one; another under the same name is refused."""
    first: dict[str, EventDraft] = {}
    told = []
    for row in judged:
        event, key = row.event, row.event.source_key if row.event else None
        clash = event is not None and key is not None and first.setdefault(key, event) != event
        told.append(row.refused(_same_name(key or "")) if clash else row)
    return told


def _misnamed(cells: Mapping[str, str]) -> list[Wrong]:
    sv, en = f"Namnet är längre än {KEY_LONGEST} tecken.", f"The name is longer than {KEY_LONGEST} characters."
    return [Wrong(name, sv, en) for name in ("visit", "event") if len(cells.get(name, "")) > KEY_LONGEST]


def _undescribed(key: str) -> Wrong:
    return Wrong(
        "visit",
        f"Besöket {key[:60]!r} finns inte, och ingen rad säger när det är. Fyll i starts_on.",
        f"There is no visit {key[:60]!r}, and no row says when it is. Fill in starts_on.",
    )


def _nothing() -> Wrong:
    return Wrong(
        "starts_on",
        "Raden beskriver varken ett besök (starts_on) eller ett evenemang (title_sv, starts_at).",
        "The row describes neither a visit (starts_on) nor an event (title_sv, starts_at).",
    )


def _contradicts(name: str, before: str) -> Wrong:
    return Wrong(
        name,
        f"En tidigare rad om samma besök säger {before[:60]!r}. Skriv samma på alla, eller bara på en.",
        f"An earlier row about the same visit says {before[:60]!r}. Write the same on all of them, or on one only.",
    )


def _same_name(key: str) -> Wrong:
    return Wrong(
        "event",
        f"Ett annat evenemang tidigare i filen heter likadant ({key[:80]!r}). Ge vart och ett ett eget namn i event.",
        f"Another event earlier in the file has the same name ({key[:80]!r}). Give each a name of its own in event.",
    )
