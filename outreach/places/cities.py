"""The cities there are: GeoNames' (geonames.org, CC BY 4.0), read from the package's own file when first asked for."""

import gzip
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import pandas as pd

from outreach.event import Place
from outreach.places.folding import folded
from outreach.places.regions import region_name

FILE = Path(__file__).with_name("cities.tsv.gz")


@dataclass(frozen=True)
class City:
    """`region`: GeoNames' first administrative code. `own_name`: its name, folded."""

    name: str
    country: str  # ISO 3166-1 alpha-2
    region: str
    latitude: float
    longitude: float
    time_zone: str
    population: int
    own_name: str

    def place(self, name: str = "") -> Place:
        """The place, called `name` if that is given."""
        return Place(name or self.name, self.country, self.latitude, self.longitude, self.time_zone)

    @property
    def region_name(self) -> str:
        """What its region is called, where we know it; else ""."""
        return region_name(self.country, self.region)


class Cities:
    """All of them. Rows stay text until one is asked for: so they load in a tenth of a second."""

    def __init__(self, text: str) -> None:
        self._rows = [line.split("\t") for line in text.split("\n")]

    @cached_property
    def _by_name(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for number, row in enumerate(self._rows):
            for name in row[7].split("|"):
                found.setdefault(name, []).append(number)
        return found

    def called(self, name: str, country: str | None = None) -> list[City]:
        """The cities of a name (any of their names), the largest first."""
        numbers = self._by_name.get(folded(name), [])
        found = [self._city(number) for number in numbers if country in (None, self._rows[number][1])]
        return sorted(found, key=lambda city: -city.population)

    def in_country(self, country: str | None) -> list[City]:
        """A country's cities, the largest first; everybody's for None, by country."""
        return [self._city(number) for number, row in enumerate(self._rows) if country in (None, row[1])]

    def names(self, country: str | None, start: str) -> Iterable[str]:
        """Folded names, of a country's cities or all, that begin so."""
        rows = (row for row in self._rows if country in (None, row[1]))
        return {name for row in rows for name in row[7].split("|") if name.startswith(start)}

    def frame(self) -> pd.DataFrame:
        columns = ["name", "country", "region", "latitude", "longitude", "time_zone", "population", "names"]
        frame = pd.DataFrame(self._rows, columns=columns, dtype="str").drop(columns=["region", "names"])
        return frame.astype({"latitude": "float64", "longitude": "float64", "population": "int64"})

    def _city(self, number: int) -> City:
        name, country, region, latitude, longitude, zone, population, names = self._rows[number]
        own = names.partition("|")[0]
        return City(name, country, region, float(latitude), float(longitude), zone, int(population), own)


@cache
def cities() -> Cities:
    return Cities(gzip.decompress(FILE.read_bytes()).decode())


def all_cities() -> pd.DataFrame:
    """Every city (name, country, time_zone str; latitude, longitude float64, degrees; population int64)."""
    return cities().frame()
