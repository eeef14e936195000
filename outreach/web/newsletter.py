"""The newsletter on the web: every edition that has been sent, for anybody to read. Nothing personal stands in it."""

from datetime import datetime
from xml.etree import ElementTree as Xml

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from outreach.database import session_scope
from outreach.duties import Language
from outreach.queries import editions
from outreach.queries.editions import Page
from outreach.rendering import without
from outreach.settings import settings
from outreach.web import texts
from outreach.web.language import chosen
from outreach.web.pages import at, page

router = APIRouter(prefix="/newsletter")

ATOM = "http://www.w3.org/2005/Atom"
LONGEST_FEED = 20
# Public, unlike the pages of a person: search engines may find it, and it may be kept for some minutes.
PUBLIC = {"Cache-Control": "public, max-age=300", "X-Robots-Tag": "all"}


@router.get("")
def archive(request: Request) -> Response:
    """Every edition, the newest first."""
    language = chosen(request)
    with session_scope(reading=True) as session:
        found = editions.published(session, language)
    return _public(page("newsletter.html", language, editions=found, feed=_feed_path(language)))


@router.get("/feed.atom")
def feed(request: Request) -> Response:
    """The newest editions as an Atom feed (RFC 4287), in one language."""
    language = chosen(request)
    with session_scope(reading=True) as session:
        found = editions.published(session, language)[:LONGEST_FEED]
    return _public(Response(atom(found, language), media_type="application/atom+xml"))


@router.get("/contribute")
def contribute(request: Request) -> Response:
    """How departments contribute: what to send, how, and to whom."""
    return _public(page("contribute.html", chosen(request)))


@router.get("/{slug}")
def edition(request: Request, slug: str) -> Response:
    """One edition, without the stories that may not be shown at this moment. 404 until its sending has begun."""
    language = chosen(request)
    with session_scope(reading=True) as session:
        found = editions.page(session, slug, language)
        shown = editions.shown_on_the_web(session, found.campaign_id) if found else set()
    if found is None:
        raise HTTPException(404)
    body = without(found.html, shown | {editions.WRITTEN_SLUG})
    return _public(page("edition.html", language, edition=found, body=body, feed=_feed_path(language)))


def atom(found: list[Page], language: Language) -> bytes:
    """The feed's XML. It is as new as its newest edition, so two requests get the same bytes."""
    say = texts.speaker(language)
    root = Xml.Element("feed", {"xmlns": ATOM, "xml:lang": language})
    home = _absolute(f"/newsletter?lang={language}")
    _add(root, "id", home)
    _add(root, "title", say("newsletter.title"))
    _add(root, "updated", _stamp(found[0].published_at) if found else "2026-01-01T00:00:00Z")
    _add(root, "link", rel="self", href=_absolute(f"/newsletter/feed.atom?lang={language}"))
    _add(root, "link", rel="alternate", type="text/html", href=home)
    _add(_add(root, "author"), "name", settings().sender.name(language))
    for one in found:
        address = _absolute(f"/newsletter/{one.slug}?lang={language}")
        entry = _add(root, "entry")
        _add(entry, "id", address)
        _add(entry, "title", one.title)
        _add(entry, "updated", _stamp(one.published_at))
        _add(entry, "published", _stamp(one.published_at))
        _add(entry, "link", rel="alternate", type="text/html", href=address)
        _add(entry, "summary", one.summary)
    document: bytes = Xml.tostring(root, encoding="utf-8", xml_declaration=True)
    return document


def _add(parent: Xml.Element, name: str, text: str | None = None, **attributes: str) -> Xml.Element:
    child = Xml.SubElement(parent, name, attributes)
    child.text = text
    return child


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _absolute(path: str) -> str:
    return f"{settings().public_url.rstrip('/')}{path}"


def _feed_path(language: Language) -> str:
    return at(f"/newsletter/feed.atom?lang={language}")


def _public(response: Response) -> Response:
    response.headers.update(PUBLIC)
    return response
