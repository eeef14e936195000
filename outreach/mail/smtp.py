"""SMTP: one connection a thread, one answer a person."""

import smtplib
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import unquote, urlsplit

from outreach.errors import PermanentFailure
from outreach.mail.mime import compose
from outreach.outgoing import Addressee, OutgoingBatch, Proof, Result

TIMEOUT_SECONDS = 120.0
LOOPBACK = ("localhost", "127.0.0.1", "::1")
TAKEN, LATER, CANNOT_COMPOSE = "", "later", "cannot_compose"
TOKEN_LETTERS = 32
LONGEST_LOCAL_PART = 64  # RFC 5321 section 4.5.3.1.1
TOO_MANY_TO_BE_WRONG = 10  # a server that refuses every one of so many speaks of us, not of them


def check_sender(address: str) -> None:
    """Raises PermanentFailure when a recipient's id has no room in the envelope beside the sender's own name."""
    longest = LONGEST_LOCAL_PART - len("+") - TOKEN_LETTERS
    if len(address.partition("@")[0]) > longest:
        raise PermanentFailure(
            f"The sender's address has more than {longest} characters before the @. With a recipient's id beside them, "
            "which tells whose mail came back, mail servers may refuse it. Choose a shorter one for SMTP."
        )


class NotSent(Exception):
    """Nothing has left, and the next person would fare no better."""


class BrokeOff(Exception):
    """The mail was given over and no answer came: it may have been taken."""


class Smtp:
    """`smtp://user:password@host:port` with STARTTLS where offered, or `smtps://` for TLS from the start."""

    name = "smtp"

    def __init__(self, url: str, timeout: float = TIMEOUT_SECONDS) -> None:
        """`timeout`: seconds to wait for each answer. Raises PermanentFailure for an address nobody can read."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise PermanentFailure(_MALFORMED) from None
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
            raise PermanentFailure(_MALFORMED)
        self.tls = parts.scheme == "smtps"
        self.host, self.port = parts.hostname, port or (465 if self.tls else 25)
        self.user, self.password = unquote(parts.username or ""), unquote(parts.password or "")
        self.timeout = timeout
        self._kept = threading.local()

    def send(self, batch: OutgoingBatch) -> Result:
        """Person by person. What a dropped connection leaves open is unknown for the one, not sent for the rest."""
        refused: dict[str, str] = {}
        later: set[str] = set()
        for number, person in enumerate(batch.addressees):
            rest = {one.token for one in batch.addressees[number + 1 :]} | later
            try:
                answer = self._send_one(batch, person)
            except NotSent as error:
                if number == 0:
                    return Result(Proof.NOT_SENT, sentence=str(error))
                return Result(Proof.ACCEPTED, None, str(error), refused, not_sent=frozenset(rest | {person.token}))
            except BrokeOff as error:
                unknown = frozenset({person.token})
                return Result(Proof.ACCEPTED, None, str(error), refused, unknown, not_sent=frozenset(rest))
            if answer == LATER:
                later.add(person.token)
            elif answer != TAKEN:
                refused[person.token] = answer
        if len(refused) == len(batch.addressees) >= TOO_MANY_TO_BE_WRONG:
            why = ", ".join(sorted(set(refused.values())))
            return Result(
                Proof.NOT_SENT, sentence=f"The mail server refuses everyone ({why}). Check what it says of us."
            )
        return Result(Proof.ACCEPTED, refused=refused, not_sent=frozenset(later))

    def _send_one(self, batch: OutgoingBatch, person: Addressee) -> str:
        """TAKEN, LATER when the server asks us to come back, else the reason this one is refused."""
        try:
            mail = compose(batch, person)
        except PermanentFailure:
            return CANNOT_COMPOSE
        # The recipient's id stands in the envelope sender, so that a bounce can be told apart (VERP).
        local, _, domain = batch.sender_address.partition("@")
        with self._connection() as server:
            code, _answer = server.mail(f"{local}+{person.token}@{domain}")
            if not _is_good(code):  # about us and not about this person: nobody is rejected for a wrong sender
                raise NotSent(f"The mail server does not let {batch.sender_address} send now (status {code}).")
            code, _answer = server.rcpt(person.address)
            if _is_good(code):
                code = self._give_over(server, mail)
            if _is_good(code):
                return TAKEN
            self._reset(server)
        return f"smtp_{code}" if code >= 500 else LATER

    def _give_over(self, server: smtplib.SMTP, mail: bytes) -> int:
        """DATA and the mail itself; the server's answer to it. Raises BrokeOff when there is none to understand."""
        try:
            code, _answer = server.data(mail)
        except smtplib.SMTPDataError as error:  # the answer to DATA, before the mail
            return error.smtp_code
        except OSError:
            code = -1
        if code // 100 not in (2, 4, 5):
            self._kept.server = None
            raise BrokeOff(f"The mail server {self.host}:{self.port} broke off while a mail was on its way.")
        return code

    def _reset(self, server: smtplib.SMTP) -> None:
        """Be ready for the next mail; a server that hangs up after a refusal has refused all the same."""
        try:
            server.rset()
        except OSError:
            self._kept.server = None

    @contextmanager
    def _connection(self) -> Iterator[smtplib.SMTP]:
        """This thread's connection, opened when needed. Raises NotSent when it fails before a mail was given over."""
        kept: smtplib.SMTP | None = getattr(self._kept, "server", None)
        try:
            if kept is None or not _alive(kept):
                kept = self._kept.server = self._open()
            yield kept
        except smtplib.SMTPAuthenticationError:
            raise NotSent("The mail server does not know the user or password in OUTREACH_SMTP_URL.") from None
        except ssl.SSLCertVerificationError:
            raise NotSent(f"The mail server {self.host}:{self.port} has no certificate we can trust.") from None
        except UnicodeError:
            raise NotSent("The user, password or host in OUTREACH_SMTP_URL holds a letter SMTP cannot carry.") from None
        except OSError:  # with all of smtplib's own errors
            self._kept.server = None
            raise NotSent(f"The mail server {self.host}:{self.port} cannot be reached or broke off.") from None

    def _open(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self.tls:
            server: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=self.timeout, context=context)
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=self.timeout)
        server.ehlo_or_helo_if_needed()
        if not self.tls and server.has_extn("starttls"):
            server.starttls(context=context)
            server.ehlo()
        elif not self.tls and self.user and self.host not in LOOPBACK:
            raise NotSent(
                "The mail server offers no encryption, so the password is not sent. Use smtps:// or port 587."
            )
        if self.user:
            server.login(self.user, self.password)
        return server


_MALFORMED = "OUTREACH_SMTP_URL must look like smtp://user:password@host:587."


def _is_good(code: int) -> bool:
    return 200 <= code < 300


def _alive(server: smtplib.SMTP) -> bool:
    try:
        return server.noop()[0] == 250
    except OSError:
        return False
