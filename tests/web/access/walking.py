"""Every address an application answers, however it was put together."""

from collections.abc import Iterator, Sequence
from typing import Any

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.routing import BaseRoute, Mount

EVERY_METHOD = "*"  # a mount that answers as it likes: files, another application


def routes_of(app: FastAPI) -> set[tuple[str, str]]:
    """(method, path with its variables), those of mounted applications under the path of their mount. HEAD, which is
    GET without the body, and OPTIONS are left out."""
    return set(_walk(app.routes, ""))


def _walk(routes: Sequence[BaseRoute], under: str) -> Iterator[tuple[str, str]]:
    for found in iter_route_contexts(routes):
        route: Any = found.original_route
        path = f"{under}{found.path}"
        if not isinstance(route, Mount):
            yield from ((method, path) for method in set(found.methods or [EVERY_METHOD]) - {"HEAD", "OPTIONS"})
        elif route.routes:
            yield from _walk(route.routes, path)
        else:
            yield EVERY_METHOD, path
