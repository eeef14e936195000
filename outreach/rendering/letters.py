"""The letters of a mailing as its coordinators read them: with a made-up reader's values, and each text only once."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from outreach import tags
from outreach.departments import department
from outreach.duties import Language
from outreach.models import Message
from outreach.rendering.people import person_values

NAME = "\N{OBJECT REPLACEMENT CHARACTER}"  # stands where each department has its own name
UNDERLINE = re.compile(r"([=-])\1+")  # as long as the heading above it in the text part


@dataclass(frozen=True)
class Letter:
    """One variant with a made-up person's values in its tags."""

    id: int
    language: str
    department_code: str | None
    subject: str
    preheader: str
    html: str
    text: str


@dataclass(frozen=True)
class Group:
    """Departments whose letters differ in nothing but the department's name, the one with most people first.

    `letters` are the first department's, one a language; `links` lead to every department's own: (name, letters).
    """

    names: tuple[str, ...]
    letters: tuple[Letter, ...]
    links: tuple[tuple[str, tuple[Letter, ...]], ...]


def letter(message: Message) -> Letter:
    """The message as somebody called Kim would get it. Links lead nowhere: they would be a person's own."""
    nonce = tags.nonce_in(message.subject, message.preheader, message.html, message.text)
    asked = tags.names_in(message.subject, message.preheader, message.html, message.text)
    nowhere = {name.removeprefix("link_"): "#" for name in asked if name.startswith("link_")}
    values = person_values(
        first_name="Kim", last_name="Andersson", programme=None, language=message.language, links=nowhere
    )
    filled = tags.substitutions(nonce, {**dict.fromkeys(asked, "…"), **values})
    parts = {name: tags.fill(getattr(message, name), filled) for name in ("subject", "preheader", "html", "text")}
    return Letter(id=message.id, language=message.language, department_code=message.department_code, **parts)


def groups(messages: Sequence[Message], people: Mapping[str, int], language: Language) -> list[Group]:
    """The texts that are to be read, each once; `people` (by department) says which department is named first.

    The text most departments share comes first. Names are in `language`, "" for a text that is for no special one.
    """
    by_department: dict[str | None, list[Letter]] = {}
    for message in messages:
        by_department.setdefault(message.department_code, []).append(letter(message))
    alike: dict[tuple[tuple[str, ...], ...], list[str | None]] = {}
    for code, letters in by_department.items():
        alike.setdefault(tuple(normal_form(one) for one in letters), []).append(code)
    made = []
    for codes in alike.values():
        named = sorted(((_name(code, language), code) for code in codes), key=lambda n: (-people.get(n[1] or "", 0), n))
        links = tuple((name, tuple(by_department[code])) for name, code in named)
        made.append(Group(tuple(name for name, _ in named), links[0][1], links))
    return sorted(made, key=lambda group: (-len(group.names), group.names))


def normal_form(one: Letter) -> tuple[str, ...]:
    """Everything a letter says, with a placeholder for its own department's name and without what its length moves."""
    parts = (one.subject, one.preheader, one.html, UNDERLINE.sub(r"\1", one.text))
    name = _name(one.department_code, one.language)
    if not name:
        return (one.language, *parts)
    written = re.compile("|".join(re.escape(form) for form in (name, escape(name, quote=False), escape(name))))
    return (one.language, *(written.sub(NAME, " ".join(part.split())) for part in parts))


def _name(code: str | None, language: str) -> str:
    return department(code).name(language) if code else ""
