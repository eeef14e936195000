"""The API for scripts, an application of its own below /api: its document, a page to read it on, and its routes."""

import re
from typing import Any

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount

from outreach.web import starting
from outreach.web.api import campaigns, document, duties, problems, runs
from outreach.web.api.door import Reader
from outreach.web.language import chosen
from outreach.web.pages import at, page

PATH = "/api"
ABOUT = (
    "What the coordinators' pages do, for scripts: start duties, follow runs, read figures. A key is made at "
    "/portal/keys and is sent as `Authorization: Bearer outreach_...`. A department's key sees and starts its own "
    "department's alone; what belongs to others is not found. Answers hold counts, nobody's name or address. What goes "
    "wrong is told as problem details (RFC 9457). Asked for with a key, this document also has an address for each "
    "duty that the key may start, with what the duty takes."
)
METHODS = ("get", "post", "put", "patch", "delete")


class Api(FastAPI):
    """Adds the shape of problems to the document."""

    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            told = super().openapi()
            schemas = told.setdefault("components", {}).setdefault("schemas", {})
            for name in ("HTTPValidationError", "ValidationError"):
                schemas.pop(name, None)
            problem = problems.Problem.model_json_schema(ref_template="#/components/schemas/{model}")
            schemas.update(problem.pop("$defs", {}) | {"Problem": problem})
        assert self.openapi_schema is not None
        return self.openapi_schema


def create_api() -> FastAPI:
    """The application that is mounted at PATH."""
    api = Api(
        title="Outreach",
        version="1",
        summary="A university alumni office's recurring outreach",
        description=ABOUT,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
    )
    problems.install(api)
    for router in (duties.router, runs.router, campaigns.router):
        api.include_router(router)
    api.add_api_route("/openapi.json", as_openapi, include_in_schema=False, methods=["GET"])
    api.add_api_route("/docs", docs, include_in_schema=False, methods=["GET"])
    return api


def mounted() -> Mount:
    """The application below PATH, for whatever address begins so: Mount by itself leaves one with a line break in it to
    the pages, and a script would be answered in HTML."""
    mount = Mount(PATH, create_api())
    mount.path_regex = re.compile(mount.path_regex.pattern, re.DOTALL)
    return mount


def as_openapi(request: Request, reader: Reader) -> Response:
    """The document; for whoever sends a key with what each duty takes that the key may start."""
    told = {**request.app.openapi(), "servers": [{"url": at(PATH)}]}
    return JSONResponse(told if reader is None else document.with_duties(told, starting.offers(reader)))


def docs(request: Request) -> Response:
    """The document as a page to read."""
    told = request.app.openapi()
    schemas, language = told["components"]["schemas"], chosen(request)
    return page("api_docs.html", language, about=told, calls=_calls(told), schemas=schemas, problems=problems.MEANING)


def _calls(told: dict[str, Any]) -> list[dict[str, Any]]:
    """Every call: method, path and what the document says of it."""
    return [
        {"method": method.upper(), "path": PATH + path, **one}
        for path, item in told["paths"].items()
        for method, one in item.items()
        if method in METHODS
    ]
