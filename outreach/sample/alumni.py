"""A list of alumni such as a department keeps: who got a degree when, and where in the world they live now."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from outreach.errors import PermanentFailure
from outreach.sample import people as persons
from outreach.sample.cities import homes
from outreach.sample.files import Flavour, in_flavour, write
from outreach.sample.programmes import programmes
from outreach.sample.studies import exactly, first_studies

ALUMNI_COLUMNS = (
    "student_uid", "first_name", "last_name", "email", "language", "city", "country", "programme_code", "programme_sv",
    "programme_en", "department_code", "level", "degree_awarded", "member", "joined_on",
)  # fmt: skip
APART = 11  # the list is drawn by itself: it moves nothing in the register
DOMAIN = "alumn.example.net"  # reserved (RFC 2606), and none of the register's, so that nobody stands in both
MEMBERS, WITHOUT_ADDRESS = 0.6, 0.03  # shares of people
YEARS = 10.0  # the mean time since the degree
LONGEST = 45
NETWORK_SINCE = 2009  # nobody joined before


@dataclass(frozen=True)
class AlumniWritten:
    """How many alumni a list has, in how many cities, how many of them abroad and how many members of the network."""

    people: int
    cities: int
    abroad: int
    members: int

    def sentence(self) -> str:
        """One line for the person who asked for the sample."""
        return (
            f"Wrote {self.people} invented alumni in {self.cities} cities, {self.abroad} of them abroad and "
            f"{self.members} members of the network."
        )


def write_alumni(path: Path, *, people: int, seed: int, today: date, flavour: Flavour = "utf8") -> AlumniWritten:
    """Write a list of `people` invented alumni (ALUMNI_COLUMNS), as .csv or .xlsx by suffix; none is in the register.

    The same people, seed, day and flavour give the same bytes. There is somebody in each of the 200 cities if people
    are 400 or more. Raises PermanentFailure for another suffix or for nobody.
    """
    if people < 1:
        raise PermanentFailure("A sample needs at least one person.")
    frame = alumni(people=people, seed=seed, today=today)
    write(in_flavour(frame, flavour), path, flavour)
    return AlumniWritten(
        people=people,
        cities=len(frame[["city", "country"]].drop_duplicates()),
        abroad=int((frame["country"] != "SE").sum()),
        members=int(frame["member"].sum()),
    )


def alumni(*, people: int, seed: int, today: date) -> pd.DataFrame:
    """The rows of a list (ALUMNI_COLUMNS; days as datetime64, NaT for none; member as 0 or 1; no address as "")."""
    rng = np.random.default_rng([seed, people, APART])
    chosen = first_studies(rng, people)
    in_english = programmes()["taught_in"].to_numpy()[chosen] == "en"
    named = persons.names(rng, in_english)
    awarded = _awarded(rng, people, today)
    member = exactly(rng, people, MEMBERS)
    studied = programmes().iloc[chosen].reset_index(drop=True)
    frame = pd.concat([named, homes(rng, people), studied], axis="columns").assign(
        student_uid=persons.uids(rng, people),
        email=_addresses(rng, named),
        language=persons.languages(rng, in_english, named["origin"].to_numpy(object)),
        degree_awarded=awarded,
        member=member.astype(int),
        joined_on=np.where(member, _joined(rng, awarded, today), np.datetime64("NaT")),
    )
    return frame[list(ALUMNI_COLUMNS)].sort_values("student_uid", ignore_index=True)


def _addresses(rng: np.random.Generator, named: pd.DataFrame) -> npt.NDArray[np.object_]:
    """Good addresses, no two alike; few have none."""
    plain = persons.plain_addresses(rng, named)
    place = np.array([f"{address.partition('@')[0]}.{number}@{DOMAIN}" for number, address in enumerate(plain)], object)
    place[exactly(rng, len(named), WITHOUT_ADDRESS)] = ""
    return place


def _awarded(rng: np.random.Generator, people: int, today: date) -> npt.NDArray[np.datetime64]:
    """The day of each degree: more of them lately, in June or January."""
    years = today.year - 1 - np.minimum(rng.exponential(YEARS, people), LONGEST).astype(int)
    days = rng.choice(np.array(["06-08", "06-15", "01-18", "01-25"]), people)
    return np.array([f"{year}-{day}" for year, day in zip(years, days, strict=True)], "datetime64[D]")


def _joined(rng: np.random.Generator, awarded: npt.NDArray[np.datetime64], today: date) -> npt.NDArray[np.datetime64]:
    """A day after the degree and since there is a network, before today."""
    first = np.maximum(awarded, np.datetime64(f"{NETWORK_SINCE}-01-01"))
    open_days = (np.datetime64(today) - first).astype(int)
    joined: npt.NDArray[np.datetime64] = first + (rng.random(len(awarded)) * open_days).astype(int)
    return joined
