"""A preview: who would get what today, every variant as files to look at. Nothing is sent, and no person is kept."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from outreach import campaigning, clock, database, duties
from outreach.models import Campaign, RecipientStatus
from outreach.queries import contact_pressure, messages, previews
from outreach.rendering import Rendered, letters
from outreach.rendering.preview import write_preview
from outreach.settings import settings


@dataclass(frozen=True)
class WavePreview:
    """One wave of one campaign: how many people, by department ("" for none) and by language, why others are left out
    (reason -> count), its variants, and each of its letters once.

    `had_lately`: messages had in the days of the budget -> people. `would_wait`: key of a campaign that goes first ->
    people who would wait for it.
    """

    campaign: str
    wave: int
    people: int
    exclusions: dict[str, int]
    variants: tuple[Rendered, ...]
    departments: dict[str, int] = field(default_factory=dict)
    languages: dict[str, int] = field(default_factory=dict)
    had_lately: dict[int, int] = field(default_factory=dict)
    would_wait: dict[str, int] = field(default_factory=dict)
    letters: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True)
class Preview:
    waves: tuple[WavePreview, ...]
    index: Path

    @property
    def people(self) -> int:
        return sum(wave.people for wave in self.waves)


def preview(duty_name: str, *, day: date | None, department: str | None, parameters: dict[str, Any]) -> Preview:
    """Go through open, select and render as a real run would on `day`, write the variants to files, undo the rest."""
    waves: list[WavePreview] = []
    with database.session_scope(rehearsing=True) as session:
        for campaign in campaigning.open_campaigns(
            session, duty_name, day=day or clock.today(), department=department, parameters=parameters
        ):
            campaigning.select(session, campaign, day or clock.today())
            waves += _waves(session, campaign, campaigning.render(session, campaign))
    folder = settings().data_dir / "previews" / duty_name / (department or "central")
    variants = {one.digest: one for wave in waves for one in wave.variants}  # events have a text each
    return Preview(tuple(waves), write_preview(list(variants.values()), folder))


def _waves(session: Session, campaign: Campaign, rendered: Mapping[int, list[Rendered]]) -> list[WavePreview]:
    """Every wave of a campaign that considers somebody."""
    rows = previews.counted(session, campaign.id)
    now, waits = clock.now(), duties.duty(campaign.duty).over_budget == "wait"
    made = []
    for number in sorted({row.wave for row in rows}):
        departments, languages, exclusions = Counter[str](), Counter[str](), Counter[str]()
        for row in rows:
            if row.wave == number and row.status == RecipientStatus.PLANNED:
                departments[row.department] += row.people
                languages[row.language] += row.people
            elif row.wave == number and row.status == RecipientStatus.EXCLUDED:
                exclusions[row.reason] += row.people
        made.append(
            WavePreview(
                campaign=campaign.key,
                wave=number,
                people=departments.total(),
                exclusions=dict(exclusions),
                variants=tuple(rendered.get(number, ())),
                departments=dict(departments),
                languages=dict(languages),
                had_lately=contact_pressure.had_lately(session, campaign.id, number, now),
                would_wait=contact_pressure.would_wait(session, campaign.id, number, now) if waits else {},
                letters=_letters(session, campaign.id, number, departments),
            )
        )
    return made


def _letters(session: Session, campaign_id: int, wave: int, people: Mapping[str, int]) -> tuple[dict[str, Any], ...]:
    """Each text of a wave once, as a made-up reader gets it, with the codes of the departments whose letter it is."""
    found = []
    for group in letters.groups(messages.current(session, campaign_id, wave), people, "sv"):
        codes = [own[0].department_code for _, own in group.links]
        for one in group.letters:
            said = {name: getattr(one, name) for name in ("language", "subject", "preheader", "html", "text")}
            found.append({"departments": [code for code in codes if code], **said})
    return tuple(found)


def content(found: Preview) -> dict[str, Any]:
    """What is kept of a preview, in what JSON can say: counts and texts, nobody's name."""
    budget = duties.contact()
    waves = [
        {
            "campaign": wave.campaign,
            "wave": wave.wave,
            "people": wave.people,
            "departments": wave.departments,
            "languages": wave.languages,
            "exclusions": wave.exclusions,
            "had_lately": {str(count): people for count, people in wave.had_lately.items()},
            "would_wait": wave.would_wait,
            "letters": list(wave.letters),
        }
        for wave in found.waves
    ]
    limit = None if budget is None else {"messages": budget.messages, "days": budget.days}
    return {"people": found.people, "limit": limit, "waves": waves}
