"""Events through the signed webhook of one web process: events a second until answered, and until settled.

    python benchmarks/webhook.py [--people 100000] [--a-post 1000] [--posters 4]

Two events a person (accepted, then delivered or, for one in fifty, bounced), a tenth of the posts sent twice, shuffled,
from this process to one `uvicorn` on loopback. A database of its own in a temporary folder; `OUTREACH_DATABASE_URL`
chooses another, empty one.
"""

import argparse
import base64
import os
import random
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import local

import httpx
import orjson
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

AIM = 10_000  # events a second
NOW = int(time.time())
ONE_IN = 50  # bounces
Post = tuple[bytes, dict[str, str]]


def lay(people: int) -> list[str]:
    """A campaign of which every batch is unknown. The recipients' tokens."""
    from sqlalchemy import insert

    from outreach import clock, database, links
    from outreach.models import Batch, BatchStatus, Campaign, Message, Person, Recipient, RecipientStatus

    now = clock.now()
    tokens = [secrets.token_hex(16) for _ in range(people)]
    database.upgrade()
    with database.session_scope() as session:
        session.execute(
            insert(Campaign).values(
                id=1, key="d/p/central", duty="graduation-invitation", period="p", parameters={}, opened_at=now
            )
        )
        session.execute(
            insert(Message).values(
                id=1, campaign_id=1, wave=1, variant="sv", language="sv", subject="", preheader="", html="", text="",
                digest="", created_at=now,
            )
        )  # fmt: skip
        batch = {"campaign_id": 1, "wave": 1, "language": "sv", "message_id": 1, "size": 1000}
        batch["status"] = BatchStatus.UNKNOWN
        numbers = range(1, people // 1000 + 2)
        session.execute(
            insert(Batch), [{**batch, "id": n, "number": n, "attempts": 1, "claimed_at": now} for n in numbers]
        )
        rows = [(number + 1, address_of(number)) for number in range(people)]
        session.execute(
            insert(Person),
            [
                {
                    "id": number, "public_id": f"p{number}", "email": address, "created_at": now, "updated_at": now,
                    "address_hash": links.address_hash(address),
                }
                for number, address in rows
            ],
        )  # fmt: skip
        recipient = {"campaign_id": 1, "wave": 1, "language": "sv", "selected_at": now}
        recipient |= {"status": RecipientStatus.UNKNOWN, "planned_at": now}
        session.execute(
            insert(Recipient),
            [
                {**recipient, "token": token, "person_id": number + 1, "batch_id": number // 1000 + 1}
                for number, token in enumerate(tokens)
            ],
        )
    return tokens


def address_of(number: int) -> str:
    return f"student{number}@student.example.org"


def event(number: int, token: str, kind: str, **fields: str) -> dict[str, object]:
    """As SendGrid words it: about 500 bytes."""
    return {
        "email": address_of(number),
        "timestamp": NOW,
        "smtp-id": f"<{secrets.token_hex(8)}.{number}@geopod-ismtpd-5>",
        "event": kind,
        "category": ["graduation-invitation"],
        "sg_event_id": secrets.token_urlsafe(24),
        "sg_message_id": f"{secrets.token_urlsafe(16)}.recvd-5c7d9f8c4d-{number}-0",
        "recipient": token,
        "response": "250 2.0.0 OK  1795345200 d2e1a72fcca58-7a0d0f0 si1234567b3a.112 - gsmtp",
        "tls": "1",
        "ip": "168.1.1.1",
        **fields,
    }


def posts(tokens: list[str], a_post: int, key: ec.EllipticCurvePrivateKey) -> list[Post]:
    """Signed bodies, a tenth of them twice, in a mixed order."""
    dice = random.Random(1)
    events = []
    for number, token in enumerate(tokens):
        bounced = {"type": "bounce", "status": "5.1.1", "reason": "550 5.1.1 No such user here"}
        later = event(number, token, "bounce", **bounced) if number % ONE_IN == 0 else event(number, token, "delivered")
        events += [event(number, token, "processed"), later]
    bodies = [orjson.dumps(events[start : start + a_post]) + b"\r\n" for start in range(0, len(events), a_post)]
    bodies += dice.sample(bodies, len(bodies) // 10)
    dice.shuffle(bodies)
    return [(body, signed(body, key)) for body in bodies]


def signed(body: bytes, key: ec.EllipticCurvePrivateKey) -> dict[str, str]:
    signature = key.sign(str(NOW).encode() + body, ec.ECDSA(hashes.SHA256()))
    return {
        "X-Twilio-Email-Event-Webhook-Signature": base64.b64encode(signature).decode(),
        "X-Twilio-Email-Event-Webhook-Timestamp": str(NOW),
    }


@contextmanager
def serving() -> Iterator[tuple[str, int]]:
    """One web process. Its address and process id."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", "--factory", "outreach.web.app:create_app", "--port", str(port)]
    process = subprocess.Popen([*command, "--log-level", "warning", "--no-access-log"])
    url = f"http://127.0.0.1:{port}"
    try:
        while True:
            try:
                httpx.get(f"{url}/health", trust_env=False).raise_for_status()
                break
            except httpx.HTTPError:
                time.sleep(0.1)
        yield url, process.pid
    finally:
        process.terminate()
        process.wait()


def post_all(url: str, every: list[Post], posters: int) -> None:
    clients = local()

    def post(one: Post) -> None:
        if not hasattr(clients, "client"):
            clients.client = httpx.Client(trust_env=False, timeout=120)
        clients.client.post(f"{url}/webhooks/sendgrid", content=one[0], headers=one[1]).raise_for_status()

    with ThreadPoolExecutor(posters) as pool:
        list(pool.map(post, every))


def waiting() -> bool:
    from outreach.database import session_scope
    from outreach.queries import provider_events

    with session_scope(reading=True) as session:
        return provider_events.waiting(session)


def check(people: int) -> None:
    """Everyone stands where the events put them, and every batch is accepted."""
    from sqlalchemy import func, select

    from outreach.database import session_scope
    from outreach.models import Batch, ProviderEvent, Recipient, Suppression

    with session_scope(reading=True) as session:
        found = {
            str(status): count
            for status, count in session.execute(select(Recipient.status, func.count()).group_by(Recipient.status))
        }
        bounced = len(range(0, people, ONE_IN))
        assert found == {"delivered": people - bounced, "bounced": bounced}, found
        assert session.scalar(select(func.count()).select_from(Suppression)) == bounced
        assert session.scalar(select(func.count()).select_from(ProviderEvent)) == 2 * people
        assert {str(status) for status in session.scalars(select(Batch.status).where(Batch.id <= people // 1000))} == {
            "accepted"
        }


def processor_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--a-post", type=int, default=1000, help="events in a post")
    parser.add_argument("--posters", type=int, default=4, help="connections at once")
    options = parser.parse_args()
    key = ec.generate_private_key(ec.SECP256R1())
    shown = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["OUTREACH_DATA_DIR"] = folder
        os.environ["OUTREACH_SENDGRID_WEBHOOK_KEY"] = base64.b64encode(shown).decode()
        every = posts(lay(options.people), options.a_post, key)
        size = sum(len(body) for body, _ in every) / len(every) / 1000
        count = len(every) * options.a_post
        print(
            f"{count} events in {len(every)} posts of {size:.0f} kB; load average {os.getloadavg()[0]:.1f}", flush=True
        )
        with serving() as (url, pid):
            before, start = processor_seconds(pid), time.perf_counter()
            post_all(url, every, options.posters)
            answered = time.perf_counter() - start
            while waiting():
                time.sleep(0.2)
            settled, used = time.perf_counter() - start, processor_seconds(pid) - before
        check(options.people)
    print(f"answered: {count / answered:,.0f} events/s ({answered:.1f} s)")
    print(f"settled:  {count / settled:,.0f} events/s ({settled:.1f} s)")
    print(f"the web process used {used / count * 1e6:.0f} µs of processor an event")
    print(f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    if count / answered < AIM:
        raise SystemExit(f"under the aim of {AIM} events/s")


if __name__ == "__main__":
    main()
