"""What every response carries and every request is held to: security headers, the size of a body, HEAD as GET."""

from collections.abc import Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from outreach.settings import settings

FORM_BYTES = 64 * 1024
UNREADABLE = "\N{REPLACEMENT CHARACTER}"

PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; frame-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
# A mail shown inside a page: its own styles, our pictures, nothing else fetched, no scripts, no forms; links open a
# page of their own.
MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
)


def headers(path: str) -> dict[str, str]:
    """The headers of a response at `path`. Only our style sheet may be kept; pages are personal."""
    always = {
        "Content-Security-Policy": PAGE_POLICY,
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "X-Robots-Tag": "noindex, nofollow",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "public, max-age=86400" if path.startswith("/static/") else "no-store",
    }
    if settings().public_url.startswith("https://"):
        always["Strict-Transport-Security"] = "max-age=31536000"
    return always


MAIL_HEADERS = {"Content-Security-Policy": MAIL_POLICY, "X-Frame-Options": "SAMEORIGIN"}


class SecurityHeaders:
    """Adds the headers; one that a response has set itself stands."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = MutableHeaders(scope=message)
                for name, value in headers(scope["path"]).items():
                    given.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, with_headers if scope["type"] == "http" else send)


class HeadAsGet:
    """Answers HEAD with the headers of GET, for every page at once. GET changes nothing, so HEAD does not either."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def without_body(message: Message) -> None:
            await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

        if scope["type"] == "http" and scope["method"] == "HEAD":
            await self.app({**scope, "method": "GET"}, receive, without_body)
        else:
            await self.app(scope, receive, send)


class WithoutNul:
    """Reads NUL, which no text in PostgreSQL can hold, as the mark of what cannot be read: nothing is called so."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            query = scope["query_string"].replace(b"%00", b"%EF%BF%BD")
            scope = {**scope, "path": scope["path"].replace("\0", UNREADABLE), "query_string": query}
        await self.app(scope, receive, send)


class BodyLimit:
    """Refuses a body that is too large, whether it says so or not. `larger`: path prefix -> bytes, for webhooks."""

    def __init__(self, app: ASGIApp, larger: Mapping[str, int]) -> None:
        self.app = app
        self.larger = larger

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit = next((size for start, size in self.larger.items() if scope["path"].startswith(start)), FORM_BYTES)
        declared = Headers(scope=scope).get("content-length", "0")
        taken = int(declared) if declared.isascii() and declared.isdigit() else 0
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if max(seen, taken) > limit:
                raise HTTPException(413)
            return message

        await self.app(scope, counted, send)
