"""From the days walked through to the figures a page shows, for the university and for each department.

A department sees its own campaigns, and of all others only how many of its own alumni they write to in a week.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from outreach.duties import Contact
from outreach.forecasting import weeks
from outreach.forecasting.collisions import Collision
from outreach.forecasting.shape import NEVER, Coming, Sender
from outreach.forecasting.walking import LOST, OPEN, SENT, Walked
from outreach.queries.snapshots import WHOLE

TOLD = ("id", "key", "duty", "title_sv", "title_en", "department")  # of a campaign


@dataclass(frozen=True)
class Forecast:
    """`paused`: campaigns that send nothing until somebody resumes them, and how many people wait in each. `names`:
    the titles of campaigns that stand in a collision and are not among `comings`, by their keys."""

    today: date
    budget: Contact | None
    comings: Sequence[Coming]
    walked: Walked
    collisions: Sequence[Collision]
    paused: Sequence[tuple[Sender, int]]
    names: Mapping[str, tuple[str, str]]


def contents(forecast: Forecast, studies: pd.DataFrame, departments: Collection[str]) -> dict[str, dict[str, Any]]:
    """Department's code, or WHOLE, -> what its page shows, of what JSON can say."""
    listed = _campaigns(forecast)
    whole = {
        **_frame(forecast),
        "weeks": _weeks(forecast, _totals(forecast.walked)),
        "campaigns": listed,
        "paused": [_paused(*one) for one in forecast.paused],
        "collisions": [_collision(forecast, one, None) for one in forecast.collisions],
    }
    made = {WHOLE: whole}
    counts = _by_department(forecast, studies, sorted(departments))
    for place, code in enumerate(sorted(departments)):
        mine = {one.sender.key for one in forecast.comings if one.sender.department == code}
        made[code] = {
            **_frame(forecast),
            "weeks": _weeks(forecast, {name: figures[:, place] for name, figures in counts.items()}),
            "campaigns": [one for one in listed if one["key"] in mine],
            "paused": [_paused(*one) for one in forecast.paused if one[0].department == code],
            "collisions": [_collision(forecast, one, mine) for one in forecast.collisions if one.lower in mine],
        }
    return made


def _frame(forecast: Forecast) -> dict[str, Any]:
    budget = forecast.budget
    return {
        "today": forecast.today.isoformat(),
        "budget": None if budget is None else {"messages": budget.messages, "days": budget.days},
    }


def _weeks(forecast: Forecast, figures: Mapping[str, NDArray[np.int64]]) -> list[dict[str, Any]]:
    return [
        {
            "year": week.year,
            "number": week.number,
            "monday": week.monday.isoformat(),
            "sunday": week.sunday.isoformat(),
            **{name: int(counted[n]) for name, counted in figures.items()},
        }
        for n, week in enumerate(weeks.coming(forecast.today))
    ]


def _campaigns(forecast: Forecast) -> list[dict[str, Any]]:
    """Each campaign that writes to somebody, the first to begin first."""
    listed = []
    for number, rows in forecast.walked.messages.groupby("campaign"):
        sent = rows[rows["state"] == SENT]
        if sent.empty:
            continue
        sender, refused = forecast.comings[int(str(number))].sender, rows["refused"] != NEVER
        listed.append(
            {
                **_told(sender),
                "status": sender.status.value,
                "messages": len(sent),
                "people": int(sent["person"].nunique()),
                "later": int((refused & (rows["state"] == SENT)).sum()),
                "lost": int((rows["state"] == LOST).sum()),
                "open": int((refused & (rows["state"] == OPEN)).sum()),
                "weeks": _weeks_of(forecast, sent["sent"].to_numpy(np.int64)),
            }
        )
    return sorted(listed, key=lambda one: (one["weeks"][0]["first"], one["key"]))


def _weeks_of(forecast: Forecast, days: NDArray[np.int64]) -> list[dict[str, Any]]:
    """In which of the weeks messages leave, on their `days`: how many, and the first and the last day."""
    week = (forecast.walked.weekday + days) // 7
    return [
        {
            "week": int(one),
            "messages": int((week == one).sum()),
            "first": _day(forecast, int(days[week == one].min())),
            "last": _day(forecast, int(days[week == one].max())),
        }
        for one in np.unique(week)
    ]


def _told(sender: Sender) -> dict[str, Any]:
    return {name: getattr(sender, name) for name in TOLD}


def _day(forecast: Forecast, number: int) -> str:
    return (forecast.today + timedelta(days=number)).isoformat()


def _paused(sender: Sender, people: int) -> dict[str, Any]:
    return {**_told(sender), "people": people}


def _collision(forecast: Forecast, one: Collision, mine: Collection[str] | None) -> dict[str, Any]:
    """A collision; for a department (`mine`: the keys it may see) others' campaigns have no names: None."""
    named = [_name(forecast, key) if mine is None or key in mine else None for key in one.higher]
    return {
        **asdict(one),
        "lower": _name(forecast, one.lower),
        "higher": named,
        "day": _day(forecast, one.day),
        "to_day": None if one.to_day is None else _day(forecast, one.to_day),
    }


def _name(forecast: Forecast, key: str) -> dict[str, Any]:
    for coming in forecast.comings:
        if coming.sender.key == key:
            sender = coming.sender
            return _told(sender)
    swedish, english = forecast.names.get(key, (key, key))
    return {"id": None, "key": key, "duty": "", "title_sv": swedish, "title_en": english, "department": None}


def _totals(walked: Walked) -> dict[str, NDArray[np.int64]]:
    written = _written(walked, walked.messages)
    flags = {"written": written, "near": walked.at_limit, "over": walked.over}
    return {name: flag.sum(axis=1).astype(np.int64) for name, flag in flags.items()}


def _by_department(
    forecast: Forecast, studies: pd.DataFrame, departments: Sequence[str]
) -> dict[str, NDArray[np.int64]]:
    """Figures by week and department, of the department's own alumni: `near` and `over` the budget; `others`, whom
    somebody else writes to."""
    walked = forecast.walked
    known = studies[np.isin(studies["person"].to_numpy(np.int64), walked.people)]
    known = known[known["department"].isin(departments)]
    person = np.searchsorted(walked.people, known["person"].to_numpy(np.int64))
    code = pd.Index(departments).get_indexer(pd.Index(known["department"].astype("str")))

    def counted(flags: NDArray[np.bool_], which: NDArray[np.bool_] | None = None) -> NDArray[np.int64]:
        chosen = slice(None) if which is None else which
        rows = [np.bincount(code[chosen], flag[person[chosen]], len(departments)) for flag in flags]
        return np.array(rows).astype(np.int64)

    others = counted(_written(walked, walked.messages))
    senders = [coming.sender.department for coming in forecast.comings]
    for place, department in enumerate(departments):
        own = [n for n, one in enumerate(senders) if one == department]
        if own:
            theirs = walked.messages[~walked.messages["campaign"].isin(own)]
            others[:, place] = counted(_written(walked, theirs), code == place)[:, place]
    return {"others": others, "near": counted(walked.at_limit), "over": counted(walked.over)}


def _written(walked: Walked, messages: pd.DataFrame) -> NDArray[np.bool_]:
    """Who is written to in each week: a row a week, a column a person."""
    flags = np.zeros_like(walked.at_limit)
    sent = messages[messages["state"] == SENT]
    week = (walked.weekday + sent["sent"].to_numpy(np.int64)) // 7
    flags[week, np.searchsorted(walked.people, sent["person"].to_numpy(np.int64))] = True
    return flags
