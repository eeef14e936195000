"""What people study and when they finish."""

from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from outreach.sample.programmes import programmes

Mask = npt.NDArray[np.bool_]

APPLY_DAYS = 180  # nobody applies for a degree longer before or after the end
NEAR_DAYS = 60  # the invitation's own reach: the sample has plenty of people inside it, whatever day it is
TERM_ENDS = ((1, 17), (6, 7))  # about when a Swedish autumn and spring term end
TERMS_BACK = 5
CREDITS_A_TERM = 30

# share of people, share of those who have applied for their degree, share of those who have been awarded it
STAGES = {
    "ended": (0.18, 0.10, 0.70),
    "just_ended": (0.05, 0.50, 0.20),
    "near": (0.12, 0.35, 0.01),
    "later": (0.62, 0.003, 0.0),
    "no_end": (0.03, 0.20, 0.0),
}


def exactly(rng: np.random.Generator, count: int, share: float, among: Mask | None = None) -> Mask:
    """A mask of length `count` with `share` of it, to the nearest whole number, set at random places of `among`."""
    places = np.arange(count) if among is None else np.flatnonzero(among)
    wanted = min(round(share * count), len(places))
    mask = np.zeros(count, dtype=bool)
    mask[rng.choice(places, wanted, replace=False)] = True
    return mask


def first_studies(rng: np.random.Generator, count: int) -> npt.NDArray[np.int64]:
    """A row of `programmes()` for each person, large programmes more often."""
    sizes = programmes()["size"].to_numpy(float)
    return rng.choice(len(sizes), count, p=sizes / sizes.sum())


def second_studies(rng: np.random.Generator, first: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Another programme at another department for each of `first`."""
    department = programmes()["department_code"].to_numpy()
    second = first_studies(rng, len(first))
    while (same := department[second] == department[first]).any():
        second[same] = first_studies(rng, int(same.sum()))
    return second


def progress(rng: np.random.Generator, chosen: npt.NDArray[np.int64], today: date) -> pd.DataFrame:
    """How far each study has come: expected_end and degree_awarded (datetime64 days, NaT for none), degree_applied
    (bool), credits_done and credits_required (float)."""
    count = len(chosen)
    names = list(STAGES)
    stage = rng.permutation(np.repeat(names, _parts(count, [STAGES[name][0] for name in names])))
    day = np.datetime64(today, "D")
    required = programmes()["credits_required"].to_numpy()[chosen]
    end = _ends(rng, stage, day, required)
    applied = rng.random(count) < _of_stage(stage, 1)
    awarded = rng.random(count) < _of_stage(stage, 2)
    applied &= np.isnat(end) | (np.abs(end - day) <= np.timedelta64(APPLY_DAYS, "D"))
    applied |= exactly(rng, count, 0.002, stage == "no_end")
    award = np.minimum(end + rng.integers(5, 60, count), day - rng.integers(1, 20, count))
    return pd.DataFrame(
        {
            "credits_done": _credits_done(rng, required, end, awarded, day),
            "credits_required": required,
            "expected_end": end,
            "degree_applied": applied & ~awarded,
            "degree_awarded": np.where(awarded, award, np.datetime64("NaT")),
        }
    )


def _parts(count: int, shares: list[float]) -> list[int]:
    """`count` cut into whole parts of about these shares."""
    edges = np.round(np.cumsum([0.0, *shares]) / sum(shares) * count).astype(int)
    return [int(part) for part in np.diff(edges)]


def _of_stage(stage: npt.NDArray[np.str_], field: int) -> npt.NDArray[np.float64]:
    return np.select([stage == name for name in STAGES], [np.float64(shares[field]) for shares in STAGES.values()])


def _ends(
    rng: np.random.Generator, stage: npt.NDArray[np.str_], day: np.datetime64, required: npt.NDArray[np.float64]
) -> npt.NDArray[np.datetime64]:
    """The expected end of each study: term ends mostly, any day for those who finish out of step; none further ahead
    than the programme is long."""
    terms = _term_ends(day)
    near = terms[(terms >= day) & (terms <= day + NEAR_DAYS)]
    ahead = terms[terms > day + NEAR_DAYS]
    behind = terms[terms < day - NEAR_DAYS][-TERMS_BACK:]
    count = len(stage)
    out_of_step = day + rng.integers(0, NEAR_DAYS + 1, count)
    in_step = rng.choice(near, count) if len(near) else out_of_step
    return np.select(
        [stage == "ended", stage == "just_ended", stage == "near", stage == "later"],
        [
            rng.choice(behind, count),
            day - rng.integers(1, NEAR_DAYS, count),
            np.where(rng.random(count) < 0.7, in_step, out_of_step),
            ahead[(rng.random(count) * required / CREDITS_A_TERM).astype(int)],
        ],
        np.datetime64("NaT", "D"),
    )


def _term_ends(day: np.datetime64) -> npt.NDArray[np.datetime64]:
    year = day.astype(object).year
    return np.array([f"{y}-{m:02}-{d:02}" for y in range(year - 4, year + 8) for m, d in TERM_ENDS], "datetime64[D]")


def _credits_done(
    rng: np.random.Generator,
    required: npt.NDArray[np.float64],
    end: npt.NDArray[np.datetime64],
    awarded: Mask,
    day: np.datetime64,
) -> npt.NDArray[np.float64]:
    """Credits at 30 a term until the end, some people behind; all of them where the degree is awarded."""
    behind = rng.choice([0.0, 0.0, 7.5, 15.0, 30.0], len(end))
    left = np.where(np.isnat(end), required / 2, (end - day).astype(float) / 182 * CREDITS_A_TERM)
    done = np.floor((required - np.maximum(left, 0) - behind) / 7.5) * 7.5
    return np.where(awarded, required, np.clip(done, 0, required))
