"""Which city a name means. A visit's is asked about whenever it is not certain; a person's is guessed."""

import re
from collections.abc import Callable, Collection, Sequence
from difflib import get_close_matches
from math import cos, radians

from outreach.event import Place
from outreach.places.choosing import Ambiguous, Choice, Unknown, UnknownCountry
from outreach.places.cities import Cities, City, cities
from outreach.places.countries import country_code
from outreach.places.folding import folded

BEHIND = re.compile(r"[,()]")  # what stands between a city and what tells which one: "Paris, USA (Texas)"
LARGE = 100_000  # a city people know where is
NEAR_SHOWN = 3
WORDS = re.compile(r"^(?:nara|near) | (?:invanare|inhabitants)$")  # around what tells one, folded
LONGEST = 200


def find(name: str, country: str | None = None) -> Place:
    """The city of a name in any language of Latin letters, whatever its accents and case.

    `country`: its code or name in sv or en; None or "" where it is not said. The name may carry what tells it from
    others: "Paris, Frankrike", "Springfield (Illinois)", "Springfield, IL". The place is called as it was asked for
    ("Rom", "Köpenhamn"), since that is what those who are invited will read. Raises Ambiguous, with the choices,
    whenever several have the name, however much larger one of them is; Unknown, with near names.
    """
    written = " ".join(name[:LONGEST].split())
    code = _code(written, country)
    base, behind = _parts(written, code)
    found = _told(_meant(cities().called(base, code), base), behind)
    if not found:
        raise Unknown(written, code, _near(base, code))
    if len(found) > 1:
        raise Ambiguous(written, _choices(found))
    return found[0].place(_as_written(base, found[0]))


def guess(name: str, country: str | None) -> Place | None:
    """The largest city of that name in the country (a code): what a person's own words mean most likely.

    None where there is none, or no country is given. Never asks.
    """
    code = country_code(country) if country else None
    if code is None:
        return None
    written = name[:LONGEST]
    for base in (written, BEHIND.split(written)[0]):
        if found := _meant(cities().called(base, code), base):
            return found[0].place()
    return None


def _code(written: str, country: str | None) -> str | None:
    if not (country and country.strip()):
        return None
    code = country_code(country)
    if code is None:
        raise UnknownCountry(written, " ".join(country[:LONGEST].split()))
    return code


def _parts(written: str, code: str | None) -> tuple[str, list[str]]:
    """The name and what stands behind it. Of several ways to divide them that with the longest name of a city:
    "Washington, D.C.", "Frankfurt (Oder), Tyskland"."""
    ends = [len(written), *(match.start() for match in list(BEHIND.finditer(written))[::-1])]
    base = next((written[:end] for end in ends if cities().called(written[:end], code)), written[: ends[-1]])
    behind = BEHIND.split(written[len(base) :])
    return base.strip(), [part.strip() for part in behind if part.strip()]


def _meant(found: Sequence[City], base: str) -> list[City]:
    """Of cities that have a name somewhere in the world, those whose own it is, and larger ones known by it.

    GeoNames does not say in which language a name is, and small towns carry names nobody would mean.
    """
    own = max((city.population for city in found if city.own_name == folded(base)), default=0)
    return [city for city in found if city.own_name == folded(base) or city.population > own]


def _told(found: Sequence[City], behind: Sequence[str]) -> list[City]:
    """The cities of which all that stands behind the name is true: region, country, size, or what it is near."""
    for part in behind:
        word = WORDS.sub("", folded(part))
        found = next(filter(None, ([city for city in found if told(city, word)] for told in TOLD)), [])
    return list(found)


def _choices(found: Sequence[City]) -> list[Choice]:
    """Each with what tells it from all that its own name may mean."""
    return [_choice(city, {*found, *_meant(cities().called(city.name), city.name)}) for city in found]


def _choice(city: City, others: Collection[City]) -> Choice:
    """With what tells a city from the others of its name and country: its region, its neighbour, its size."""
    same = [other for other in others if other.country == city.country and other != city]
    if city.region_name and (city.country == "US" or same) and all(other.region != city.region for other in same):
        return Choice(city.place(), city.population, region=city.region_name)
    if not same:
        return Choice(city.place(), city.population)
    near = _neighbour(city)
    if near and all(_neighbour(other) != near for other in same):
        return Choice(city.place(), city.population, near=near)
    return Choice(city.place(), city.population, counted=True)


def _neighbour(city: City) -> str:
    """The nearest large city of its country, other than itself."""
    large = (
        other
        for other in cities().in_country(city.country)
        if other.population >= LARGE and other.own_name != city.own_name
    )
    nearest = min(large, key=lambda other: _apart(city, other), default=None)
    return nearest.name if nearest else ""


def _apart(one: City, other: City) -> float:
    """How far apart, squared degrees: enough to compare by."""
    east = (abs(one.longitude - other.longitude) + 180) % 360 - 180
    return (one.latitude - other.latitude) ** 2 + (east * cos(radians(one.latitude))) ** 2


# What may stand behind a name, folded, and the order in which it is understood: Wales is a region before it is Britain.
TOLD: tuple[Callable[[City, str], bool], ...] = (
    lambda city, word: word in (folded(city.region), folded(city.region_name), str(city.population)),
    lambda city, word: country_code(word) == city.country,
    lambda city, word: word == folded(_neighbour(city)),
)


def _near(base: str, country: str | None) -> list[Choice]:
    """The cities whose names are spelt nearly so, the best first."""
    wanted = folded(base)
    if not wanted:
        return []
    close = get_close_matches(wanted, _comparable(cities(), country, wanted), n=NEAR_SHOWN, cutoff=0.75)
    found = [cities().called(name, country)[0] for name in close]
    return [Choice(city.place(), city.population, region=city.region_name) for city in dict.fromkeys(found)]


def _comparable(known: Cities, country: str | None, wanted: str) -> list[str]:
    """Names worth comparing with: of about the length, and of all the world's only those that begin alike."""
    names = known.names(country, "" if country else wanted[0])
    return [name for name in names if abs(len(name) - len(wanted)) <= 3]


def _as_written(base: str, city: City) -> str:
    """A city's own spelling where only accents and case differ; else the name it was asked for by."""
    if city.own_name == folded(base):
        return city.name
    return base.title() if base.islower() or base.isupper() else base
