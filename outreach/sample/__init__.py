"""A register that looks like the real thing: invented people at real departments, the same for the same seed."""

from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from outreach.errors import PermanentFailure
from outreach.sample import people as persons
from outreach.sample.alumni import AlumniWritten, write_alumni
from outreach.sample.files import Flavour, in_flavour, write
from outreach.sample.programmes import programmes
from outreach.sample.studies import NEAR_DAYS, exactly, first_studies, progress, second_studies
from outreach.sample.summary import SampleSummary
from outreach.sample.telling import StoriesWritten, write_folder
from outreach.sample.travelling import VisitsWritten, write_visits

__all__ = [
    "AlumniWritten", "SampleSummary", "StoriesWritten", "VisitsWritten", "register", "write_alumni", "write_sample",
    "write_stories", "write_visits",
]  # fmt: skip

COLUMNS = (
    "student_uid", "first_name", "last_name", "email", "programme_code", "programme_sv", "programme_en",
    "department_code", "level", "credits_done", "credits_required", "expected_end", "degree_applied", "degree_awarded",
    "language", "protected", "deceased",
)  # fmt: skip
FLAGS = ("degree_applied", "protected", "deceased")
SEVERAL, PROTECTED, DECEASED = 0.04, 0.003, 0.001  # shares of people


def write_sample(path: Path, *, people: int, seed: int, today: date, flavour: Flavour = "utf8") -> SampleSummary:
    """Write a Ladok-like extract of `people` invented people as seen on `today`, as .csv or .xlsx by suffix.

    The columns are COLUMNS; someone who studies at several departments has several rows with one student_uid. The same
    people, seed, day and flavour give the same bytes. Raises PermanentFailure for another suffix or for nobody.
    """
    if people < 1:
        raise PermanentFailure("A sample needs at least one person.")
    frame, summary = register(people=people, seed=seed, today=today)
    write(in_flavour(frame.assign(**{flag: frame[flag].astype(int) for flag in FLAGS}), flavour), path, flavour)
    return summary


def write_stories(folder: Path, *, people: int, seed: int, today: date) -> StoriesWritten:
    """Write the sample's stories as a folder to import, about people of the register that `write_sample` writes for the
    same people, seed and day. The same bytes each time. Raises PermanentFailure where the folder cannot be written.
    """
    return write_folder(folder, register(people=people, seed=seed, today=today)[0], today)


def register(*, people: int, seed: int, today: date) -> tuple[pd.DataFrame, SampleSummary]:
    """The rows of a sample (COLUMNS; dates as datetime64, flags as bool, no address as "") and what they hold."""
    rng = np.random.default_rng([seed, people])
    first = first_studies(rng, people)
    in_english = programmes()["taught_in"].to_numpy()[first] == "en"
    named = persons.names(rng, in_english)
    email, masks = persons.addresses(rng, named)
    masks["protected"] = exactly(rng, people, PROTECTED)
    masks["deceased"] = exactly(rng, people, DECEASED, ~masks["protected"])
    masks["several_departments"] = exactly(rng, people, SEVERAL)
    person = named.drop(columns="origin").assign(
        student_uid=persons.uids(rng, people),
        email=email,
        language=persons.languages(rng, in_english, named["origin"].to_numpy(object)),
        protected=masks["protected"],
        deceased=masks["deceased"],
    )
    twice = np.flatnonzero(masks["several_departments"])
    chosen = np.concatenate([first, second_studies(rng, first[twice])])
    owner = np.concatenate([np.arange(people), twice])
    rows = _rows(rng, person, owner, chosen, today)
    counts = {name: int(mask.sum()) for name, mask in masks.items()} | _counted(rows, today)
    return rows, SampleSummary(people, len(rows), counts)


def _rows(
    rng: np.random.Generator,
    person: pd.DataFrame,
    owner: npt.NDArray[np.int64],
    chosen: npt.NDArray[np.int64],
    today: date,
) -> pd.DataFrame:
    """One row a study, in the order of an extract: by programme, so that a person's two rows stand far apart."""
    parts = [
        person.iloc[owner].reset_index(drop=True),
        programmes().drop(columns=["taught_in", "size", "credits_required"]).iloc[chosen].reset_index(drop=True),
        progress(rng, chosen, today),
    ]
    whole = pd.concat(parts, axis="columns")[list(COLUMNS)]
    return whole.sort_values(["programme_code", "student_uid"], ignore_index=True)


def _counted(rows: pd.DataFrame, today: date) -> dict[str, int]:
    """How many people are where in their studies."""
    day = pd.Timestamp(today)
    near = rows["expected_end"].between(day, day + pd.Timedelta(days=NEAR_DAYS)) | rows["degree_applied"]
    kinds = {
        "no_end_date": rows["expected_end"].isna(),
        "applied_without_end": rows["expected_end"].isna() & rows["degree_applied"],
        "awarded": rows["degree_awarded"].notna(),
        "near_end": near & rows["degree_awarded"].isna(),
    }
    return {name: int(rows.loc[kind, "student_uid"].nunique()) for name, kind in kinds.items()}
