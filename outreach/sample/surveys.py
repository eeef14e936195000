"""Five classes that were followed up, with answers as they tend to be: invented, and of nobody in the register."""

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy.orm import Session

from outreach import clock
from outreach.queries import closed_surveys
from outreach.queries.surveys import Plan
from outreach.questionnaires import questionnaire
from outreach.sample.answers import answers_of
from outreach.sample.programmes import programmes

CLASSES, MONTHS_AFTER, OPEN_DAYS, JUNE = 5, 15, 42, 6
DEPARTMENTS = 6  # the largest
REACHED = 0.93
# Who answers: those with a further degree more, those without work less; a little less each year.
ANSWERING, BY_LEVEL = 0.56, {"first": -0.04, "second": 0.03, "third": 0.16}
BY_ACTIVITY = {"seeking_work": -0.12, "seeking_education": -0.06, "not_seeking": -0.1, "continuing_education": 0.05}
A_YEAR = 0.012


def write_surveys(session: Session, *, people: int, seed: int, today: date, classes: int = CLASSES) -> list[str]:
    """Lay closed surveys of the June classes up to the newest that has been asked, five or `classes`, of `people` each.

    The same people, seed and day give the same answers. Returns their slugs, the oldest class first.
    """
    newest = today.year - 1
    while _closes(newest) >= today:
        newest -= 1
    years = range(newest - classes + 1, newest + 1)
    return [_write(session, year, number, people, seed) for number, year in enumerate(years)]


def _write(session: Session, year: int, number: int, people: int, seed: int) -> str:
    rng = np.random.default_rng([seed, year])
    whole = questionnaire("career")
    plan = _plan(year)
    drawn = cohort(rng, people, number)
    responding = drawn[drawn["answered"]].reset_index(drop=True)
    ids = [rng.bytes(16).hex() for _ in range(len(responding))]
    said = answers_of(rng, responding, plan.cohort_month)
    studied = responding[["department_code", "programme_code", "level"]].to_dict("records")
    responses = [{"id": each, **row} for each, row in zip(ids, studied, strict=True)]
    answers = [
        {"response_id": each, "code": code, "value": value}
        for each, row in zip(ids, said, strict=True)
        for code, value in row.items()
    ]
    members = drawn.drop(columns="activity").to_dict("records")
    rows: tuple[Any, Any, Any] = (members, responses, answers)
    closed_surveys.lay(session, plan, clock.start_of(_opens(year)), (whole.content(), whole.digest), rows)
    return plan.slug


def cohort(rng: np.random.Generator, people: int, number: int) -> pd.DataFrame:
    """Everyone of a class: department_code, programme_code, level, activity (what they do, said or not), reached,
    answered, excluded. number: how many classes came before."""
    every = programmes()
    largest = every.groupby("department_code")["size"].sum().nlargest(DEPARTMENTS).index
    every = every[every["department_code"].isin(largest)]
    drawn = every.iloc[rng.choice(len(every), people, p=every["size"] / every["size"].sum())].reset_index(drop=True)
    activity = _activity(rng, drawn)
    likely = ANSWERING - A_YEAR * number + drawn["level"].map(BY_LEVEL) + activity.map(BY_ACTIVITY).fillna(0)
    reached = rng.random(people) < REACHED
    return pd.DataFrame(
        {
            "department_code": drawn["department_code"],
            "programme_code": drawn["programme_code"],
            "level": drawn["level"],
            "activity": activity,
            "reached": reached,
            "answered": reached & (rng.random(people) < likely),
            "excluded": np.where(rng.random(people) < 0.05, "still_studying", ""),
        }
    ).assign(answered=lambda frame: frame["answered"] & (frame["excluded"] == ""))


ACTIVITIES = ("full_time", "part_time", "self_employed", "internship", "volunteer_service", "military",
              "continuing_education", "seeking_work", "seeking_education", "not_seeking")  # fmt: skip
LIKELY: Mapping[str, tuple[float, ...]] = {  # professional programmes lead to work, first degrees often to more studies
    "professional": (0.83, 0.07, 0.02, 0.0, 0.0, 0.0, 0.03, 0.03, 0.0, 0.02),
    "first": (0.52, 0.10, 0.04, 0.025, 0.0, 0.0, 0.19, 0.075, 0.035, 0.015),
    "second": (0.71, 0.07, 0.05, 0.02, 0.0, 0.0, 0.05, 0.08, 0.005, 0.015),
    "third": (0.86, 0.04, 0.03, 0.0, 0.0, 0.0, 0.01, 0.05, 0.0, 0.01),
}
PROFESSIONAL = 210  # credits of a first degree from which a programme is a professional one


def _activity(rng: np.random.Generator, drawn: pd.DataFrame) -> pd.Series:
    professional = (drawn["level"] == "first") & (drawn["credits_required"] >= PROFESSIONAL)
    kind = drawn["level"].mask(professional, "professional")
    found = pd.Series("", index=drawn.index, dtype="str")
    for name, likely in LIKELY.items():
        here = (kind == name).to_numpy()
        shares: npt.NDArray[np.float64] = np.array(likely) / sum(likely)
        found[here] = rng.choice(ACTIVITIES, here.sum(), p=shares)
    return found


def _opens(year: int) -> date:
    month = JUNE - 1 + MONTHS_AFTER
    return date(year + month // 12, month % 12 + 1, 1)


def _closes(year: int) -> date:
    return _opens(year) + timedelta(days=OPEN_DAYS + 1)


def _plan(year: int) -> Plan:
    first = date(year, JUNE, 1)
    return Plan(
        slug=f"career-{first:%Y-%m}-{MONTHS_AFTER}m",
        questionnaire="career",
        cohort_month=first,
        cohort_until=first.replace(day=monthrange(year, JUNE)[1]),
        months_after=MONTHS_AFTER,
        department_code=None,
        programme_code=None,
        closes_at=clock.start_of(_closes(year)),
        cut_on=_closes(year),
    )
