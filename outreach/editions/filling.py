"""Which stories stand where in an edition: a pure function over the pool and the rules of `config/duties.toml`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from outreach.duties import Section
from outreach.story import Kind, Story


@dataclass(frozen=True)
class Plan:
    """An edition: section -> its stories, and for an own section the same by department. Everything in its order."""

    shared: Mapping[str, tuple[Story, ...]] = field(default_factory=dict)
    own: Mapping[str, Mapping[str, tuple[Story, ...]]] = field(default_factory=dict)  # section -> department -> stories

    def placed(self) -> list[tuple[str, Story]]:
        """(section, story) of every story in it."""
        mine = ((name, stories) for name, by_code in self.own.items() for stories in by_code.values())
        return [(name, story) for name, stories in (*self.shared.items(), *mine) for story in stories]

    def seen_by(self, section: str, department: str | None) -> tuple[Story, ...]:
        """What stands in a section for a reader of this department."""
        if section in self.own:
            return self.own[section].get(department or "", ())
        return self.shared.get(section, ())


@dataclass(frozen=True)
class Missing:
    """A section for which too few stories were found."""

    section: Section
    found: int


def fill(
    sections: Sequence[Section],
    pool: Iterable[Story],
    *,
    kept: Mapping[int, str],
    now: datetime,
) -> Plan:
    """Place stories of `pool` (the newest first) by the rules of `sections`, each story once.

    `kept` (story id -> section) says where stories stand already: they keep their place before any other. Events come
    in the order they happen, and what has happened is left out. The shared sections choose first: what they leave may
    stand in a department's own.
    """
    left = {story.id: story for story in pool if story.happens_at is None or story.happens_at > now}
    standing = _standing(left, kept)
    free = [story for story in left.values() if story.id not in kept]
    taken: set[int] = set()
    shared, own = {}, {}
    for section in (section for section in sections if section.whose != "own"):
        shared[section.name] = _choose(section, standing.get(section.name, ()), free, taken)
    codes = sorted({story.department_code for story in left.values() if story.department_code})
    for section in (section for section in sections if section.whose == "own"):
        mine = {code: _choose(section, standing.get(section.name, ()), free, taken, code) for code in codes}
        own[section.name] = {code: chosen for code, chosen in mine.items() if chosen}
    return Plan(shared, own)


def standing(sections: Sequence[Section], stories: Sequence[Story], kept: Mapping[int, str]) -> Plan:
    """An edition that nothing is added to: `stories` where `kept` (story id -> section) says they stand."""
    shared: dict[str, list[Story]] = {section.name: [] for section in sections if section.whose != "own"}
    own: dict[str, dict[str, list[Story]]] = {section.name: {} for section in sections if section.whose == "own"}
    for story in stories:
        if (name := kept[story.id]) in own:
            own[name].setdefault(story.department_code or "", []).append(story)
        else:
            shared.setdefault(name, []).append(story)
    return Plan(
        {name: tuple(found) for name, found in shared.items()},
        {name: {code: tuple(found) for code, found in by_code.items()} for name, by_code in own.items()},
    )


def missing(sections: Sequence[Section], plan: Plan) -> list[Missing]:
    """The sections for which the pool had too little."""
    found = {section.name: len(plan.shared.get(section.name, ())) for section in sections}
    return [Missing(section, found[section.name]) for section in sections if found[section.name] < section.at_least]


def _standing(stories: Mapping[int, Story], kept: Mapping[int, str]) -> dict[str, list[Story]]:
    by_section: dict[str, list[Story]] = {}
    for story_id, section in kept.items():
        if story_id in stories:
            by_section.setdefault(section, []).append(stories[story_id])
    return by_section


def _choose(
    section: Section, standing: Sequence[Story], free: Sequence[Story], taken: set[int], department: str | None = None
) -> tuple[Story, ...]:
    """The section's stories: those that stand there, then the best of the free ones. Marks them as `taken`."""
    dated = set(section.kinds) == {Kind.EVENT}
    order = _soonest_first if dated else _pictured_first if section.look in {"lead", "large"} else list
    fitting = [
        story for story in (*standing, *order(free)) if story.id not in taken and _fits(section, story, department)
    ]
    chosen = fitting[: section.at_most]
    taken.update(story.id for story in chosen)
    return tuple(_soonest_first(chosen) if dated else chosen)


def _fits(section: Section, story: Story, department: str | None) -> bool:
    if story.kind not in section.kinds:
        return False
    if section.whose == "own":
        return story.department_code == department
    return section.whose == "any" or story.department_code is None


def _pictured_first(stories: Sequence[Story]) -> list[Story]:
    """A large place is for a story with a picture, where there is one."""
    return sorted(stories, key=lambda story: story.picture is None)


def _soonest_first(stories: Sequence[Story]) -> list[Story]:
    """By the day they happen; an event whose day is not known comes last."""
    return sorted(stories, key=lambda story: (story.happens_at is None, story.happens_at, story.id))
