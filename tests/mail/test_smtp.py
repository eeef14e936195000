"""SMTP against a real server: what each of its answers proves, for one person and for the rest."""

import datetime
import ipaddress
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from outreach.cli import reporting
from outreach.errors import PermanentFailure
from outreach.mail.smtp import Smtp
from outreach.outgoing import OutgoingBatch, Proof, Result
from tests.mail.conftest import addressee
from tests.mail.smtp_server import Office, free_port, running

Letter = Callable[..., OutgoingBatch]
NOBODY: frozenset[str] = frozenset()


@pytest.fixture
def start() -> Iterator[Callable[..., Office]]:
    with ExitStack() as stack:

        def start_(office: Office | None = None, **options: object) -> Office:
            return stack.enter_context(running(office or Office(), **options))

        yield start_


def smtp(office: Office, *, login: str = "", timeout: float = 5.0, scheme: str = "smtp") -> Smtp:
    return Smtp(f"{scheme}://{login}127.0.0.1:{office.port}", timeout=timeout)


def test_everyone_gets_one_mail_over_one_connection(start: Callable[..., Office], letter: Letter) -> None:
    office = start()
    transport = smtp(office)
    assert transport.send(letter("a", "b", "c")) == Result(Proof.ACCEPTED)
    assert transport.send(letter("d")) == Result(Proof.ACCEPTED)
    assert office.recipients == ["a", "b", "c", "d"]
    assert office.connections == 1


def test_the_mail_arrives_as_it_was_made_dots_and_all(start: Callable[..., Office], letter: Letter) -> None:
    office = start()
    smtp(office).send(letter("a"))
    mail = message_from_bytes(office.taken[0].original_content or b"", policy=policy.default)
    text = mail.get_body(("plain",))  # type: ignore[attr-defined]
    assert (
        text.get_content()
        .replace("\r\n", "\n")
        .endswith("Från oss på alumnkontoret.\n.\nGå med: https://alumni.example.org/join/a\n")
    )
    assert mail["Subject"] == "Välkommen, Åsa"


