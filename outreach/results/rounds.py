"""What is published together: a round of surveys. Everybody is in one round, so no two publications can be compared.

Were a year's figures published anew each time a month's survey closes, the difference between yesterday's figures and
today's would tell of the few who were added. So the closed surveys of a year wait for each other as long as they can:
until the year's last has closed, or the link between people and answers is about to be cut, after which nobody can be
thanked. A department's own survey is a round of its own.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from outreach.models import Survey

THANKS_DAYS = 21  # before the cut: time to approve and send the thanks
LAST_MONTH = 12


@dataclass(frozen=True)
class Round:
    """Surveys published together, of one questionnaire and so many months after the degree."""

    surveys: tuple[Survey, ...]

    @property
    def slug(self) -> str:
        """Its name in addresses, such as "career-15m-2024-01-2024-12"; a department's own survey's own."""
        first = self.surveys[0]
        if first.department_code:
            return first.slug
        begins, ends = f"{first.cohort_month:%Y-%m}", f"{self.surveys[-1].cohort_month:%Y-%m}"
        months = begins if begins == ends else f"{begins}-{ends}"
        return f"{first.questionnaire}-{first.months_after}m-{months}"

    @property
    def ids(self) -> list[int]:
        return [survey.id for survey in self.surveys]

    def due(self, day: date) -> bool:
        """Whether it waits for nothing more."""
        last_month = any(survey.cohort_month.month == LAST_MONTH for survey in self.surveys)
        first_cut = min(survey.cut_on for survey in self.surveys)
        own = self.surveys[0].department_code is not None
        return own or last_month or first_cut - timedelta(days=THANKS_DAYS) <= day


def rounds(closed: Iterable[Survey]) -> Sequence[Round]:
    """The closed surveys that are not published, put together: of a year's cohorts, or a department's own."""

    def key(survey: Survey) -> tuple[str, str, int, int]:
        own = survey.slug if survey.department_code else ""
        return survey.questionnaire, own, survey.months_after, survey.cohort_month.year

    ordered = sorted(closed, key=lambda survey: (*key(survey), survey.cohort_month, survey.id))
    return [Round(tuple(group)) for _, group in groupby(ordered, key)]
