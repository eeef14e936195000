"""One message, once a variant (language, department): subject, preheader, HTML and text with tags for the person."""

import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import css_inline
from markupsafe import Markup

from outreach import tags
from outreach.departments import department
from outreach.duties import LANGUAGES, purposes
from outreach.errors import PermanentFailure
from outreach.rendering import source as sources
from outreach.rendering.edition import Stories
from outreach.rendering.markdown import Markdown, escaped, html_of, one_line, text_of
from outreach.rendering.source import COORDINATORS, Source
from outreach.rendering.templating import LINKS, PERSON, compiled, filled, layout
from outreach.rendering.told import Told, told
from outreach.settings import settings

PLACE = "stories{}here"  # stands for them while the Markdown around them is rendered
APART = "told{}apart{}here"  # and for a text that is Markdown itself
LAYOUTS = {"html": "layout.html.jinja", "text": "layout.txt.jinja"}

INLINER = css_inline.CSSInliner(
    keep_style_tags=True,  # what stands in @media cannot be moved into elements
    keep_at_rules=True,
    remove_inlined_selectors=True,
    minify_css=True,
    load_remote_stylesheets=False,
)


@dataclass(frozen=True)
class Rendered:
    """One variant. `subject`, `preheader` and `text` hold tags of kind t, `html` of kind h. See `outreach.tags`."""

    message: str
    variant: str  # "<language>" or "<language>.<department code>"
    language: str
    department_code: str | None
    subject: str
    preheader: str
    html: str
    text: str
    digest: str  # SHA-256 in hex over all of the above, and the calendar where there is one
    calendar: str | None = None  # an iCalendar file that goes with it


def render(
    message: str,
    *,
    language: str,
    department_code: str | None = None,
    purpose: str | None,
    context: Mapping[str, object] | None = None,
    stories: Stories | None = None,
    calendar: str | None = None,
) -> Rendered:
    """One variant of `message`. `context` holds plain values (or lists and mappings of them) for the template.

    `stories` is what stands where a newsletter says {{ stories }}, on a line of its own.
    `calendar` is an iCalendar file that goes with it, the same for everyone.
    `purpose` is what the footer gives as legal basis; None for messages to coordinators, which need no consent.
    Raises PermanentFailure, one sentence that names the file and line, for whatever is wrong with the template.
    """
    source = sources.read(sources.find(message, language, department_code))
    _check_purpose(source, purpose)
    variant = f"{language}.{department_code}" if department_code else language
    nonce = nonce_of(message, variant)
    values = _changed(context or {}, _one_line) | _values(nonce, language, department_code)
    if stories is not None:
        values["stories"] = PLACE.format(nonce)
    names = frozenset(values)

    def line(name: str, text: str) -> str:
        template = compiled(source.file, text, source.field_lines.get(name, 1), names)
        return one_line(filled(template, source.file, values))

    subject, preheader = line("subject", source.subject), line("preheader", source.preheader)
    why = line("why", source.why)
    body = compiled(source.file, source.body, source.body_line, names)
    apart: dict[str, Told] = {}
    markdown = filled(body, source.file, _changed(values, _for_body(apart, nonce), leave=("person", "links")))
    footer = _footer(language, values, purpose, why)
    parts = {"language": language, "subject": subject, "preheader": preheader, "newsletter": bool(stories), **footer}
    html_body, text_body = html_of(markdown), text_of(markdown)
    html_body, text_body = _with_told(source, apart, html_body, text_body)
    if stories is not None:
        html_body, text_body = _with_stories(source, PLACE.format(nonce), html_body, text_body, stories)
    page = _laid_out("html", parts | {"body": Markup(html_body)})  # noqa: S704 - markdown-it escaped it
    text = _laid_out("text", parts | {"body": text_body}) + "\n"
    _check_tags(source, nonce, subject, preheader, page, text)
    html = _for_html(INLINER.inline(page))
    attached = () if calendar is None else (calendar,)  # without one a text keeps the digest it was signed by
    digest = _digest(message, variant, language, department_code, subject, preheader, html, text, *attached)
    return Rendered(message, variant, language, department_code, subject, preheader, html, text, digest, calendar)


def render_all(
    message: str,
    *,
    departments: Sequence[str | None],
    purpose: str | None,
    context: Mapping[str, object] | None = None,
) -> list[Rendered]:
    """Every variant of `message`: each language for each of `departments` (None: for no special department)."""
    return [
        render(message, language=language, department_code=code, purpose=purpose, context=context)
        for code in departments
        for language in LANGUAGES
    ]


def nonce_of(message: str, variant: str) -> str:
    """The nonce in a variant's tags, 10 hex digits: the same every time, and beyond guessing."""
    claim = f"outreach/tags/{message}/{variant}".encode()
    return hmac.digest(settings().signing_key(), claim, sha256).hex()[:10]


