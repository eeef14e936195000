"""The surveys to come and those under way. Nobody is taken to answer before they are reminded."""

import numpy as np
import pandas as pd

from outreach import clock, duties
from outreach.duties import Duty
from outreach.forecasting import senders
from outreach.forecasting.building import LATER, build, new_people, reminders
from outreach.forecasting.reading import Read
from outreach.forecasting.shape import Coming, frame
from outreach.models import Campaign
from outreach.queries import campaigns, coming, surveys
from outreach.queries.audiences import AUDIENCES
from outreach.queries.surveys import Plan
from outreach.surveys import opening

DUTY = "career-survey"


def comings(read: Read) -> list[Coming]:
    """Surveys under way, and those of the cohorts whose month comes."""
    duty = duties.duty(DUTY)
    open_now = read.open_of(DUTY)
    willing = coming.open_to_reminders(read.session, duty, [one.id for one in open_now])
    made = [_of(read, duty, one, willing) for one in open_now]
    plans: dict[str, tuple[int, Plan]] = {}
    for day in range(read.when.days):
        if day == 0 or read.when.day(day).day == 1:
            for plan in opening.planned(read.session, duty, read.when.day(day)):
                plans.setdefault(campaigns.natural_key(DUTY, plan.slug, None), (day, plan))
    known = read.keys_of(DUTY) | coming.closed(read.session, list(plans))
    return made + [_to_be(read, duty, key, *plan) for key, plan in plans.items() if key not in known]


def _of(read: Read, duty: Duty, campaign: Campaign, willing: pd.DataFrame) -> Coming:
    survey = surveys.of_campaign(read.session, campaign)
    had, until = read.had_of(campaign), read.when.last_day_before(survey.closes_at)
    people = np.empty(0, np.int64)
    if clock.now() < survey.closes_at:
        people = coming.willing(read.session, AUDIENCES[DUTY](read.session, campaign, duty, 1, read.when.today))
    asked = willing.loc[willing["campaign"] == campaign.id, "person"]
    everyone = pd.concat([asked, pd.Series(people), had.loc[had["planned"] & (had["wave"] == 1), "person"]])
    sender = senders.named(campaign, read.unsigned, *senders.of_cohort(duty, survey), apart=True)
    return build(
        sender, read.when, had=had, until=read.when.last_day_before(campaign.expires_at),
        new=new_people(people, 0, until), later=_reminders(everyone, duty, 0, until), sharing=read.sharing,
    )  # fmt: skip


def _to_be(read: Read, duty: Duty, key: str, day: int, plan: Plan) -> Coming:
    people = coming.cohort(read.session, plan, duty, read.when.run(day))
    until = read.when.last_day_before(plan.closes_at)
    sender = senders.to_be(duty, key, None, read.when.day(day), *senders.of_cohort(duty, plan), apart=True)
    return build(
        sender, read.when, had=read.nothing, until=until, new=new_people(people, day, until),
        later=_reminders(pd.Series(people), duty, day, until), sharing=read.sharing,
    )  # fmt: skip


def _reminders(people: pd.Series, duty: Duty, first: int, until: int) -> pd.DataFrame:
    """LATER: every reminder, so many days after each person's own invitation and as far from the one before it."""
    days = (0, *opening.times_of(duty).reminder_days)
    everyone = people.drop_duplicates()
    rows = [
        reminders(everyone, wave, first, until, offset=days[wave - 1], gap=days[wave - 1] - days[wave - 2])
        for wave in range(2, len(duty.waves))
    ]
    return pd.concat([frame(LATER), *rows], ignore_index=True)
