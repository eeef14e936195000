"""What invented graduates answer: alike within a programme, better matched after longer studies, some left blank."""

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
import pandas as pd

WORKING = ("full_time", "part_time", "self_employed", "internship")
Likely = Mapping[str, tuple[float, ...]]
SKIPS = 0.06  # of the questions one may skip
SECTORS = ("state", "region", "municipality", "private", "non_profit", "international", "other")
SCHOOL, WELFARE = ("amnesdidaktik", "barn-ungdom", "pedagogik", "specialpedagogik"), ("socialt-arbete", "psykologi")
IN_SECTOR: Likely = {
    "school": (0.03, 0.02, 0.72, 0.19, 0.02, 0.0, 0.02),
    "welfare": (0.12, 0.27, 0.38, 0.16, 0.05, 0.01, 0.01),
    "office": (0.22, 0.03, 0.07, 0.60, 0.04, 0.02, 0.02),
}
MATCH: Likely = {
    "first": (0.02, 0.62, 0.06, 0.30),
    "second": (0.03, 0.58, 0.25, 0.14),
    "third": (0.0, 0.72, 0.23, 0.05),
}
MATCHES = ("higher", "same", "lower", "none")
MISSED = (
    "Mer praktik under utbildningen.", "Kontakt med arbetsgivare tidigare.", "Att skriva för andra än forskare.",
    "Juridik och ekonomi för den som ska leda.", "Mer statistik.", "Programmering borde vara obligatoriskt.",
    "Fler gästföreläsare som själva har gått programmet.", "Hur man söker jobb med en bred examen.",
    "More teaching in English on how Swedish authorities work.", "Group work with other programmes.",
    "More feedback on my writing.", "Att få hålla i ett verkligt projekt.", "Presentationsteknik.",
    "Mer om hur man läser en budget.", "Handledning av någon från yrket.", "A placement abroad.",
)  # fmt: skip


def answers_of(rng: np.random.Generator, people: pd.DataFrame, completed: date) -> list[dict[str, str]]:
    """What each says, question -> answer as it is stored. people: department_code, level and activity (str)."""
    columns = {"activity": people["activity"], **_work(rng, people), **_first_job(rng, people, completed)}
    columns |= _looking_back(rng, people)
    table = pd.DataFrame(columns).astype("object")
    skipped = rng.random(table.shape) < SKIPS
    skipped[:, 0] = False  # the activity must be said
    table = table.mask(skipped)
    table.loc[table["first_job"] != "after", "first_job_month"] = None
    table.loc[table["missing"].isna(), "quote_ok"] = None
    return [
        {str(code): str(value) for code, value in row.items() if pd.notna(value)} for row in table.to_dict("records")
    ]


def _work(rng: np.random.Generator, people: pd.DataFrame) -> dict[str, pd.Series]:
    """What is asked of those who work."""
    works = people["activity"].isin(WORKING)
    department = people["department_code"]
    kind = pd.Series("office", index=people.index, dtype="str")
    kind = kind.mask(department.isin(SCHOOL), "school").mask(department.isin(WELFARE), "welfare")
    sector = _drawn(rng, kind, IN_SECTOR, SECTORS)
    match = _drawn(rng, people["level"], MATCH, MATCHES)
    fits = match.isin(("higher", "same"))
    relevance = _steps(rng, np.where(fits, 4.2, 2.7))
    other = rng.choice(["3", "4", "5"], len(people), p=[0.4, 0.3, 0.3])
    leads = rng.random(len(people)) < 0.05
    occupation = pd.Series(np.where(leads, "1", np.where(fits, "2", other)))
    country = pd.Series(rng.choice(["SE", "DE", "GB", "NO", "US"], len(people), p=[0.9, 0.03, 0.03, 0.02, 0.02]))
    told = {"title": occupation, "sector": sector, "work_country": country}
    told |= {"level_match": match, "relevance": relevance}
    return {code: answer.where(works) for code, answer in told.items()}


def _first_job(rng: np.random.Generator, people: pd.DataFrame, completed: date) -> dict[str, pd.Series]:
    """When the first job that fits began; further study."""
    works = people["activity"].isin(WORKING).to_numpy()
    when = np.where(rng.random(len(people)) < 0.3, "before", "after")
    when = np.where(rng.random(len(people)) < np.where(works, 0.94, 0.35), when, "not_yet")
    months = np.minimum(rng.geometric(0.28, len(people)) - 1, 14) + completed.month - 1
    began = [f"{completed.year + month // 12}-{month % 12 + 1:02}" for month in months.tolist()]
    studies = (people["activity"] == "continuing_education").to_numpy()
    more = np.where(rng.random(len(people)) < 0.85, "advanced", "doctoral")
    else_ = rng.choice(["other", "none"], len(people), p=[0.14, 0.86])
    further = np.where(studies, more, else_)
    return {"first_job": pd.Series(when), "first_job_month": pd.Series(began), "further_study": pd.Series(further)}


def _looking_back(rng: np.random.Generator, people: pd.DataFrame) -> dict[str, pd.Series]:
    seeking = people["activity"].isin(("seeking_work", "seeking_education", "not_seeking")).to_numpy()
    count = len(people)
    again = rng.choice(["yes", "elsewhere", "other", "unsure"], count, p=[0.66, 0.09, 0.15, 0.10])
    writes = rng.random(count) < 0.35
    missing = pd.Series(rng.choice(MISSED, count), dtype="object").where(pd.Series(writes))
    allows = np.where(rng.random(count) < 0.7, "yes", "no")
    return {
        "meaningful": _steps(rng, np.where(seeking, 2.7, 4.0)),
        "fits_plans": _steps(rng, np.where(seeking, 2.3, 3.8)),
        "uses_learning": _steps(rng, np.where(seeking, 2.6, 3.7)),
        "again": pd.Series(again),
        "missing": missing,
        "quote_ok": pd.Series(allows),
    }


def _drawn(rng: np.random.Generator, kind: pd.Series, likely: Likely, of: Sequence[str]) -> pd.Series:
    found = pd.Series("", index=kind.index, dtype="str")
    for name, shares in likely.items():
        here = (kind == name).to_numpy()
        found[here] = rng.choice(of, here.sum(), p=np.array(shares) / sum(shares))
    return found


def _steps(rng: np.random.Generator, middle: np.ndarray) -> pd.Series:
    """Whole steps from 1 to 5 around a middle each."""
    return pd.Series(np.clip(np.rint(rng.normal(middle, 1.0)), 1, 5).astype(int).astype(str))
