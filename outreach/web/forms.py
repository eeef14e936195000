"""Reading what a form sent. Endpoints stay synchronous: this dependency does the waiting."""

from typing import Annotated

from fastapi import Depends
from starlette.datastructures import FormData
from starlette.requests import Request

MOST_FIELDS = 100
MOST_BYTES = 8 * 1024 * 1024  # of one field; what a whole form may hold is `security.BodyLimit`'s


async def _read(request: Request) -> FormData:
    """Urlencoded or multipart, no files. A body of another kind is an empty form."""
    return await request.form(max_files=0, max_fields=MOST_FIELDS, max_part_size=MOST_BYTES)


Form = Annotated[FormData, Depends(_read)]


def value(form: FormData, name: str) -> str:
    """What was typed in one field, without the sign NUL, which no database keeps; "" when the form has none."""
    found = form.get(name)
    return found.replace("\0", "") if isinstance(found, str) else ""


def ticked(form: FormData, name: str) -> set[str]:
    """The values of the boxes that were ticked under one name."""
    return {found.replace("\0", "") for found in form.getlist(name) if isinstance(found, str)}
