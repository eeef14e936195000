"""What a script gets when something is wrong: problem details (RFC 9457), one shape for all, never a traceback."""

import json
import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from outreach.errors import OutreachError, TemporaryFailure

log = logging.getLogger(__name__)

MEDIA = "application/problem+json"
RETRY_SECONDS = "60"


class Wrong(BaseModel):
    """One thing that is wrong with a request."""

    pointer: str = Field(description="Where in the request, as a JSON pointer (RFC 6901) or the parameter's name")
    detail: str


class Problem(BaseModel):
    """Problem details (RFC 9457)."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str = Field(description="One sentence that says what to do")
    errors: list[Wrong] = Field(default_factory=list, description="Each thing that is wrong, for status 422")


class Unfit(Exception):
    """A request whose parts do not fit. `errors`: JSON pointer -> what is wrong."""

    def __init__(self, detail: str, errors: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.errors = dict(errors or {})


class ProblemResponse(JSONResponse):
    """JSON in ASCII, so that whatever was sent can be named."""

    media_type = MEDIA

    def render(self, content: Any) -> bytes:
        return json.dumps(content).encode()


MEANING = {
    400: "The request cannot be read.",
    401: "No key was sent, or one that is wrong, revoked or too old.",
    403: "The key may not do this.",
    404: "There is no such thing, or it belongs to others.",
    413: "The request is too large.",
    422: "Something in the request does not fit; `errors` says what.",
    429: "Too many wrong keys were sent from this address.",
    503: "Prefect or the database does not answer. Try again; nothing was lost.",
}


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What a route's OpenAPI entry says of these statuses, and of those every route may answer."""
    every = sorted({401, 403, 422, 429, 503, *statuses})
    schema = {"schema": {"$ref": "#/components/schemas/Problem"}}
    return {status: {"description": MEANING[status], "content": {MEDIA: schema}} for status in every}


def problem(status: int, detail: str, errors: Mapping[str, str] | None = None) -> Response:
    """An answer with problem details. `errors`: where in the request -> what is wrong there."""
    told = [Wrong(pointer=pointer, detail=said) for pointer, said in (errors or {}).items()]
    content = Problem(title=HTTPStatus(status).phrase, status=status, detail=detail, errors=told)
    return ProblemResponse(content.model_dump(), status_code=status)


def _http(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    said = error.detail if error.detail != HTTPStatus(error.status_code).phrase else ""
    answer = problem(error.status_code, said or MEANING.get(error.status_code, HTTPStatus(error.status_code).phrase))
    answer.headers.update(error.headers or {})
    return answer


def _invalid(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    found: dict[str, str] = {}
    for one in error.errors():
        where, *rest = one["loc"]
        parts = [str(part).replace("~", "~0").replace("/", "~1") for part in rest]
        found.setdefault("/" + "/".join(parts) if where == "body" else ".".join(parts), str(one["msg"]))
    return problem(422, MEANING[422], found)


def _unfit(_request: Request, error: Exception) -> Response:
    assert isinstance(error, Unfit)
    return problem(422, str(error), error.errors)


def _temporary(_request: Request, error: Exception) -> Response:
    log.warning("answered 503: %s", error)
    answer = problem(503, str(error))
    answer.headers["Retry-After"] = RETRY_SECONDS
    return answer


def _permanent(_request: Request, error: Exception) -> Response:
    log.error("answered 500: %s", error)
    return problem(500, str(error))


def _unexpected(_request: Request, _error: Exception) -> Response:
    return problem(500, "Something went wrong here. It has been noted.")


def install(api: FastAPI) -> None:
    """Tell the API which failure is which problem."""
    api.add_exception_handler(HTTPException, _http)
    api.add_exception_handler(RequestValidationError, _invalid)
    api.add_exception_handler(Unfit, _unfit)
    api.add_exception_handler(TemporaryFailure, _temporary)
    api.add_exception_handler(OutreachError, _permanent)
    api.add_exception_handler(Exception, _unexpected)
