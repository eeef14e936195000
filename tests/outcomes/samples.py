"""Random cohorts with the patterns that make disclosure control hard: small programmes, rare answers, programmes that
stand for a department or a level, questions few answer."""

import random

import pandas as pd

from outreach.outcomes import ACTIVITIES, Question
from outreach.outcomes.rates import EMPLOYED

QUESTIONS = (
    Question("sector", "choice", ("private", "state", "municipal"), asked_of=EMPLOYED),
    Question("relevance", "scale", ("1", "2", "3", "4", "5")),
    Question("contact", "multiple", ("mentor", "guest")),
    Question("months_to_first_job", "number", asked_of=EMPLOYED),
)


def sample(seed: int, people: int | None = None) -> pd.DataFrame:
    """A frame of 20 to 260 people, the same for the same seed."""
    dice = random.Random(seed)
    people = people or dice.randint(20, 260)
    departments = [f"D{number}" for number in range(dice.randint(1, 3))]
    programmes = [
        (f"P{number}", dice.choice(departments), dice.choice(("first", "second")), dice.choice((1, 1, 3, 9)))
        for number in range(dice.randint(1, 6))
    ]
    cohorts = [f"{year}-{month:02}" for year in (2023, 2024) for month in (1, 6) if dice.random() < 0.8] or ["2024-06"]
    drawn = dice.choices(programmes, [programme[3] for programme in programmes], k=people)
    mixed = dice.random() < 0.3  # programmes with several levels
    answering, liked = dice.uniform(0.4, 1.0), [dice.choice((1, 1, 5, 20)) for _ in ACTIVITIES]
    rows = [_person(dice, programme, mixed, dice.choice(cohorts), answering, liked) for programme in drawn]
    return pd.DataFrame(rows).astype(
        {"relevance": "Int64", "contact__mentor": "boolean", "contact__guest": "boolean", "months_to_first_job": float}
    )


def _person(
    dice: random.Random,
    programme: tuple[str, str, str, int],
    mixed: bool,
    cohort: str,
    answering: float,
    liked: list[int],
) -> dict[str, object]:
    responded = dice.random() < answering
    known = responded or dice.random() < 0.2
    tells = responded and dice.random() < 0.8
    activity = dice.choices(ACTIVITIES, liked)[0] if known else None
    works = responded and activity in EMPLOYED
    return {
        "survey": "career", "cohort": cohort, "months_after": 15, "programme": programme[0], "department": programme[1],
        "level": dice.choice(("first", "second")) if mixed else programme[2],
        "reached": known or dice.random() < 0.9, "responded": responded, "known": known,
        "activity": activity,
        "sector": dice.choices(("private", "state", "municipal", None), (9, 3, 1, 0.5))[0] if works else None,
        "relevance": dice.choices((1, 2, 3, 4, 5, None), (1, 2, 4, 9, 9, 4))[0] if responded else None,
        "contact__mentor": dice.random() < 0.2 if tells else None,
        "contact__guest": dice.random() < 0.5 if tells else None,
        "months_to_first_job": float(dice.randint(0, 14)) if works and tells else None,
    }  # fmt: skip
