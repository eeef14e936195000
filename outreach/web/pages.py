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
    environment = Environment(
        loader=FileSystemLoader(at), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    style = (at / "static" / "style.css").read_bytes()
    environment.globals["style_version"] = sha256(style).hexdigest()[:10]
    return environment


def at(path: str) -> str:
    """The address of one of our paths (`/static/style.css`) below the path of `public_url`."""
    return urlsplit(settings().public_url).path.rstrip("/") + path


def own(use: str, public_id: str, about: str = "") -> str:
    """The address of a person's own page, e.g. their preferences."""
    return at(f"/{use}/{links.token(use, public_id, about)}")


def page(template: str, language: Language, *, status: int = 200, **values: Any) -> HTMLResponse:
    """The template as a page in `language`. They get `t`, `number`, `day`, `moment`, `at`, `language`, `sender`."""
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
