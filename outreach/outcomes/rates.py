"""First-destination rates and their intervals, as NACE defines them: plain counts of a frame, nothing hidden yet.

The frame of this package has a row a person of the cohort, without identity: survey (str), cohort (str, "YYYY-MM",
the month of completion), months_after (int), department, programme and level (str or NA), reached, responded and known
(bool), activity (one of ACTIVITIES or NA), and a column for each coded question.
"""

from dataclasses import dataclass
from math import sqrt

import pandas as pd

EMPLOYED = ("full_time", "part_time", "self_employed", "internship")
POSITIVE = (*EMPLOYED, "volunteer_service", "military", "continuing_education")
SEEKING = ("seeking_work", "seeking_education")
NOT_SEEKING = "not_seeking"
ACTIVITIES = (*POSITIVE, *SEEKING, NOT_SEEKING)

Z95 = 1.959963984540054  # the 97.5th percentile of the standard normal distribution


@dataclass(frozen=True)
class Rate:
    """A share with what it was made of: numerator and denominator (people), share, low and high (0 to 1, or NaN)."""

    numerator: int
    denominator: int
    share: float
    low: float
    high: float


def wilson(share: float, people: float) -> tuple[float, float]:
    """The 95 % score interval of a share (0 to 1) of `people` (which may be an effective number): low and high.

    Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", Journal of the
    American Statistical Association 22 (1927) 209-212.
    No people, no interval: NaN.
    """
    if not people > 0:
        return float("nan"), float("nan")
    spread = 1 + Z95**2 / people
    centre = (share + Z95**2 / (2 * people)) / spread
    half = Z95 * sqrt(share * (1 - share) / people + Z95**2 / (4 * people**2)) / spread
    return max(0.0, centre - half), min(1.0, centre + half)


def rate(numerator: int, denominator: int) -> Rate:
    """The rate of two counts; a denominator of 0 gives NaN."""
    if not denominator:
        return Rate(numerator, 0, float("nan"), float("nan"), float("nan"))
    share = numerator / denominator
    return Rate(numerator, denominator, share, *wilson(share, denominator))


def response_rate(frame: pd.DataFrame) -> Rate:
    """Completed surveys of everyone in the cohort."""
    return rate(int(frame["responded"].sum()), len(frame))


def knowledge_rate(frame: pd.DataFrame) -> Rate:
    """Known outcomes of everyone in the cohort, whatever the source.

    Source: NACE, Standards and Protocols for the Collection and Dissemination of Graduating Student Initial Career
    Outcomes Information. The aim there is at least 65 %.
    """
    return rate(int(frame["known"].sum()), len(frame))


def career_outcomes_rate(frame: pd.DataFrame) -> Rate:
    """Employed, in service, in the military or in continuing education, of the known who seek or have something.

    Source: as the knowledge rate: (employed + service + military + continuing education) / (known - not seeking).
    """
    activity = frame["activity"].where(frame["known"])
    sought = int(frame["known"].sum()) - int((activity == NOT_SEEKING).sum())
    return rate(int(activity.isin(POSITIVE).sum()), sought)
