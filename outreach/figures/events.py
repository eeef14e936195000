"""Who was invited to events, answered, comes and came: per event, visit, city and year, by department and by cohort.

The frames are those of `queries.event_figures`: `events` (a row an event) and `turnout` (one an event and group).
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from outreach.figures.groups import GROUPS, HIDDEN, group_name, group_order, group_title
from outreach.figures.hiding import LEAST, shown_by_level
from outreach.figures.markdown import pictured, table
from outreach.figures.turnout_plot import Turnout, turnout_bars
from outreach.figures.words import MEASURES, measure_words, number

LEVELS = ("event_id", "visit", "place", "year")
COUNTS = list(MEASURES)
EVENTS_DRAWN = 8


@dataclass(frozen=True)
class Counted:
    """`events` and `turnout` put together: `counts` is turnout with the LEVELS each row is summed by, `shown` has, by
    group and level, the tables with NA for what is hidden."""

    events: pd.DataFrame
    counts: pd.DataFrame
    shown: Mapping[str, Mapping[str, pd.DataFrame]]


def counted(events: pd.DataFrame, turnout: pd.DataFrame) -> Counted:
    """Everything the figures of events are made of."""
    counts = placed(events, turnout)
    return Counted(events, counts, {group: shown_by_level(counts, LEVELS, group, COUNTS) for group in GROUPS})


def placed(events: pd.DataFrame, turnout: pd.DataFrame) -> pd.DataFrame:
    """turnout with the levels each row is summed by: `visit` (str, an event at home is one of its own), `place` (str, a
    city in a year) and `year` (int). Each level lies whole within the next.
    """
    at_home = "event-" + events["event_id"].astype(str)
    visit = ("visit-" + events["visit_id"].astype("string")).fillna(at_home)
    place = events["year"].astype(str) + "/" + events["country"] + "/" + events["city"]
    levels = events.assign(visit=visit, place=place)[list(LEVELS)]
    return turnout.merge(levels, on="event_id", how="inner", validate="m:1")


def event_markdown(figures: Counted, event_id: int, language: str) -> str:
    """One event's figures as Markdown, and those of its visit and of its city that year where they hold more events.

    Raises StopIteration for an event that is not among them.
    """
    event = next(row for row in figures.events.to_dict("records") if row["event_id"] == event_id)
    counts = figures.counts
    label = _event_label(event, language)
    totals = _totals(counts, "event_id", {event_id: label})
    parts = [f"# {label}", _picture(totals, language), _measures_table(_event(language), totals, language)]
    held = 0
    for level, named in zip(LEVELS[:3], _level_titles(event, language), strict=True):
        nodes = counts.loc[counts["event_id"] == event_id, level].unique()
        within = counts.loc[counts[level].isin(nodes), "event_id"].nunique()
        if within > held:  # it tells more than the level below
            parts += [f"## {named}", *_breakdowns(figures, level, nodes[0], language)]
        held = within
    return "\n\n".join([*parts, _rule(language)]) + "\n"


def year_markdown(figures: Counted, year: int, language: str) -> str:
    """A year's figures as Markdown: a picture of its newest events, tables by event, visit and city, and the whole year
    by department and by cohort.
    """
    title = _said(f"# Evenemang {year}", f"# Events in {year}", language)
    of_year = figures.events[figures.events["year"] == year]
    if of_year.empty:
        none = _said("Det finns inga evenemang att räkna ännu.", "There are no events to count yet.", language)
        return f"{title}\n\n{none}\n"
    counts = figures.counts
    labels = {row["event_id"]: _event_label(row, language) for row in of_year.to_dict("records")}
    totals = _totals(counts, "event_id", labels)
    whole = _said(f"Hela {year}", f"The whole of {year}", language)
    by_event = _measures_table(_event(language), totals, language, total=whole)
    parts = [title, _picture(totals.tail(EVENTS_DRAWN), language), by_event]
    for level, named, heading in (
        ("visit", _visits(of_year), _said("Besök", "Visit", language)),
        ("place", _cities(of_year), _said("Stad", "City", language)),
    ):
        if named:
            parts.append(_measures_table(heading, _totals(counts, level, named), language))
    parts += [f"## {whole}", *_breakdowns(figures, "year", year, language), _rule(language)]
    return "\n\n".join(parts) + "\n"


def _visits(events: pd.DataFrame) -> Mapping[Hashable, str]:
    """Key of a visit -> its city and the day of its first event."""
    first = events.dropna(subset=["visit_id"]).drop_duplicates("visit_id")
    return {f"visit-{row['visit_id']}": f"{row['city']} {row['day']}" for row in first.to_dict("records")}


def _cities(events: pd.DataFrame) -> Mapping[Hashable, str]:
    first = events.drop_duplicates(["country", "city"]).sort_values(["city", "country"])
    return {
        f"{row['year']}/{row['country']}/{row['city']}": f"{row['city']} ({row['country']})"
        for row in first.to_dict("records")
    }


def _totals(counts: pd.DataFrame, level: str, named: Mapping[Hashable, str]) -> pd.DataFrame:
    """COUNTS of the nodes of a level that are in `named`, indexed by their names, zeros where nobody is counted."""
    keys = list(named)
    return counts.groupby(level)[COUNTS].sum().reindex(keys, fill_value=0).set_axis([named[key] for key in keys])


def _event(language: str) -> str:
    return _said("Evenemang", "Event", language)


def _measures_table(heading: str, totals: pd.DataFrame, language: str, total: str = "") -> str:
    lines = [[str(label), *_cells(line, language)] for label, line in _lines(totals)]
    if total and len(lines) > 1:
        lines.append([f"**{total}**", *_cells(totals.sum().tolist(), language)])
    return table([heading, *(measure_words(name, language) for name in MEASURES)], lines)


def _breakdowns(figures: Counted, level: str, node: object, language: str) -> list[str]:
    return [_breakdown(figures.shown[group][level], node, group, language) for group in GROUPS]


def _breakdown(shown: pd.DataFrame, node: object, group: str, language: str) -> str:
    """One node by department or cohort, small cells hidden. One line alone would tell what it hides."""
    cells = shown[shown.index.get_level_values(0) == node].droplevel(0)
    title = group_title(group, language)
    if cells.empty or (len(cells) == 1 and bool(cells.isna().to_numpy().any())):
        return _said(f"{title}: för få för att visas.", f"{title}: too few to be shown.", language)
    rows = [[group_name(group, key, language), *_cells(line, language)] for key, line in _lines(cells)]
    header = [title, *(measure_words(measure, language) for measure in MEASURES)]
    return table(header, sorted(rows, key=group_order(group)))


def _lines(frame: pd.DataFrame) -> Iterable[tuple[Hashable, list[object]]]:
    return zip(frame.index, frame.to_numpy(dtype=object).tolist(), strict=True)


def _cells(line: Iterable[object], language: str) -> list[str]:
    return [HIDDEN if count is pd.NA else number(int(str(count)), language) for count in line]


def _event_label(event: Mapping[Hashable, object], language: str) -> str:
    title = event["title_sv"] if language == "sv" else event["title_en"]
    gone = _said(" (inställt)", " (cancelled)", language) if event["cancelled"] else ""
    return f"{title}, {event['city']} {event['day']}{gone}"


def _level_titles(event: Mapping[Hashable, object], language: str) -> tuple[str, str, str]:
    city = f"{event['city']} {event['year']}"
    return (
        _said("Evenemanget", "The event", language),
        _said("Hela besöket", "The whole visit", language),
        _said(f"Alla evenemang i {city}", f"All events in {city}", language),
    )


def _picture(totals: pd.DataFrame, language: str) -> str:
    words = [measure_words(name, language) for name in MEASURES]
    drawn = [Turnout(str(label), [int(str(count)) for count in line]) for label, line in _lines(totals)]
    told = [
        ", ".join(f"{word.lower()}: {number(count, language)}" for word, count in zip(words, one.counts, strict=True))
        for one in drawn
    ]
    described = " ".join(f"{one.label}: {said}." for one, said in zip(drawn, told, strict=True))
    return pictured(described, turnout_bars(drawn, words))


def _rule(language: str) -> str:
    """What the numbers are, and the rule of hiding (`figures.hiding`), in words."""
    return _said(
        "Inbjudna och svar är personer. De som kommer och kom räknas med medföljande gäster, och bland dem som kom "
        "finns de som inte hade svarat. Var och en räknas vid institutionen och året för sin senaste examen. "
        f"{HIDDEN} betyder dolt: färre än {LEAST}, eller det minsta som är kvar om det dolda annars gick att räkna ut "
        f"ur summan (minst två rader är dolda, tillsammans minst {LEAST}). Detsamma gäller mellan evenemang, besök, "
        "stad och år.",
        "Invited and answered are people. Those who come and came are counted with their guests, and among those who "
        "came are some who had not answered. Everyone is counted at the department and year of their newest degree. "
        f"{HIDDEN} means hidden: fewer than {LEAST}, or the smallest that is left where what is hidden would otherwise "
        f"follow from the sum (at least two lines are hidden, together at least {LEAST}). The same holds between "
        "events, visits, cities and years.",
        language,
    )


def _said(swedish: str, english: str, language: str) -> str:
    return swedish if language == "sv" else english