def _with_stories(source: Source, place: str, html: str, text: str, stories: Stories) -> tuple[str, str]:
    """The two bodies with the stories in their place. Raises PermanentFailure for a message that gives them none."""
    alone = f"<p>{place}</p>"
    if alone not in html:
        raise PermanentFailure(f"{source.file} has no place for the stories: write {{{{ stories }}}} on a line alone.")
    return html.replace(alone, stories.html, 1), text.replace(place, stories.text, 1)


def _one_line(value: str) -> str:
    return value if isinstance(value, Markdown) else one_line(value)


def _for_body(apart: dict[str, Told], nonce: str) -> Callable[[str], str]:
    """What values become in a body: escaped for Markdown, but `Markdown` a place in `apart`. It comes from outside and
    is parsed by itself, so that nothing left open in it reaches what stands below."""

    def prepared(value: str) -> str:
        if not isinstance(value, Markdown):
            return escaped(value)
        if not value.strip():
            return ""  # which a template can ask for
        place = APART.format(nonce, len(apart))
        apart[place] = told(value, heading="h2")
        return place

    return prepared


def _with_told(source: Source, apart: Mapping[str, Told], html: str, text: str) -> tuple[str, str]:
    """The two bodies with each told text in its place. Raises PermanentFailure for one amid other words."""
    for place, block in apart.items():
        html, text = html.replace(f"<p>{place}</p>", block.html), text.replace(place, block.text)
        if place in html:
            raise PermanentFailure(f"{source.file}: a text of several paragraphs must stand on a line alone.")
    return html, text


def _check_purpose(source: Source, purpose: str | None) -> None:
    if source.readers == COORDINATORS:
        return
    if purpose is None:
        raise PermanentFailure(
            f"{source.file} is for alumni and needs a purpose; if it is for the office's own people, "
            f"write `readers: {COORDINATORS}` at its top."
        )
    if purpose not in purposes():
        raise PermanentFailure(f"There is no purpose {purpose!r}. There are: {', '.join(sorted(purposes()))}.")


def _values(nonce: str, language: str, department_code: str | None) -> dict[str, Any]:
    """What every template can use. A person's fields and links print tags."""
    office = settings()
    own = department(department_code) if department_code else None

    def number(value: int) -> str:
        grouped = f"{value:,}"
        return grouped.replace(",", "\N{NO-BREAK SPACE}") if language == "sv" else grouped

    return {
        "person": {name: tags.tag(nonce, name, tags.TEXT) for name in PERSON},
        "links": {name: tags.tag(nonce, f"link_{name}", tags.TEXT) for name in LINKS},
        "department": {"code": own.code, "name": own.name(language)} if own else None,
        "university": office.sender.university(language),
        "sender": office.sender.name(language),
        "reply_to": office.sender.reply_to,
        "postal_address": office.sender.postal_address,
        "public_url": office.public_url.rstrip("/"),
        "goal": f"{office.goal_share_joined:.0%}".replace("%", " %" if language == "sv" else "%"),
        "language": language,
        "number": number,
    }


def _changed(values: Mapping[str, Any], change: Any, leave: tuple[str, ...] = ()) -> dict[str, Any]:
    """The values with every string in them changed, however deep it lies."""

    def changed(value: Any) -> Any:
        if isinstance(value, str):
            return change(value)
        if isinstance(value, Mapping):
            return {key: changed(inner) for key, inner in value.items()}
        if isinstance(value, list | tuple):
            return [changed(inner) for inner in value]
        return value

    return {name: value if name in leave else changed(value) for name, value in values.items()}


def _footer(language: str, values: Mapping[str, Any], purpose: str | None, why: str) -> dict[str, Any]:
    basis = purposes()[purpose].basis(language) if purpose else ""
    shared = ("university", "sender", "reply_to", "postal_address", "department", "links")
    privacy = f"{values['public_url']}/privacy/{purpose}?lang={language}" if purpose else ""
    footer = {"why": why, "basis": basis, "asked": bool(purpose), "privacy": privacy}
    return {**{name: values[name] for name in shared}, **footer}


def _laid_out(kind: str, parts: Mapping[str, Any]) -> str:
    path = sources.folder() / LAYOUTS[kind]
    try:
        content = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise PermanentFailure(f"templates/email/{path.name} is missing.") from None
    return filled(layout(path.name, content, escape=kind == "html"), path.name, parts)


def _check_tags(source: Source, nonce: str, *parts: str) -> None:
    """Text from outside that looks like a tag would be filled with a person's data."""
    if any(found != nonce for part in parts for found, _, _ in tags.ANY_TAG.findall(part)):
        raise PermanentFailure(f"{source.file} is given a text that looks like one of our tags. Take it out.")


def _for_html(html: str) -> str:
    """Tags are printed in the kind for text; in HTML each becomes the kind that is filled with an escaped value."""
    return tags.ANY_TAG.sub(lambda found: tags.tag(found[1], found[2], tags.HTML), html)


def _digest(*parts: str | None) -> str:
    return sha256(json.dumps(parts).encode()).hexdigest()
