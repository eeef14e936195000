"""What a preview found, in the reader's language and no more of it than is theirs to know."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from outreach import departments, duties
from outreach.duties import Language
from outreach.models import PreviewRow
from outreach.viewer import Viewer
from outreach.web import texts

Rows = list[tuple[str, int]]


@dataclass(frozen=True)
class Letter:
    """One letter as its reader sees it. `number`: its place among all of the preview. `names`: of the departments whose
    letter it is; none for one that is for no special department."""

    number: int
    language: Language
    names: tuple[str, ...]
    subject: str
    preheader: str
    text: str


@dataclass(frozen=True)
class Wave:
    """One mailing of a campaign. `had`: (messages had lately, people), `limit`: the office's, None for none."""

    campaign: str
    number: int
    of: int
    people: int
    departments: Rows
    languages: Rows
    exclusions: Rows
    had: list[tuple[int, int]]
    full: int
    near: int
    waits: Rows
    letters: tuple[Letter, ...]

    @property
    def left_out(self) -> int:
        return sum(count for _, count in self.exclusions)

    @property
    def waiting(self) -> int:
        return sum(count for _, count in self.waits)


def waves(found: PreviewRow, viewer: Viewer, language: Language) -> list[Wave]:
    """Every mailing the preview found, in its order."""
    number, made = 0, []
    for told in found.content["waves"]:
        letters = tuple(_letter(number + at, one, language) for at, one in enumerate(told["letters"]))
        number += len(letters)
        made.append(_wave(found, told, letters, viewer, language))
    return made


def letter_at(found: PreviewRow, number: int) -> Mapping[str, Any] | None:
    """The letter of this number, as it is kept; None when there are fewer."""
    every = [one for wave in found.content["waves"] for one in wave["letters"]]
    return every[number] if 0 <= number < len(every) else None


def _wave(
    found: PreviewRow, told: Mapping[str, Any], letters: tuple[Letter, ...], viewer: Viewer, language: Language
) -> Wave:
    had = sorted((int(count), people) for count, people in told["had_lately"].items())
    limit = (found.content["limit"] or {}).get("messages")
    waits = _added((_campaign(key, viewer, language), count) for key, count in told["would_wait"].items())
    return Wave(
        campaign=told["campaign"],
        number=told["wave"],
        of=len(duties.duty(found.duty).waves),
        people=told["people"],
        departments=_added((_department(code, language), count) for code, count in told["departments"].items()),
        languages=_added((language_name(code, language), count) for code, count in told["languages"].items()),
        exclusions=_added((_reason(said, viewer, language), count) for said, count in told["exclusions"].items()),
        had=had,
        near=sum(people for count, people in had if limit and count == limit - 1),
        full=sum(people for count, people in had if limit and count >= limit),
        waits=waits,
        letters=letters,
    )


def _letter(number: int, told: Mapping[str, Any], language: Language) -> Letter:
    return Letter(
        number=number,
        language=told["language"],
        names=tuple(_department(code, language) for code in told["departments"]),
        subject=told["subject"],
        preheader=told["preheader"],
        text=told["text"],
    )


def language_name(code: str, language: Language) -> str:
    return texts.speaker(language)("start.in_sv" if code == "sv" else "start.in_en")


def _department(code: str, language: Language) -> str:
    row = departments.departments().get(code)
    return row.name(language) if row else code


def _reason(said: str, viewer: Viewer, language: Language) -> str:
    """Why somebody is left out. A mailing of others that went first is not named."""
    say = texts.speaker(language)
    code, _, campaign = viewer.may_know(said).partition(":")
    if campaign:
        return say(f"reason.{code}.first", campaign=campaign)
    return say(f"reason.{code}") if texts.has(f"reason.{code}") else say("reason.other", reason=code)


def _campaign(key: str, viewer: Viewer, language: Language) -> str:
    return key if viewer.owns_campaign(key) else texts.speaker(language)("start.another")


def _added(pairs: Iterable[tuple[str, int]]) -> Rows:
    """(name, people), those of one name together, the largest first."""
    total: dict[str, int] = {}
    for name, count in pairs:
        total[name] = total.get(name, 0) + count
    return sorted(total.items(), key=lambda pair: (-pair[1], pair[0]))
