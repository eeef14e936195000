"""Where members live, as a map and a table: towns with few members are counted with a larger one near by.

The frame is that of `queries.event_figures.members_by_city`: city, country (str), latitude, longitude (degrees), people
(int). The rule: the smallest place with fewer than LEAST is added to the nearest one within NEAR_KM that has at least
as many, again and again; what is still smaller then is not shown as a place but counted together.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from outreach.figures.hiding import LEAST
from outreach.figures.markdown import pictured, table
from outreach.figures.words import number
from outreach.figures.world import Dot, drawn

NEAR_KM = 100.0  # as far as an event invites, unless it says otherwise
EARTH_KM = 6371.0088
TOLD = 5  # the largest places, named for who cannot see the picture

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Gathered:
    """`places`: those with at least LEAST, the largest first, with `towns` (int), how many towns each counts. `others`:
    members anywhere else, never fewer than LEAST unless 0; `few`: whether there are some too few to be counted."""

    places: pd.DataFrame
    others: int
    few: bool


def gathered(members: pd.DataFrame) -> Gathered:
    """The places that may be shown."""
    ordered = _by_place(members).sort_values(["people", "country", "city"], ignore_index=True)
    people, towns = _merged(ordered)
    shown = ordered.assign(people=people, towns=towns)[people >= LEAST]
    others = int(people[people < LEAST].sum())
    places = shown.sort_values(["people", "country", "city"], ascending=[False, True, True], ignore_index=True)
    return Gathered(places, others if others >= LEAST else 0, few=0 < others < LEAST)


def _by_place(members: pd.DataFrame) -> pd.DataFrame:
    """One row a place, called what most call it there: Göteborg and Gothenburg are one."""
    common = members.sort_values(["people", "city"], ascending=[False, True])
    at = [common["country"], common["latitude"].round(2), common["longitude"].round(2)]
    kept = {name: (name, "first") for name in ("city", "country", "latitude", "longitude")}
    return common.groupby(at, sort=False).agg(**kept, people=("people", "sum")).reset_index(drop=True)


def _merged(ordered: pd.DataFrame) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """people and towns of each place, smallest first, after the small ones went to their neighbours (0 then)."""
    people = ordered["people"].to_numpy(np.int64).copy()
    towns = np.ones(len(people), np.int64)
    latitude, longitude = (np.radians(ordered[name].to_numpy(float)) for name in ("latitude", "longitude"))
    waiting = people < LEAST
    while waiting.any():
        at = int(np.flatnonzero(waiting)[np.argmin(people[waiting])])
        waiting[at] = False
        near = _distances(latitude, longitude, at)
        near[(people < people[at]) | (people == 0)] = np.inf
        near[at] = np.inf
        to = int(np.argmin(near))
        if near[to] <= NEAR_KM:
            people[to], towns[to] = people[to] + people[at], towns[to] + towns[at]
            people[at] = towns[at] = 0
            waiting[to] = people[to] < LEAST
    return people, towns


def _distances(latitude: Floats, longitude: Floats, at: int) -> Floats:
    """Great-circle distances from one place to all, in km."""
    over = np.sin((latitude - latitude[at]) / 2) ** 2
    along = np.cos(latitude) * np.cos(latitude[at]) * np.sin((longitude - longitude[at]) / 2) ** 2
    distances: Floats = 2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(over + along, 0, 1)))
    return distances


def members_map(members: pd.DataFrame, world: pd.DataFrame, language: str) -> bytes:
    """A PNG: the world's towns as faint dots (`world`: latitude, longitude), members as circles by their number, the
    largest named; and the same of Europe, where most live."""
    shown = gathered(members).places
    dots = [
        Dot(row["city"], row["latitude"], row["longitude"], row["people"], number(row["people"], language))
        for row in shown.to_dict("records")
    ]
    titles = _said("Världen", "The world", language), _said("Europa", "Europe", language)
    return drawn(dots, world, titles)


def map_markdown(members: pd.DataFrame, world: pd.DataFrame, countries: Mapping[str, str], language: str) -> str:
    """The map as Markdown with what it shows in words, and the table. `countries`: names by code."""
    title = _said("# Var medlemmarna bor", "# Where members live", language)
    found = gathered(members)
    if found.places.empty:
        none = _said("Ingen ort har så många medlemmar att den kan visas.", "No place has members enough.", language)
        return f"{title}\n\n{none}\n"
    words = _words(found.places, language)
    header = _said("Ort|Land|Medlemmar", "Place|Country|Members", language).split("|")
    rows = [
        [_place(row, language), countries.get(row["country"], row["country"]), number(row["people"], language)]
        for row in found.places.to_dict("records")
    ]
    if found.others:
        rows.append([_said("Övriga orter", "Other places", language), "", number(found.others, language)])
    image = pictured(words, members_map(members, world, language))
    parts = [title, words, image, _table_first_left(header, rows), _rule(found, language), _source(language)]
    return "\n\n".join(parts) + "\n"


def _table_first_left(header: list[str], rows: list[list[str]]) -> str:
    return table(header, rows).replace("| --- | ---: | ---: |", "| --- | --- | ---: |", 1)


def _place(row: Mapping[Hashable, object], language: str) -> str:
    towns = int(str(row["towns"]))
    around = _said(" med omnejd", " and around", language) if towns > 1 else ""
    return f"{row['city']}{around}"


def _words(places: pd.DataFrame, language: str) -> str:
    largest = ", ".join(
        f"{_place(row, language)} {number(row['people'], language)}" for row in places.head(TOLD).to_dict("records")
    )
    return _said(
        f"{number(len(places), language)} orter har minst {LEAST} medlemmar. Flest: {largest}.",
        f"{number(len(places), language)} places have at least {LEAST} members. The most: {largest}.",
        language,
    )


def _rule(found: Gathered, language: str) -> str:
    few = _said(" Några få bor någon annanstans.", " A few live elsewhere.", language) if found.few else ""
    rule = _said(
        f"En ort med färre än {LEAST} medlemmar räknas med den närmaste större inom {NEAR_KM:g} km; finns ingen "
        "sådan räknas den bland övriga orter.",
        f"A place with fewer than {LEAST} members is counted with the nearest larger one within {NEAR_KM:g} km; "
        "where there is none it is counted among other places.",
        language,
    )
    return rule + few


def _source(language: str) -> str:
    return _said(
        "De svaga punkterna är världens orter enligt GeoNames (geonames.org, CC BY 4.0).",
        "The faint dots are the world's towns according to GeoNames (geonames.org, CC BY 4.0).",
        language,
    )


def _said(swedish: str, english: str, language: str) -> str:
    return swedish if language == "sv" else english
