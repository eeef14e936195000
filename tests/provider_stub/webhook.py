"""A webhook on loopback that notes what it is posted, and refuses as often as it is told."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Webhook:
    refusals: int = 0
    posts: list[tuple[dict[str, str], bytes]] = field(default_factory=list)  # headers and body of all, refused or not
    taken: list[list[dict[str, Any]]] = field(default_factory=list)
    url: str = ""
    changed: threading.Condition = field(default_factory=threading.Condition)

    @property
    def events(self) -> list[dict[str, Any]]:
        return [event for post in self.taken for event in post]

    def wait_for(self, events: int) -> list[dict[str, Any]]:
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.events) >= events, timeout=20), len(self.events)
            return self.events


class WebhookHandler(BaseHTTPRequestHandler):
    webhook: Webhook

    def log_message(self, *_: object) -> None:
        """Quiet."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with self.webhook.changed:
            self.webhook.posts.append((dict(self.headers), body))
            refused = len(self.webhook.posts) <= self.webhook.refusals
            if not refused:
                self.webhook.taken.append(json.loads(body))
            self.webhook.changed.notify_all()
        self.send_response(503 if refused else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()


@contextmanager
def listening(webhook: Webhook) -> Iterator[Webhook]:
    handler = type("BoundWebhook", (WebhookHandler,), {"webhook": webhook})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        webhook.url = f"http://127.0.0.1:{server.server_port}/webhooks/sendgrid"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield webhook
        finally:
            server.shutdown()
            thread.join()
