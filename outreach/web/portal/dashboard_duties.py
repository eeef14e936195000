"""What each duty is doing, in words, as far as the viewer may know: a department sees its own runs, of the duties it
may start."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from babel.dates import format_datetime

from outreach import duties
from outreach.clock import OFFICE_ZONE
from outreach.duties import Language
from outreach.prefect_overview import DutyState, Overview, Run
from outreach.queries.dashboard import Sending
from outreach.viewer import Viewer
from outreach.web import texts
from outreach.web.formats import LOCALES
from outreach.web.planner import whose
from outreach.web.portal.occasion_words import Occasions
from outreach.web.texts import Speak

BEHIND = ("approve-campaign", "campaign-status", "resend-unknown", "read-bounces", "forecast", "housekeeping")
NEXT_SHOWN = 3
WELL, BADLY = ("COMPLETED",), ("FAILED", "CRASHED")
# States in which something is left to do, and those whose words do not say enough: their sentence is shown, in English.
HELD = ("Awaiting approval", "Paused", "Refused", "Too little content", "Sent back", "Expired")
UNSAID = ("Refused", "Too little content")


@dataclass(frozen=True)
class RunSeen:
    """A run as the page shows it. `look`: good, bad or "". `message`: in English, where the state does not say it all.
    `share`: percent, None where it has not said."""

    state: str
    look: str
    at: datetime
    message: str
    share: float | None
    url: str
    whose: str


@dataclass(frozen=True)
class DutySeen:
    """A duty as the page shows it."""

    name: str
    title: str
    behind: bool
    running: tuple[RunSeen, ...]
    last: RunSeen | None
    next: str  # the moment, "" for none
    later: str  # the moments after it
    paused: bool
    url: str


@dataclass(frozen=True)
class SendingSeen:
    """A wave that is being sent. `wave`: which it is, "" for a duty with one. `share`: whole percent of its people."""

    campaign_id: int
    title: str
    wave: str
    done: int
    total: int
    share: int


def seen(overview: Overview, viewer: Viewer, say: Speak, language: Language) -> list[DutySeen]:
    """The duties that are the viewer's to know of, those that write to people first."""
    shown = [_seen(state, viewer, say, language) for state in overview.duties.values() if viewer.central or state.local]
    return sorted(shown, key=lambda one: (one.behind, one.name not in duties.duties(), one.title.casefold()))


def _seen(state: DutyState, viewer: Viewer, say: Speak, language: Language) -> DutySeen:
    ended = _theirs(state.ended, viewer)
    moments = [brief(run.at, language) for run in state.scheduled[:NEXT_SHOWN]]
    return DutySeen(
        name=state.name,
        title=title(state.name, say, language),
        behind=state.name in BEHIND,
        running=tuple(_run(run, viewer, say, language) for run in _theirs(state.running, viewer)),
        last=_run(ended[0], viewer, say, language) if ended else None,
        next="".join(moments[:1]),
        later=", ".join(moments[1:]),
        paused=state.paused,
        url=state.url if viewer.central else "",
    )


def brief(at: datetime, language: Language) -> str:
    """ "mån 23 nov 07:30", at the office."""
    return format_datetime(at.astimezone(OFFICE_ZONE), format="EEE d MMM HH:mm", locale=LOCALES[language])


def _theirs(runs: Iterable[Run], viewer: Viewer) -> list[Run]:
    return [run for run in runs if viewer.owns(run.department)]


def _run(run: Run, viewer: Viewer, say: Speak, language: Language) -> RunSeen:
    return RunSeen(
        state=state_words(run, say),
        look="bad" if run.type in BADLY else "good" if run.type in WELL and run.name not in HELD else "",
        at=run.at,
        message=run.message if run.type in BADLY or run.name in UNSAID else "",
        share=run.progress,
        url=run.url if viewer.central else "",
        whose=whose(run.department, language) if run.department and len(viewer.departments or "all") > 1 else "",
    )


def state_words(run: Run, say: Speak) -> str:
    """A run's state in plain words: its own name where there are words for it, else its type."""
    for code in (run.name.lower().replace(" ", "_"), run.type.lower()):
        if texts.has(f"dashboard.state_{code}"):
            return say(f"dashboard.state_{code}")
    return run.name


def title(name: str, say: Speak, language: Language) -> str:
    """What a duty is called; a deployment that is no duty and has no words is called as Prefect calls it."""
    if name in duties.duties():
        return duties.duty(name).title(language)
    key = f"dashboard.duty_{name.replace('-', '_')}"
    return say(key) if texts.has(key) else name


def campaign_title(duty: str, occasion: str, department: str | None, say: Speak, language: Language) -> str:
    """ "Nyhetsbrev, 2026-Q4, Fysikum"."""
    return f"{title(duty, say, language)}, {occasion}" + (f", {whose(department, language)}" if department else "")


def wave_words(duty: str, wave: int, say: Speak) -> str:
    """ "Brev 2 av 4.", or nothing where a duty has one message."""
    waves = len(duties.duty(duty).waves)
    return say("dashboard.wave", number=wave, of=waves) if waves > 1 else ""


def being_sent(campaigns: Iterable[Sending], names: Occasions, say: Speak, language: Language) -> list[SendingSeen]:
    """The waves that are being sent, as the page shows them."""
    return [
        SendingSeen(
            campaign_id=one.campaign_id,
            title=campaign_title(one.duty, names.named(one.duty, one.period), one.department_code, say, language),
            wave=wave_words(one.duty, one.wave, say),
            done=one.done,
            total=one.total,
            share=100 * one.done // one.total if one.total else 100,
        )
        for one in campaigns
    ]
