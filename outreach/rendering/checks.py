"""What is wrong with the messages as they lie on disk, one plain sentence each, before anybody is written to."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

from outreach import tags
from outreach.departments import departments
from outreach.duties import LANGUAGES, duties, purposes
from outreach.errors import PermanentFailure
from outreach.rendering import source as sources
from outreach.rendering.edition import MAIL as STORIES_IN_MAIL
from outreach.rendering.examples import CONTEXT, STORIES
from outreach.rendering.preview import PAGE
from outreach.rendering.source import COORDINATORS, NAME
from outreach.rendering.variants import LAYOUTS, Rendered, render

MESSAGE_FILE = re.compile(rf"(?P<message>{NAME.pattern})(?:\.(?P<code>{NAME.pattern}))?\.(?P<language>sv|en)\.md")
LINK = re.compile(r"<a [^>]*>(.*?)</a>", re.DOTALL)
ASKS_FOR_STORIES = re.compile(r"{{\s*stories\s*}}")
NOT_MESSAGES = {"README.md", PAGE, STORIES_IN_MAIL, *LAYOUTS.values()}
LANGUAGE_NAMES = {"sv": "Swedish", "en": "English"}

MAX_SUBJECT = 70  # characters; phones cut at 40 to 60, so this is generous
MAX_PREHEADER = 140
MAX_HTML = 80_000  # bytes; Gmail clips at about 102 kB
EMPTY_WORDS = {"här", "klicka här", "klicka", "läs mer", "länk", "here", "click here", "click", "read more", "link"}


def check_messages() -> list[str]:
    """Every problem in templates/email, empty when all is well. Reads files and changes nothing."""
    found: dict[tuple[str, str | None], set[str]] = {}
    problems: list[str] = []
    for path in sorted(sources.folder().iterdir()):
        if path.name in NOT_MESSAGES:
            continue
        if not (name := MESSAGE_FILE.fullmatch(path.name)):
            problems.append(
                f"{path.name} is not used: name it message.sv.md or message.en.md, or message.department.sv.md."
            )
            continue
        found.setdefault((name["message"], name["code"]), set()).add(name["language"])
        problems += _problems_of(path, name["message"], name["language"], name["code"])
    return [*problems, *_missing_languages(found), *_missing_messages({message for message, _ in found})]


def _problems_of(path: Path, message: str, language: str, code: str | None) -> Iterator[str]:
    """A shared message is tried without a department and with one, for both sides of its `if department`."""
    if code and code not in departments():
        yield f"{path.name} is not used: there is no department {code!r} in config/departments.csv."
        return
    tried = [code] if code else [None, next(iter(departments()), None)]
    seen: set[str] = set()
    for department_code in tried:
        for problem in _problems_of_variant(path, message, language, department_code):
            if problem not in seen:
                yield problem
            seen.add(problem)


def _problems_of_variant(path: Path, message: str, language: str, code: str | None) -> Iterator[str]:
    try:
        source = sources.read(path)
        alumni = source.readers != COORDINATORS
        purpose = _purpose_of(message) if alumni else None
        stories = STORIES if _is_newsletter(message, source.body) else None
        rendered = render(
            message, language=language, department_code=code, purpose=purpose, context=CONTEXT, stories=stories
        )
    except PermanentFailure as failure:
        yield str(failure)
        return
    for words in LINK.findall(rendered.html):
        if unescape(re.sub("<[^>]*>", "", words)).strip(" .!").casefold() in EMPTY_WORDS:
            yield f"{path.name}: a link says only {words!r}: write where it leads."
    if alumni:
        yield from _missing_ways_out(path, rendered)
    yield from _too_long(path, rendered)


def _is_newsletter(message: str, body: str) -> bool:
    sent = {wave.message for duty in duties().values() if duty.sections for wave in duty.waves}
    return message in sent or bool(ASKS_FOR_STORIES.search(body))


def _purpose_of(message: str) -> str:
    """The purpose of the duty that sends a message; of those no duty sends, any will do to try it."""
    sent = {wave.message: duty.purpose for duty in duties().values() for wave in duty.waves}
    return sent.get(message, next(iter(purposes())))


def _missing_ways_out(path: Path, rendered: Rendered) -> Iterator[str]:
    for part, layout in ((rendered.html, LAYOUTS["html"]), (rendered.text, LAYOUTS["text"])):
        for link in ("unsubscribe", "preferences"):
            if f"link_{link}" not in tags.names_in(part):
                yield f"{path.name} comes without a link to {link}: put {{{{ links.{link} }}}} back into {layout}."


def _too_long(path: Path, rendered: Rendered) -> Iterator[str]:
    for name, text, most in (
        ("subject", rendered.subject, MAX_SUBJECT),
        ("preheader", rendered.preheader, MAX_PREHEADER),
    ):
        if (length := len(tags.ANY_TAG.sub("x" * 12, text))) > most:
            yield f"{path.name}: the {name} has {length} characters; keep it below {most}."
    if (size := len(rendered.html.encode())) > MAX_HTML:
        yield f"{path.name} becomes {size // 1000} kB of HTML; some mail programs cut it: keep it below 80 kB."


def _missing_languages(found: dict[tuple[str, str | None], set[str]]) -> Iterator[str]:
    for (message, code), languages in found.items():
        for language in LANGUAGES:
            if language not in languages:
                stem = f"{message}.{code}" if code else message
                yield f"{stem} has no version in {LANGUAGE_NAMES[language]}: write {stem}.{language}.md."


def _missing_messages(written: set[str]) -> Iterator[str]:
    for duty in duties().values():
        for wave in duty.waves:
            if wave.message not in written:
                yield f"{duty.name} sends {wave.message!r}, which does not exist: write {wave.message}.sv.md."
