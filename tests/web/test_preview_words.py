"""What a preview says to a department names no mailing of others."""

from pathlib import Path
from typing import Any

from outreach import clock
from outreach.models import PreviewRow
from outreach.viewer import Viewer
from outreach.web import preview_words

OTHERS = "event-invitation/fest-2026/fysikum"
OWN = "event-invitation/resa-2026/arkeologi"
WAVE: dict[str, Any] = {
    "campaign": "quarterly-newsletter/special-x/arkeologi", "wave": 1, "people": 3, "departments": {"arkeologi": 3},
    "languages": {"sv": 3}, "exclusions": {f"over_budget:{OTHERS}": 2, f"over_budget:{OWN}": 1, "no_address": 4},
    "had_lately": {"1": 5, "2": 3}, "would_wait": {OTHERS: 2, "graduation-invitation/2026-HT/central": 3, OWN: 1},
    "letters": [],
}  # fmt: skip


def seen_by(departments: frozenset[str] | None) -> preview_words.Wave:
    content = {"people": 3, "limit": {"messages": 2, "days": 14}, "waves": [WAVE]}
    found = PreviewRow(
        flow_run_id="r", duty="quarterly-newsletter", department_code="arkeologi", day=clock.today(), content=content,
        made_at=clock.now(),
    )  # fmt: skip
    return preview_words.waves(found, Viewer("coordinator:1", "Tove", "sv", departments), "sv")[0]


def test_a_department_is_told_how_many_but_not_which_mailing_of_others_went_first(home: Path) -> None:
    wave = seen_by(frozenset({"arkeologi"}))
    assert (wave.left_out, wave.waiting, wave.near, wave.full) == (7, 6, 5, 3)
    assert OTHERS not in str(wave)
    assert "2026-HT" not in str(wave)
    assert OWN in str(wave)
    assert ("Ett annat av universitetets utskick", 5) in wave.waits


def test_the_office_is_told_which(home: Path) -> None:
    assert OTHERS in str(seen_by(None))
