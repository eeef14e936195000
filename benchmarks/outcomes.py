"""From a million coded answers to all protected tables: seconds and peak memory.

    python benchmarks/outcomes.py [--answers 1000000] [--mode threshold]

A person gives twelve coded answers: an activity, five single choices, four scales, a question with three ticks, and a
number. Rare answers and small programmes are there as in life.
"""

import argparse
import resource
import sys
import time

import numpy as np
import pandas as pd

from outreach.outcomes import ACTIVITIES, Question, measured, protect
from outreach.outcomes.rates import EMPLOYED

LIMIT_SECONDS, LIMIT_MB = 20, 2048
ANSWERS_EACH = 12
CHOICES = tuple(f"c{number}" for number in range(8))
STEPS = ("1", "2", "3", "4", "5")
QUESTIONS = (
    *(Question(f"choice{number}", "choice", CHOICES) for number in range(4)),
    Question("sector", "choice", CHOICES, asked_of=EMPLOYED),
    *(Question(f"scale{number}", "scale", STEPS) for number in range(4)),
    Question("contact", "multiple", ("mentor", "guest", "interview")),
    Question("months_to_first_job", "number", asked_of=EMPLOYED),
)


def people(count: int) -> pd.DataFrame:
    """The same frame for the same number: 12 departments, 120 programmes of very different size, 60 cohorts."""
    dice = np.random.default_rng(20261122)
    programme = np.minimum(dice.pareto(1.0, count) * 6, 119).astype(int)
    year, month = dice.integers(2020, 2025, count), dice.choice([1, 3, 6, 6, 6, 8, 10, 12], count)
    activity = dice.choice(ACTIVITIES, count, p=[0.6, 0.08, 0.05, 0.04, 0.005, 0.005, 0.1, 0.08, 0.02, 0.02])
    frame: dict[str, object] = {
        "survey": "career", "months_after": 15, "cohort": [f"{y}-{m:02}" for y, m in zip(year, month, strict=True)],
        "programme": np.char.add("P", programme.astype(str)),
        "department": np.char.add("D", (programme % 12).astype(str)),
        "level": np.where(programme % 3, "second", "first"),
        "reached": True, "responded": True, "known": True, "activity": activity,
        "months_to_first_job": np.where(np.isin(activity, EMPLOYED), dice.integers(0, 15, count), np.nan),
    }  # fmt: skip
    for question in QUESTIONS:
        if question.kind == "choice":
            chosen = pd.Series(dice.choice(question.choices, count, p=[0.5, 0.2, 0.1, 0.1, 0.05, 0.03, 0.01, 0.01]))
            asked = np.isin(activity, question.asked_of) if question.asked_of else np.ones(count, dtype=bool)
            frame[question.code] = chosen.where(asked)
        elif question.kind == "scale":
            frame[question.code] = dice.choice([1, 2, 3, 4, 5], count, p=[0.03, 0.07, 0.2, 0.4, 0.3])
        for choice in question.choices if question.kind == "multiple" else ():
            frame[f"{question.code}__{choice}"] = dice.random(count) < 0.1
    return pd.DataFrame(frame)


def main() -> int:
    """Measure, and say whether it is within the limits."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--answers", type=int, default=1_000_000)
    parser.add_argument("--mode", choices=["threshold", "hesa"], default="threshold")
    given = parser.parse_args()
    frame = people(given.answers // ANSWERS_EACH)
    start, work = time.perf_counter(), time.process_time()
    exact = measured(frame, QUESTIONS)
    counted = time.perf_counter() - start
    tables = protect(exact, given.mode)
    seconds = time.perf_counter() - start
    work = time.process_time() - work
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    cells = sum(len(table.cells) for table in tables)
    hidden = sum(int((table.cells["mark"] == "hidden").sum()) for table in tables)
    print(
        f"{len(frame):,} people, {given.answers:,} answers, {given.mode}: {len(tables)} tables of {cells:,} cells "
        f"({hidden:,} hidden) in {seconds:.1f} s ({work:.1f} s of work, counting {counted:.1f} s), peak {peak} MB"
    )
    return 1 if seconds > LIMIT_SECONDS or peak > LIMIT_MB else 0


if __name__ == "__main__":
    sys.exit(main())
