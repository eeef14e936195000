"""Reading what a form sent. Endpoints stay synchronous: this dependency does the waiting."""

from typing import Annotated

from fastapi import Depends
from python_multipart.multipart import parse_options_header
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request

MOST_FIELDS = 100
MOST_BYTES = 8 * 1024 * 1024  # of one field; what a whole form may hold is `security.BodyLimit`'s


async def _read(request: Request) -> FormData:
    """Urlencoded or multipart, no files. A body of another kind is an empty form.

    Raises HTTPException (400) for a form in an encoding of its own: browsers send ours, and what Python can decode
    beside it holds signs that no database keeps.
    """
    _, said = parse_options_header(request.headers.get("content-type", ""))
    if said.get(b"charset", b"utf-8").lower() not in (b"utf-8", b"utf8"):
        raise HTTPException(400)
    return await request.form(max_files=0, max_fields=MOST_FIELDS, max_part_size=MOST_BYTES)


Form = Annotated[FormData, Depends(_read)]


def value(form: FormData, name: str) -> str:
    """What was typed in one field, without the sign NUL, which no database keeps; "" when the form has none."""
    found = form.get(name)
    return found.replace("\0", "") if isinstance(found, str) else ""


def ticked(form: FormData, name: str) -> set[str]:
    """The values of the boxes that were ticked under one name."""
    return {found.replace("\0", "") for found in form.getlist(name) if isinstance(found, str)}
