"""What is said of a city that cannot be told: which ones there are to choose among, or which were perhaps meant."""

from collections.abc import Sequence
from dataclasses import dataclass

from outreach.errors import PermanentFailure
from outreach.event import Place
from outreach.places.countries import country_name

SHOWN = 8


@dataclass(frozen=True)
class Choice:
    """One of several cities of a name. What tells it from the others of its country, where anything need: `region`,
    its region's name, or `near`, a large city; else how many live there.

    `text` is both what is shown and what `places.find` understands.
    """

    place: Place
    population: int
    region: str = ""
    near: str = ""
    counted: bool = False

    def text(self, language: str) -> str:
        told = self.region
        if self.near:
            told = f"{'nära' if language == 'sv' else 'near'} {self.near}"
        if self.counted:
            told = f"{self.population} {'invånare' if language == 'sv' else 'inhabitants'}"
        behind = f" ({told})" if told else ""
        return f"{self.place.name}, {country_name(self.place.country, language)}{behind}"


class Ambiguous(PermanentFailure):
    """Several cities have the name. `choices`: the largest first."""

    def __init__(self, name: str, choices: Sequence[Choice]) -> None:
        self.name = name
        self.choices = tuple(choices)
        super().__init__(self.sentence("en"))

    def sentence(self, language: str) -> str:
        named = "; ".join(choice.text(language) for choice in self.choices[:SHOWN])
        more = len(self.choices) - SHOWN
        if language == "sv":
            rest = f" (och {more} till)" if more > 0 else ""
            return f"Det finns flera orter som heter {self.name!r}. Skriv vilken som menas: {named}{rest}."
        rest = f" (and {more} more)" if more > 0 else ""
        return f"Several places are called {self.name!r}. Write which one is meant: {named}{rest}."


class Unknown(PermanentFailure):
    """No city has the name. `near`: those it was perhaps meant to be."""

    def __init__(self, name: str, country: str | None, near: Sequence[Choice]) -> None:
        self.name, self.country = name, country
        self.near = tuple(near)
        super().__init__(self.sentence("en"))

    def sentence(self, language: str) -> str:
        near = "; ".join(choice.text(language) for choice in self.near)
        if language == "sv":
            where = f" i {country_name(self.country, 'sv')}" if self.country else ""
            meant = f"Menades {near}?" if near else "Kontrollera stavningen, eller skriv närmaste större stad."
            return f"Ingen ort{where} i listan heter {self.name!r}. {meant}"
        where = f" in {country_name(self.country, 'en')}" if self.country else ""
        meant = f"Did you mean {near}?" if near else "Check the spelling, or write the nearest larger city."
        return f"No place{where} in the list is called {self.name!r}. {meant}"


class UnknownCountry(Unknown):
    """No country has the name. `written`: the word."""

    def __init__(self, name: str, written: str) -> None:
        self.written = written
        super().__init__(name, None, ())

    def sentence(self, language: str) -> str:
        if language == "sv":
            return f"Inget land heter {self.written!r}. Skriv landets namn på svenska eller engelska, eller koden."
        return f"No country is called {self.written!r}. Write its name in Swedish or English, or its code."
