"""The sample's stories as an office would have them: a folder of Markdown files with pictures, ready to be imported.

They stand in `stories/*.toml`. A story has `slug`, `kind`, and `department` unless it is the central office's; a title
and body in Swedish, English or both; `scene` (a key of pictures.SCENES) and `tall`; `link`. `from` is the day it may be
published, counted from today; of an event, `event_in` is about how many days away it is, `hour` and `place` when and
where. A portrait says in `consents` which channels its person said yes to, and `{name}` and `{first_name}` in it are
those of somebody in the register.
"""

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from outreach.duties import LANGUAGES
from outreach.errors import PermanentFailure
from outreach.sample.pictures import ALTS, picture
from outreach.story import Channel

FOLDER = Path(__file__).parent / "stories"
SHOWN_DAYS = 120  # how long a story that is no event may be published
ASKED_DAYS = 20  # so many days ago the people of the portraits were asked
SATURDAY = 5

Story = dict[str, Any]  # as in the files, see above


@dataclass(frozen=True)
class StoriesWritten:
    """How many stories a sample has, of how many departments, how many of them portraits and events."""

    stories: int
    departments: int
    portraits: int
    events: int

    def sentence(self) -> str:
        """One line for the person who asked for the sample."""
        return (
            f"Wrote {self.stories} stories of {self.departments} departments and the central office, with a picture "
            f"each: {self.portraits} portraits and {self.events} coming events among them."
        )


@cache
def stories() -> tuple[Story, ...]:
    """Every story of the sample, by slug."""
    found = [
        story for file in FOLDER.glob("*.toml") for story in tomllib.loads(file.read_text(encoding="utf-8"))["story"]
    ]
    return tuple(sorted(found, key=lambda story: str(story["slug"])))


def write_folder(folder: Path, register: pd.DataFrame, today: date) -> StoriesWritten:
    """Write every story as `<slug>.md` and `<slug>.jpg`. `register`: rows of a sample, whose people are portrayed.

    The same register and day give the same bytes. Raises PermanentFailure where the folder cannot be written.
    """
    told = stories()
    people = _portrayed(told, register)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for story in told:
            text = markdown(story, people.get(str(story["slug"])), today)
            (folder / f"{story['slug']}.md").write_text(text, encoding="utf-8", newline="\n")
            drawn = picture(story["scene"], story["slug"], tall=story.get("tall", False))
            (folder / f"{story['slug']}.jpg").write_bytes(drawn)
    except OSError as error:
        raise PermanentFailure(f"The stories cannot be written to {folder.name}: {error.strerror}.") from None
    return StoriesWritten(
        stories=len(told),
        departments=len({story["department"] for story in told if "department" in story}),
        portraits=len(people),
        events=sum("event_in" in story for story in told),
    )


def _portrayed(told: tuple[Story, ...], register: pd.DataFrame) -> dict[str, dict[str, str]]:
    """Slug of a portrait -> student_uid, first and last name of somebody of its department, each a different one.

    Whoever has a degree comes first. A register too small to have anybody there lends somebody from elsewhere.
    """
    alive = register[~register["protected"] & ~register["deceased"]]
    plain = alive["first_name"].str.fullmatch(r"[A-ZÅÄÖ][a-zåäöéü]+") & alive["last_name"].str.fullmatch(
        r"[A-ZÅÄÖ][a-zåäöéü]+"
    )
    known = alive[plain] if plain.any() else alive if len(alive) else register
    ordered = known.assign(without=known["degree_awarded"].isna()).sort_values(["without", "student_uid"])
    found: dict[str, dict[str, str]] = {}
    taken: set[str] = set()
    for story in told:
        if story["kind"] != "portrait":
            continue
        free = ordered[~ordered["student_uid"].isin(taken)]
        here = free[free["department_code"] == story["department"]]
        pool = next(some for some in (here, free, ordered) if len(some))
        person = {name: str(pool.iloc[0][name]) for name in ("student_uid", "first_name", "last_name")}
        taken.add(person["student_uid"])
        found[str(story["slug"])] = person
    return found


def markdown(story: Story, person: dict[str, str] | None, today: date) -> str:
    """One file: front matter, then the text in each language the story is told in."""
    spoken = [language for language in LANGUAGES if f"title_{language}" in story]
    front: dict[str, str] = {"kind": story["kind"], "department": story.get("department", "")}
    front |= {f"title_{language}": _named(story[f"title_{language}"], person) for language in spoken}
    front |= {"link": story.get("link", ""), "image": f"{story['slug']}.jpg"}
    front |= {f"image_alt_{language}": ALTS[story["scene"]][language] for language in spoken}
    front |= _dates(story, today)
    if person:
        front |= {"student_uid": person["student_uid"]} | _consents(story["consents"], today)
    said = yaml.safe_dump(
        {key: text for key, text in front.items() if text}, allow_unicode=True, sort_keys=False, width=1000
    )
    bodies = (f"[{language}]\n\n{_named(story[f'body_{language}'], person).strip()}\n" for language in spoken)
    return f"---\n{said}---\n\n" + "\n".join(bodies)


def _named(text: str, person: dict[str, str] | None) -> str:
    if person is None:
        return text
    name = f"{person['first_name']} {person['last_name']}".strip()
    return text.replace("{name}", name).replace("{first_name}", person["first_name"] or name)


def _dates(story: Story, today: date) -> dict[str, str]:
    """When it is published and, of an event, when and where it is: on a working day, as nobody comes on a Sunday."""
    said = {"publish_from": (today + timedelta(days=story["from"])).isoformat()}
    if "event_in" not in story:
        return said | {"publish_until": (today + timedelta(days=SHOWN_DAYS)).isoformat()}
    day = today + timedelta(days=story["event_in"])
    while day.weekday() >= SATURDAY:
        day += timedelta(days=1)
    return said | {"happens_at": f"{day.isoformat()} {story['hour']}", "place": story["place"]}


def _consents(channels: list[str], today: date) -> dict[str, str]:
    answers = {f"consent_{channel.value}": "yes" if channel.value in channels else "no" for channel in Channel}
    asked = (today - timedelta(days=ASKED_DAYS)).isoformat()
    return answers | {"consent_source": "Mejl till alumnkontoret", "consent_date": asked}