def test_each_thread_has_a_connection_of_its_own(start: Callable[..., Office], letter: Letter) -> None:
    office = start()
    transport = smtp(office)
    results: list[Result] = []
    threads = [
        threading.Thread(target=lambda name=name: results.append(transport.send(letter(f"{name}1", f"{name}2"))))
        for name in "abc"
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [Result(Proof.ACCEPTED)] * 3
    assert office.recipients == ["a1", "a2", "b1", "b2", "c1", "c2"]
    assert office.connections == 3


def test_the_envelope_sender_tells_whose_mail_bounced(start: Callable[..., Office], letter: Letter) -> None:
    office = start()
    smtp(office).send(letter("a", "b"))
    assert [envelope.mail_from for envelope in office.taken] == [
        "alumn+a@alumni.example.org",
        "alumn+b@alumni.example.org",
    ]


def test_one_of_many_refused_is_rejected_with_the_reason_and_the_others_get_theirs(
    start: Callable[..., Office], letter: Letter
) -> None:
    office = start(Office(at_rcpt={"b": "550 5.1.1 No such user"}, at_data={"d": "554 5.6.0 Not this one"}))
    result = smtp(office).send(letter("a", "b", "c", "d", "e"))
    assert result == Result(Proof.ACCEPTED, refused={"b": "smtp_550", "d": "smtp_554"})
    assert office.recipients == ["a", "c", "d", "e"]


def test_who_is_to_be_tried_later_is_proven_not_sent(start: Callable[..., Office], letter: Letter) -> None:
    office = start(Office(at_rcpt={"b": "450 4.2.0 Greylisted"}, at_data={"c": "452 4.3.1 Full"}))
    result = smtp(office).send(letter("a", "b", "c", "d"))
    assert result == Result(Proof.ACCEPTED, not_sent=frozenset({"b", "c"}))


def test_a_server_that_refuses_everyone_of_many_speaks_of_us(start: Callable[..., Office], letter: Letter) -> None:
    names = [f"s{number}" for number in range(10)]
    office = start(Office(at_rcpt=dict.fromkeys(names, "554 5.7.1 Relay access denied")))
    result = smtp(office).send(letter(*names))
    assert (result.proof, result.refused) == (Proof.NOT_SENT, {})
    assert "refuses everyone (smtp_554)" in result.sentence


@pytest.mark.parametrize("answer", ["553 5.7.1 Not your address", "451 4.3.0 Try later"])
def test_a_sender_that_may_not_send_rejects_nobody(start: Callable[..., Office], letter: Letter, answer: str) -> None:
    office = start(Office(at_mail=answer))
    result = smtp(office).send(letter("a", "b"))
    assert (result.proof, result.refused) == (Proof.NOT_SENT, {})
    assert "alumn@alumni.example.org" in result.sentence


def test_a_server_that_is_gone_proves_that_nothing_was_sent(letter: Letter) -> None:
    port = free_port()
    result = Smtp(f"smtp://127.0.0.1:{port}").send(letter("a", "b"))
    assert result.proof is Proof.NOT_SENT
    assert result.sentence == f"The mail server 127.0.0.1:{port} cannot be reached or broke off."


def test_a_connection_lost_after_the_mail_leaves_one_unknown_and_the_rest_not_sent(
    start: Callable[..., Office], letter: Letter
) -> None:
    office = start(Office(drop_at={"b": "data"}))
    result = smtp(office).send(letter("a", "b", "c", "d"))
    assert (result.proof, result.unknown, result.not_sent) == (Proof.ACCEPTED, {"b"}, {"c", "d"})
    assert "broke off while a mail was on its way" in result.sentence
    assert office.recipients == ["a", "b"]


def test_a_connection_lost_before_the_mail_leaves_nobody_unknown(start: Callable[..., Office], letter: Letter) -> None:
    office = start(Office(drop_at={"b": "rcpt"}))
    result = smtp(office).send(letter("a", "b", "c"))
    assert (result.proof, result.unknown, result.not_sent) == (Proof.ACCEPTED, NOBODY, {"b", "c"})
    assert office.recipients == ["a"]


def test_a_server_that_stays_silent_is_not_waited_for_for_ever(start: Callable[..., Office], letter: Letter) -> None:
    office = start(Office(silent_at={"a": "data", "b": "rcpt"}))
    after_the_mail = smtp(office, timeout=0.3).send(letter("a", "c"))
    assert (after_the_mail.unknown, after_the_mail.not_sent) == ({"a"}, {"c"})
    before_it = smtp(office, timeout=0.3).send(letter("b", "c"))
    assert before_it.proof is Proof.NOT_SENT


def test_after_a_broken_connection_the_next_batch_goes_over_a_new_one(
    start: Callable[..., Office], letter: Letter
) -> None:
    office = start(Office(drop_at={"a": "data"}))
    transport = smtp(office)
    transport.send(letter("a"))
    assert transport.send(letter("b")) == Result(Proof.ACCEPTED)
    assert office.connections == 2


def test_a_server_that_hangs_up_after_each_refusal_still_refuses_only_the_one(
    start: Callable[..., Office], letter: Letter
) -> None:
    office = start(Office(at_rcpt={"a": "421 4.7.0 Goodbye"}, drop_at={}))
    result = smtp(office).send(letter("a", "b"))
    assert result == Result(Proof.ACCEPTED, not_sent=frozenset({"a"}))
    assert office.recipients == ["b"]


@pytest.mark.parametrize(
    "address", ["å@example.org", "anna@exämple.org", "a@x.org\r\nRCPT TO:<b@x.org>", "<a@x.org>", "", "a@" + "x" * 400]
)
def test_an_address_smtp_cannot_carry_is_refused_alone(
    start: Callable[..., Office], letter: Letter, address: str
) -> None:
    office = start()
    result = smtp(office).send(letter("a", addressee("odd", address=address), "b"))
    assert result == Result(Proof.ACCEPTED, refused={"odd": "cannot_compose"})
    assert office.recipients == ["a", "b"]


# Passwords

CLEAR = {"auth_require_tls": False}


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_the_right_password_lets_us_in(start: Callable[..., Office], letter: Letter) -> None:
    office = Office()
    start(office, authenticator=office.authenticate, **CLEAR, auth_required=True)
    assert smtp(office, login="alumn%40kontoret:right%20horse@").send(letter("a")) == Result(Proof.ACCEPTED)
    assert office.logins == [b"alumn@kontoret"]


@pytest.mark.parametrize("password", ["wrong", "fel%C3%A5"])
def test_a_wrong_password_is_said_so_and_loses_nobody(
    start: Callable[..., Office], letter: Letter, password: str
) -> None:
    office = Office()
    start(office, authenticator=office.authenticate, **CLEAR)
    result = smtp(office, login=f"alumn:{password}@").send(letter("a", "b"))
    assert result.proof is Proof.NOT_SENT
    assert "OUTREACH_SMTP_URL" in result.sentence
    assert "password" in result.sentence
    assert office.taken == []


def test_a_password_is_not_sent_in_clear_over_a_network(letter: Letter, start: Callable[..., Office]) -> None:
    office = Office()
    start(office, authenticator=office.authenticate, **CLEAR)
    transport = smtp(office, login="alumn:right%20horse@")
    transport.host = "127.1"  # loopback still, but not by one of the names that say so
    result = transport.send(letter("a"))
    assert result.proof is Proof.NOT_SENT
    assert "offers no encryption" in result.sentence
    assert office.logins == []


# Encryption


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-made certificate for 127.0.0.1 and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC))
        .not_valid_after(datetime.datetime(2100, 1, 1, tzinfo=datetime.UTC))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


