"""A preview: who would get what today, every variant as files to look at. Nothing is sent and nothing is kept."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from outreach import campaigning, clock, database
from outreach.models import RecipientStatus
from outreach.queries import approvals, ledger
from outreach.rendering import Rendered
from outreach.rendering.preview import write_preview
from outreach.settings import settings


@dataclass(frozen=True)
class WavePreview:
    """One wave of one campaign: how many people, why others are left out (reason -> count), and its variants."""

    campaign: str
    wave: int
    people: int
    exclusions: dict[str, int]
    variants: tuple[Rendered, ...]


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
            rendered = campaigning.render(session, campaign)
            counts = ledger.counts(session, campaign.id)
            for number in sorted({wave for wave, _ in counts}):
                waves.append(
                    WavePreview(
                        campaign=campaign.key,
                        wave=number,
                        people=counts.get((number, RecipientStatus.PLANNED), 0),
                        exclusions=approvals.sheet(session, campaign.id, number).exclusions,
                        variants=tuple(rendered.get(number, ())),
                    )
                )
    folder = settings().data_dir / "previews" / duty_name / (department or "central")
    variants = {one.digest: one for wave in waves for one in wave.variants}  # events have a text each
    return Preview(tuple(waves), write_preview(list(variants.values()), folder))
