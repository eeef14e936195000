"""Which language a page is in: what the reader asks for, else the person's own, else what the browser prefers."""

from starlette.requests import Request

from outreach.duties import LANGUAGES, Language

OFFICE_LANGUAGE: Language = "sv"
ELSEWHERE: Language = "en"


def known(code: str | None) -> Language | None:
    """`code` as one of our languages, None when it is not one of them."""
    return next((language for language in LANGUAGES if language == code), None)


def chosen(request: Request, own: str | None = None) -> Language:
    """The language for this reader. `own` is the person's or coordinator's, where the link tells who they are."""
    return known(request.query_params.get("lang")) or known(own) or preferred(request.headers.get("accept-language"))


def spoken(request: Request) -> str:
    """What keeps the language a reader has chosen, at the end of an address that has no query yet."""
    asked = known(request.query_params.get("lang"))
    return f"?lang={asked}" if asked else ""


def preferred(header: str | None) -> Language:
    """The best of ours in an Accept-Language header: Swedish without one, English for readers of other languages."""
    if not header:
        return OFFICE_LANGUAGE
    weighed = [(weight, language) for language, weight in map(_weighed, header.split(","))]
    ours = [(weight, code) for weight, language in weighed if weight > 0 and (code := known(language))]
    return max(ours, key=lambda pair: pair[0])[1] if ours else ELSEWHERE


def _weighed(part: str) -> tuple[str, float]:
    """`sv-SE;q=0.8` -> ("sv", 0.8). A weight nobody can read counts as none."""
    name, _, weight = part.partition(";q=")
    try:
        return name.strip().lower().split("-")[0], float(weight or 1)
    except ValueError:
        return "", 0.0
