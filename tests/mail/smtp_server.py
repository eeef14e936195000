"""A real SMTP server on loopback whose answers a test chooses."""
# ruff: noqa: N802 - aiosmtpd looks its handlers up by these names

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


@dataclass
class Office:
    """What the server was given and how it answers. Answers are chosen by the part of an address before the @."""

    at_mail: str = "250 OK"
    at_rcpt: dict[str, str] = field(default_factory=dict)
    at_data: dict[str, str] = field(default_factory=dict)
    drop_at: dict[str, str] = field(default_factory=dict)  # local part -> "rcpt" or "data": hang up without an answer
    silent_at: dict[str, str] = field(default_factory=dict)  # the same, but stay connected
    taken: list[Envelope] = field(default_factory=list)
    connections: int = 0
    encrypted: list[bool] = field(default_factory=list)
    logins: list[bytes] = field(default_factory=list)
    port: int = 0

    @property
    def recipients(self) -> list[str]:
        return sorted(str(address).partition("@")[0] for envelope in self.taken for address in envelope.rcpt_tos)

    async def handle_EHLO(
        self, server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return responses

    async def handle_MAIL(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        envelope.mail_from = address if self.at_mail.startswith("250") else None
        return self.at_mail

    async def handle_RCPT(
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        name = address.partition("@")[0]
        await self._misbehave(server, name, "rcpt")
        answer = self.at_rcpt.get(name, "250 OK")
        if answer.startswith("25"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        name = str(envelope.rcpt_tos[0]).partition("@")[0]
        self.taken.append(envelope)
        self.encrypted.append(session.ssl is not None)
        await self._misbehave(server, name, "data")
        return self.at_data.get(name, "250 OK")

    async def _misbehave(self, server: SMTP, name: str, stage: str) -> None:
        if self.drop_at.get(name) == stage and server.transport is not None:
            server.transport.abort()
            await asyncio.sleep(0)
        if self.silent_at.get(name) == stage:
            await asyncio.Event().wait()

    def authenticate(self, _server: SMTP, _session: Session, _envelope: Envelope, _kind: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.logins.append(data.login)
        return AuthResult(success=data.password == b"right horse", handled=False)


class CountingController(Controller):
    """Aiosmtpd's server in a thread, counting connections."""

    def factory(self) -> SMTP:
        self.handler.connections += 1
        return super().factory()  # type: ignore[no-any-return]


@contextmanager
def running(office: Office, **options: Any) -> Iterator[Office]:
    controller = CountingController(office, hostname="127.0.0.1", port=0, ready_timeout=10, **options)
    # Aiosmtpd tries its own port once when it starts, so it has to know it: take a free one first.
    controller.port = free_port()
    controller.start()
    office.port, office.connections = controller.port, 0
    try:
        yield office
    finally:
        controller.stop(no_assert=True)


def free_port() -> int:
    """A port nobody listens at, a moment ago."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
