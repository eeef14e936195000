"""SMTP: one connection a thread, one answer a person."""

import smtplib
import ssl
import threading
from urllib.parse import unquote, urlsplit

from outreach.errors import PermanentFailure
from outreach.mail.mime import compose
from outreach.outgoing import Addressee, OutgoingBatch, Proof, Result

TIMEOUT_SECONDS = 30


class Smtp:
    """`smtp://user:password@host:port` with STARTTLS where offered, or `smtps://` for TLS from the start."""

    name = "smtp"

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
            raise PermanentFailure("OUTREACH_SMTP_URL must look like smtp://user:password@host:587.")
        self.tls = parts.scheme == "smtps"
        self.host, self.port = parts.hostname, parts.port or (465 if self.tls else 25)
        self.user, self.password = unquote(parts.username or ""), unquote(parts.password or "")
        self._kept = threading.local()

    def send(self, batch: OutgoingBatch) -> Result:
        """Person by person. What a dropped connection leaves open is unknown for the one, not sent for the rest."""
        refused: dict[str, str] = {}
        later: set[str] = set()
        for number, person in enumerate(batch.addressees):
            rest = frozenset(one.token for one in batch.addressees[number + 1 :]) | later
            try:
                answer = self._send_one(batch, person)
            except NotSent as error:
                if number == 0:
                    return Result(Proof.NOT_SENT, sentence=str(error))
                return Result(Proof.ACCEPTED, sentence=str(error), refused=refused, not_sent=rest | {person.token})
            except (OSError, smtplib.SMTPServerDisconnected):
                self._drop()
                return Result(
                    Proof.ACCEPTED,
                    sentence="The mail server broke off while a mail was on its way.",
                    refused=refused,
                    unknown=frozenset({person.token}),
                    not_sent=rest,
                )
            if answer == "later":
                later.add(person.token)
            elif answer:
                refused[person.token] = answer
        return Result(Proof.ACCEPTED, refused=refused, not_sent=frozenset(later))

    def _send_one(self, batch: OutgoingBatch, person: Addressee) -> str:
        """ "" when taken, `later` when the server asks us to come back, else the reason it refused."""
        try:
            mail = compose(batch, person).as_bytes()
        except PermanentFailure:
            return "cannot_compose"
        server = self._connection()
        # The recipient's id stands in the envelope sender, so that a bounce can be told apart (VERP).
        local, _, domain = batch.sender_address.partition("@")
        try:
            server.sendmail(f"{local}+{person.token}@{domain}", [person.address], mail)
        except smtplib.SMTPRecipientsRefused as error:
            code = next(iter(error.recipients.values()))[0]
            return "later" if 400 <= code < 500 else f"smtp_{code}"
        except smtplib.SMTPResponseException as error:
            self._reset(server)
            if 400 <= error.smtp_code < 500:
                return "later"
            return f"smtp_{error.smtp_code}"
        return ""

    def _connection(self) -> smtplib.SMTP:
        """This thread's connection, opened when needed. Raises NotSent: nothing has left before one stands."""
        kept: smtplib.SMTP | None = getattr(self._kept, "server", None)
        if kept is not None and _alive(kept):
            return kept
        try:
            context = ssl.create_default_context()
            server = (
                smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT_SECONDS, context=context)
                if self.tls
                else smtplib.SMTP(self.host, self.port, timeout=TIMEOUT_SECONDS)
            )
            server.ehlo()
            if not self.tls and server.has_extn("starttls"):
                server.starttls(context=context)
            if self.user:
                server.login(self.user, self.password)
        except smtplib.SMTPAuthenticationError:
            raise NotSent("The mail server does not know the user or password in OUTREACH_SMTP_URL.") from None
        except (OSError, smtplib.SMTPException):
            raise NotSent(f"The mail server {self.host}:{self.port} cannot be reached.") from None
        self._kept.server = server
        return server

    def _reset(self, server: smtplib.SMTP) -> None:
        try:
            server.rset()
        except (OSError, smtplib.SMTPException):
            self._drop()

    def _drop(self) -> None:
        self._kept.server = None


class NotSent(Exception):
    """No connection: nothing can have left."""


def _alive(server: smtplib.SMTP) -> bool:
    try:
        return server.noop()[0] == 250
    except (OSError, smtplib.SMTPException):
        return False
