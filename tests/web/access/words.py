"""What an answer means, in a word, and what may be expected of a door: a word for everybody who comes to it."""

from typing import Any

from tests.web.access.visitors import ALL, NOT_SIGNED_IN, SIGNED_IN, WITH_KEYS

PAGE = "page"  # it is shown
TAKEN = "taken"  # the form was read: done, or sent back with what is wrong in it
DOOR = "door"  # to where one signs in
REFUSED = (409, 422)

Expected = dict[str, str]


def word(answer: Any) -> str:
    """The word for an answer to a GET or a POST."""
    place, _, asked = answer.headers.get("location", "").partition("?")
    if place.endswith("/sign-in") and "done=" not in asked:
        return DOOR
    if answer.status_code in (200, 201, 202, 303, 307, 308):
        return TAKEN if answer.request.method != "GET" else PAGE
    a_page = answer.headers.get("content-type", "").startswith("text/html")
    if answer.request.method != "GET" and a_page and answer.status_code in REFUSED:
        return TAKEN
    return str(answer.status_code)


def everybody(said: str, **others: str) -> Expected:
    return dict.fromkeys(ALL, said) | {name.replace("_", " "): one for name, one in others.items()}


def _by_session(a: str, b: str, central: str) -> Expected:
    """Keys open no page: they are for the API alone."""
    signed = dict(zip(SIGNED_IN, (a, b, central), strict=True))
    return signed | dict.fromkeys((*NOT_SIGNED_IN, *WITH_KEYS), DOOR)


def _by_key(said: str, *, a: str, b: str, read: str) -> Expected:
    """A session opens nothing here: a page elsewhere could use a browser's."""
    keys = {"key A": a, "key B": b, "key central": said, "key to read": read}
    return everybody("401") | keys


PUBLIC = everybody(PAGE)
OPEN_FORM = everybody(TAKEN)
SIGNED, SIGNED_POST = _by_session(PAGE, PAGE, PAGE), _by_session(TAKEN, TAKEN, TAKEN)
OWNED, OWNED_POST = _by_session(PAGE, "404", PAGE), _by_session(TAKEN, "404", TAKEN)
CENTRAL, CENTRAL_POST = _by_session("403", "403", PAGE), _by_session("403", "403", TAKEN)
# What lies under a list that everybody has, where A's own is meant: nobody else's, central's neither.
OWN_ALONE_POST = _by_session(TAKEN, "404", "404")
# A duty that is not for departments: they are not told that there is one.
OFFICE_ALONE, OFFICE_ALONE_POST = _by_session("404", "404", PAGE), _by_session("404", "404", TAKEN)
BAD_LINK = everybody("400")
BAD_KEYS = dict.fromkeys(("key revoked", "key expired", "key forged"), "401")
API = _by_key(PAGE, a=PAGE, b=PAGE, read=PAGE)
API_OWNED = _by_key(PAGE, a=PAGE, b="404", read=PAGE)
API_START = _by_key(TAKEN, a=TAKEN, b="422", read="403")  # A is none of the departments B's key may name
API_OFFICE_ALONE = _by_key(PAGE, a="404", b="404", read="404")
