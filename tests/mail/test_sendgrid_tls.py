"""Over TLS, as to SendGrid itself: a certificate nobody vouches for gets no key and no address."""

import ipaddress
import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from outreach import clock
from outreach.mail.sendgrid import SendGrid
from outreach.outgoing import OutgoingBatch, Proof
from outreach.provider_stub import Stub
from outreach.provider_stub.record import Record
from outreach.provider_stub.server import Handler, Server

Letter = Callable[..., OutgoingBatch]


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A key and a certificate for 127.0.0.1 that vouches for itself, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "stand-in")])
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(clock.now() - timedelta(days=1)).not_valid_after(clock.now() + timedelta(days=1))
    signed = builder.add_extension(names, critical=False).sign(key, hashes.SHA256())
    path = tmp_path / "certificate.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(signed.public_bytes(Encoding.PEM) + private)
    return path


@pytest.fixture
def stub(tmp_path: Path, certificate: Path) -> Iterator[Stub]:
    stub = Stub(Record(tmp_path / "received.jsonl"), drip_seconds=0.1)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with Server(("127.0.0.1", 0), type("TlsHandler", (Handler,), {"stub": stub})) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        stub.url = f"https://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield stub
        stub.closing.set()
        server.shutdown()
        thread.join()


def test_a_certificate_nobody_vouches_for_gets_nothing(stub: Stub, letter: Letter) -> None:
    naps: list[float] = []
    result = SendGrid(stub.key, stub.url, "eu", 5, naps.append).send(letter("a"))
    assert (result.proof, naps, stub.requests) == (Proof.NOT_SENT, [], 0)


def test_one_that_is_vouched_for_is_posted_to(
    stub: Stub, letter: Letter, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert SendGrid(stub.key, stub.url, "eu", 5).send(letter("a", "b")).proof is Proof.ACCEPTED
    assert set(stub.record.received()) == {"a", "b"}


def test_a_dripping_answer_is_left_in_time_there_too(
    stub: Stub, letter: Letter, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    stub.faults = type(stub.faults)(at={1: "slow"})
    assert SendGrid(stub.key, stub.url, "eu", 0.5).send(letter("a")).proof is Proof.UNKNOWN
