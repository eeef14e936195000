"""From a template and its values to a response."""

from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, RedirectResponse

from outreach import links
from outreach.duties import Language
from outreach.settings import settings
from outreach.web import texts
from outreach.web.formats import Formats


def folder() -> Path:
    """Where the web's templates lie."""
    return settings().templates_dir / "web"


@cache
def _environment(at: Path) -> Environment:
    return Environment(
        loader=FileSystemLoader(at), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


@cache
def _mark(file: Path) -> str:
    return sha256(file.read_bytes()).hexdigest()[:10]


def at(path: str) -> str:
    """The address of one of our paths (`/static/style.css`) below the path of `public_url`."""
    return urlsplit(settings().public_url).path.rstrip("/") + path


def static(name: str) -> str:
    """The address of a file of ours, with a mark of its content: a browser keeps it for a day, but not beyond a
    change."""
    return f"{at(f'/static/{name}')}?v={_mark(folder() / 'static' / name)}"


def own(use: str, public_id: str, about: str = "") -> str:
    """The address of a person's own page, e.g. their preferences."""
    return at(f"/{use}/{links.token(use, public_id, about)}")


def page(template: str, language: Language, *, status: int = 200, **values: Any) -> HTMLResponse:
    """The template as a page in `language`. Templates have `t`, `number`, `day`, `moment`, `at`, `static`, `language`
    and `sender`."""
    formats = Formats(language)
    content = (
        _environment(folder())
        .get_template(template)
        .render(
            t=texts.speaker(language),
            number=formats.number,
            day=formats.day,
            moment=formats.moment,
            at=at,
            static=static,
            language=language,
            other_language=texts.other(language),
            sender=settings().sender,
            **values,
        )
    )
    return HTMLResponse(content, status_code=status)


def see_other(path: str) -> RedirectResponse:
    """Answer a POST with the page to look at, so that reloading does not post again."""
    return RedirectResponse(path, status_code=303)