def server_side(certificate: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    return context


def test_starttls_is_used_where_it_is_offered(
    start: Callable[..., Office], letter: Letter, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = start(tls_context=server_side(certificate))
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert smtp(office).send(letter("a")) == Result(Proof.ACCEPTED)
    assert office.encrypted == [True]


def test_a_server_nobody_vouches_for_gets_no_mail_and_no_password(
    start: Callable[..., Office], letter: Letter, certificate: Path
) -> None:
    office = Office()
    start(office, tls_context=server_side(certificate), authenticator=office.authenticate)
    result = smtp(office, login="alumn:right%20horse@").send(letter("a", "b"))
    assert result.proof is Proof.NOT_SENT
    assert "no certificate we can trust" in result.sentence
    assert (office.taken, office.logins) == ([], [])


def test_smtps_encrypts_from_the_start(
    start: Callable[..., Office], letter: Letter, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    office = start(ssl_context=server_side(certificate))
    assert smtp(office, scheme="smtps").send(letter("a")) == Result(Proof.ACCEPTED)
    assert office.recipients == ["a"]


@pytest.mark.parametrize(
    "url", ["", "mail.example.org", "http://mail.example.org", "smtp://", "smtp://host:port", "smtp://[::1"]
)
def test_an_address_that_is_none_is_said_so(url: str) -> None:
    with pytest.raises(PermanentFailure, match="OUTREACH_SMTP_URL must look like"):
        Smtp(url)


def test_check_says_when_the_sender_leaves_no_room_for_a_recipients_id(
    home: Path, set_environment: Callable[..., None]
) -> None:
    def said(local_part: str, transport: str = "smtp") -> bool:
        set_environment(transport=transport, sender__address=f"{local_part}@alumni.example.org")
        return any("before the @" in problem for problem in reporting.problems())

    assert (said("x" * 31), said("x" * 32), said("x" * 32, "sendgrid")) == (False, True, False)
