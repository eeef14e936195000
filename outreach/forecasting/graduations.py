"""The graduating classes to come: who reaches the days of the invitation and of the reminders, and when.

The rules are those of `queries.audiences.graduation`, for every day at once; tests hold the two against each other.
"""

from datetime import timedelta

import numpy as np
import pandas as pd

from outreach import duties
from outreach.duties import Duty, Term, term_named, term_of
from outreach.forecasting import senders
from outreach.forecasting.building import FAR, LATER, NEW, build
from outreach.forecasting.reading import Read
from outreach.forecasting.shape import Coming, frame
from outreach.models import Campaign
from outreach.queries import campaigns, coming

DUTY = "graduation-invitation"


def comings(read: Read) -> list[Coming]:
    """Each term's campaign, those of departments that are under way among them."""
    duty, when = duties.duty(DUTY), read.when
    first, last = when.today - timedelta(days=duty.catch_up_days), when.day(when.days + duty.within_days)
    mine = read.open_of(DUTY)
    near = _first_days(coming.nearing_the_end(read.session, duty, first, last), duty, read)
    ends = coming.ends(read.session, first, last, [one.id for one in mine])
    willing = coming.open_to_reminders(read.session, duty, [one.id for one in mine])
    central = {campaign.period: campaign for campaign in mine if campaign.department_code is None}
    shut = coming.closed(read.session, [campaigns.natural_key(DUTY, term, None) for term in near["term"].unique()])
    made = [_of(read, duty, one, near, ends, willing) for one in mine]
    for term in sorted(set(near["term"]) - set(central)):
        key = campaigns.natural_key(DUTY, term, None)
        if key not in shut:
            made.append(_to_be(read, duty, key, near[near["term"] == term], ends))
    return made


def _of(
    read: Read, duty: Duty, campaign: Campaign, near: pd.DataFrame, ends: pd.DataFrame, willing: pd.DataFrame
) -> Coming:
    """A campaign under way: whoever it has asked, waits in it, and, for a central one, will come to it."""
    had, until = read.had_of(campaign), read.when.last_day_before(campaign.expires_at)
    new = near[near["term"] == campaign.period] if campaign.department_code is None else near[:0]
    asked = willing.loc[willing["campaign"] == campaign.id, ["person", "department"]]
    waiting = read.departments_of_waiting(campaign)
    theirs = pd.concat([asked, waiting, new[["person", "department"]]])
    sender = senders.named(campaign, read.unsigned, *senders.titles(duty, campaign.period))
    later = _reminders(theirs, _asked_for(ends, term_named(campaign.period), read), duty, read, until)
    return build(sender, read.when, had=had, until=until, new=new[list(NEW)], later=later, sharing=read.sharing)


def _to_be(read: Read, duty: Duty, key: str, near: pd.DataFrame, ends: pd.DataFrame) -> Coming:
    """The campaign of a term nobody has been asked in."""
    term = term_named(str(near["term"].iloc[0]))
    until = read.when.number(term.last + timedelta(days=duty.expires_days)) - 1
    opens = read.when.day(int(near["first"].min()))
    sender = senders.to_be(duty, key, None, opens, *senders.titles(duty, term.name))
    later = _reminders(near[["person", "department"]], _asked_for(ends, term, read), duty, read, until)
    return build(
        sender, read.when, had=read.nothing, until=until, new=near[list(NEW)], later=later, sharing=read.sharing
    )


def _first_days(studies: pd.DataFrame, duty: Duty, read: Read) -> pd.DataFrame:
    """The first day each person is invited on, and as whose: person, department, term, first, until.

    Someone in several programmes belongs to the class of the one that ends first among those near their end that day.
    """
    end = _numbers(studies["end"], read)
    found = studies.assign(end=end, first=np.maximum(end - duty.within_days, 0), until=end + duty.catch_up_days)
    applied = found["applied"] | found["end"].isna()
    found.loc[applied, "first"] = 0
    found["until"] = found["until"].fillna(FAR)
    found = found[~found["missing"] & (found["first"] < read.when.days)]
    found = found.sort_values(["person", "first", "end", "credits", "study"], ascending=[True, True, True, False, True])
    found = found.drop_duplicates("person")
    days = found["end"].fillna(0).astype("int64")
    found["term"] = days.map({day: term_of(read.when.day(day)).name for day in days.unique()}).astype("str")
    return found.astype({"first": "int64", "until": "int64"})[["person", "department", "term", "first", "until"]]


def _asked_for(ends: pd.DataFrame, term: Term, read: Read) -> pd.DataFrame:
    """The end each person is asked for in a term, by department, and its day as a number: their first from the term on,
    else the last before it."""
    day, first = _numbers(ends["end"], read), read.when.number(term.first)
    older = day < first
    found = ends.assign(day=day, older=older, near=day.where(~older, -day))
    found = found.sort_values(["person", "department", "older", "near", "study"])
    return found.drop_duplicates(["person", "department"])


def _reminders(theirs: pd.DataFrame, ends: pd.DataFrame, duty: Duty, read: Read, until: int) -> pd.DataFrame:
    """LATER: each reminder of each person, by the end of their studies (`_asked_for`) at the department that asks."""
    known = theirs.drop_duplicates("person").merge(ends, on=["person", "department"])
    known = known[~known["missing"]]
    end = known["day"]
    waves: list[pd.DataFrame] = [frame(LATER)]
    for number, wave in enumerate(duty.waves[1:], start=2):
        assert wave.days_from_end is not None
        due = end + wave.days_from_end
        rows = pd.DataFrame({"person": known["person"], "wave": number, "first": due, "until": due + wave.grace_days})
        rows = rows[(rows["until"] >= 0) & (rows["first"] < read.when.days)]
        rows = rows.assign(first=rows["first"].clip(lower=0), until=rows["until"].clip(upper=until), offset=0)
        waves.append(frame(LATER, rows.assign(gap=wave.min_gap_days)))
    return pd.concat(waves, ignore_index=True)


def _numbers(days: pd.Series, read: Read) -> pd.Series:
    """Dates as numbers of days from today."""
    return (pd.to_datetime(days) - pd.Timestamp(read.when.today)).dt.days
