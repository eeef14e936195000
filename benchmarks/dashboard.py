"""How fast the coordinators' pages answer beside half a million people and two thousand campaigns.

    python -m benchmarks.dashboard [--people 500000] [--campaigns 2000] [--recipients 1500000] [--rounds 60]
                                   [--database sqlite|postgresql] [--keep FOLDER]

Lays a register and a ledger of five years: campaigns of every department with their batches, texts, signatures, events
and answers. Counts the figures once, as housekeeping does, and says how long that took. Then it asks the real
application, served by uvicorn in a process of its own, for each page as a department and as the central office, one
at a time, and at last by many coordinators who are signed in at once. Prefect is a stand-in on this machine.

Prints p50 and p95 in milliseconds and p95 as a share of the aim, and fails when an aim is missed or an answer is wrong.
"""

import argparse
import http.server
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import numpy as np

from benchmarks.delivery import database_of

AIM_MS = {"postgresql": 300.0, "sqlite": 600.0}  # p95
AT_ONCE = 50
EACH = 6  # pages a coordinator looks at while the others do
BATCH = 500
YEARS = 5
CHUNK = 20_000
PAGES = {"overview": "/portal", "campaigns": "/portal/campaigns", "calendar": "/portal/calendar"}
STATUSES = ("delivered", "bounced", "complained", "excluded")
SHARES = (0.93, 0.015, 0.0005, 0.0545)


def lay(people: int, campaigns: int, recipients: int) -> None:
    """The whole register and ledger, the same for the same numbers."""
    from outreach.database import session_scope
    from outreach.queries import office

    dice = np.random.default_rng(20261122)
    with session_scope() as session:
        office.lay(session)
    _people(dice, people)
    _campaigns(dice, campaigns)
    _recipients(dice, people, campaigns, recipients)
    _events_and_surveys(dice, people)


def _insert(table: Any, rows: list[dict[str, Any]]) -> None:
    from sqlalchemy import insert

    from outreach.database import session_scope

    for first in range(0, len(rows), CHUNK):
        with session_scope() as session:
            session.execute(insert(table), rows[first : first + CHUNK])


def _people(dice: Any, people: int) -> None:
    """Everyone has one degree of the last twenty years, at one of the departments; a third are members."""
    from outreach import clock
    from outreach.departments import departments
    from outreach.models import Person, Study

    now, today, codes = clock.now(), clock.today(), list(departments())
    ago = dice.integers(-200, 365 * 20, people)
    joined = dice.integers(0, 365 * 6, people)
    for first in range(0, people, CHUNK):
        numbers = range(first, min(first + CHUNK, people))
        _insert(Person, [
            {"id": n + 1, "public_id": f"p{n:012d}", "student_uid": f"u{n}", "first_name": "Åsa", "last_name": "Öberg",
             "email": f"u{n}@alumni.example.org", "address_hash": f"{n:064x}", "language": "sv",
             "membership": "none" if n % 3 else "member", "own_fields": "", "created_at": now, "updated_at": now,
             "joined_at": None if n % 3 else now - timedelta(days=int(joined[n]))}
            for n in numbers
        ])  # fmt: skip
        _insert(Study, [
            {"person_id": n + 1, "department_code": codes[n % len(codes)], "programme_code": "P",
             "programme_sv": "Kandidatprogram", "programme_en": "Bachelor's Programme", "level": "first",
             "expected_end": today - timedelta(days=int(ago[n])), "degree_applied": False, "source": "alumni",
             "completed_on": today - timedelta(days=int(ago[n])) if ago[n] >= 0 else None}
            for n in numbers
        ])  # fmt: skip


def _campaigns(dice: Any, campaigns: int) -> None:
    """Campaigns of five years, the newest last: every fifth central, forty open, ten of them not signed yet."""
    from outreach import clock
    from outreach.departments import departments
    from outreach.models import Approval, Campaign, Message
    from outreach.queries import messages

    now, codes = clock.now(), list(departments())
    rows, texts, signed = [], [], []
    for n in range(campaigns):
        opened = now - timedelta(days=365 * YEARS * (campaigns - n) / campaigns)
        left = campaigns - n
        code = None if n % 5 == 0 else codes[n % len(codes)]
        rows.append({
            "id": n + 1, "key": f"graduation-invitation/{n}/{code or 'central'}", "duty": "graduation-invitation",
            "period": f"{n}", "department_code": code, "parameters": {}, "opened_at": opened,
            "status": "open" if left <= 40 else "done", "expires_at": opened + timedelta(days=210),
            "closed_at": None if left <= 40 else opened + timedelta(days=60),
        })  # fmt: skip
        for language in ("sv", "en"):
            texts.append({
                "campaign_id": n + 1, "wave": 1, "variant": language, "language": language, "subject": "Gå med",
                "preheader": "", "html": "<p>Hej</p>" * 400, "text": "Hej\n" * 200, "digest": f"{n:062x}{language}",
                "current": True, "created_at": opened,
            })  # fmt: skip
        if left > 10:
            digest = messages.digest_of([(code, f"{n:062x}{code}") for code in ("en", "sv")])
            signed.append({
                "campaign_id": n + 1, "duty": "graduation-invitation", "wave": 1, "content_digest": digest,
                "audience_digest": "", "coordinator_id": 1, "approved": True, "comment": "", "via": "web", "at": opened,
            })  # fmt: skip
    for table, given in ((Campaign, rows), (Message, texts), (Approval, signed)):
        _insert(table, given)


def _recipients(dice: Any, people: int, campaigns: int, recipients: int) -> None:
    """The ledger, with batches. Of the open campaigns some half has left."""
    from outreach import clock
    from outreach.departments import departments
    from outreach.models import Batch, Recipient

    now, codes = clock.now(), list(departments())
    each = recipients // campaigns
    number = 0
    for campaign in range(campaigns):
        left = campaigns - campaign
        code = codes[campaign % len(codes)]
        at = now - timedelta(days=365 * YEARS * left / campaigns)
        sizes = [min(BATCH, each - first) for first in range(0, each, BATCH)]
        batches: list[dict[str, Any]] = []
        rows: list[dict[str, Any]] = []
        for place, size in enumerate(sizes):
            number += 1
            waits = left <= 10 or (left <= 40 and place % 2 == 1)
            batches.append({
                "id": number, "campaign_id": campaign + 1, "wave": 1, "number": place + 1, "language": "sv",
                "size": size, "status": "planned" if waits else "accepted", "attempts": 0 if waits else 1,
                    "claimed_at": None if waits else max(at, now - timedelta(minutes=left)),
            })  # fmt: skip
            said = dice.choice(STATUSES, size, p=SHARES)
            for status in said:
                row = len(rows)
                rows.append({
                    "token": f"{campaign:06x}{row:010x}{number:08x}00000000", "campaign_id": campaign + 1, "wave": 1,
                    "person_id": (campaign * 7919 + row * 13) % people + 1, "language": "sv", "department_code": code,
                    "batch_id": number, "status": "planned" if waits else str(status), "selected_at": at,
                    "planned_at": at, "accepted_at": None if waits or status == "excluded" else at,
                })  # fmt: skip
        _insert(Batch, batches)
        _insert(Recipient, list({row["person_id"]: row for row in rows}.values()))


def _events_and_surveys(dice: Any, people: int) -> None:
    """Three hundred events with sixty answers each, and a survey a month with a thousand people."""
    from outreach import clock
    from outreach.departments import departments
    from outreach.models import EventRow, Rsvp, Survey, SurveyMember

    now, today, codes = clock.now(), clock.today(), list(departments())
    events, answers, surveys, members = [], [], [], []
    for n in range(300):
        starts = now - timedelta(days=4 * n - 40)
        events.append({
            "id": n + 1, "public_id": f"e{n}", "slug": f"event-{n}", "title_sv": "Alumnkväll", "title_en": "Evening",
            "venue": "Aula Magna", "city": "Stockholm", "country": "SE", "latitude": 59.3, "longitude": 18.0,
            "time_zone": "Europe/Stockholm", "starts_at": starts, "ends_at": starts + timedelta(hours=2),
            "department_code": codes[n % len(codes)], "answer_by": starts.date(), "capacity": 100, "created_at": now,
            "updated_at": now, "status": "planned",
        })  # fmt: skip
        answers += [
            {"event_id": n + 1, "person_id": (n * 61 + k) % people + 1, "answer": "yes", "guests": k % 2,
             "seat": "seated", "answered_at": now, "changed_at": now, "guests_came": 0,
             "checked_in_at": starts if starts < now and k % 4 else None}
            for k in range(60)
        ]  # fmt: skip
    for n in range(60):
        opened = now - timedelta(days=30 * n)
        surveys.append({
            "id": n + 1, "public_id": f"s{n}", "slug": f"career-{n}", "questionnaire": "career", "months_after": 15,
            "cohort_month": today, "cohort_until": today, "opened_at": opened, "cut_on": today,
            "closes_at": opened + timedelta(days=42), "department_code": None if n % 4 else codes[n % len(codes)],
        })  # fmt: skip
        answered = dice.random(1000) < 0.42
        members += [
            {"survey_id": n + 1, "person_id": (n * 1009 + k) % people + 1, "department_code": codes[k % len(codes)],
             "reached": True, "answered": bool(answered[k]), "excluded": ""}
            for k in range(1000)
        ]  # fmt: skip
    for table, rows in ((EventRow, events), (Rsvp, answers), (Survey, surveys), (SurveyMember, members)):
        _insert(table, rows)


def sessions(count: int, *, central: bool) -> list[str]:
    """Cookies of so many coordinators' sessions."""
    from sqlalchemy import insert, select

    from outreach import clock
    from outreach.database import session_scope
    from outreach.models import Coordinator, PortalSession
    from outreach.web.portal import door

    tokens = [door.new_secret() for _ in range(count)]
    with session_scope() as session:
        ids = list(session.scalars(select(Coordinator.id).where(Coordinator.central == central, Coordinator.active)))
        rows = [
            {"token_hash": door.fingerprint(token), "coordinator_id": ids[n % len(ids)], "via": "link", "browser": "",
             "created_at": clock.now(), "expires_at": clock.now() + timedelta(hours=12)}
            for n, token in enumerate(tokens)
        ]  # fmt: skip
        session.execute(insert(PortalSession), rows)
    return [f"{door.cookie_name()}={token}" for token in tokens]


class _NoDuties(http.server.BaseHTTPRequestHandler):
    """A Prefect with nothing in it."""

    def do_POST(self) -> None:
        data = json.dumps([]).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: Any) -> None:
        """Quiet."""


@contextmanager
def prefect() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _NoDuties)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """The application in a process of its own, as `outreach up` starts it. Its address."""
    import socket

    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", "--factory", "outreach.web.app:create_app", "--port", str(port)]
    with (folder / "web.log").open("wb") as log:
        process = subprocess.Popen([*command, "--log-level", "warning"], stdout=log, stderr=log)
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            try:
                httpx.get(f"{url}/health", trust_env=False, timeout=2)
                break
            except httpx.HTTPError:
                time.sleep(0.1)
        yield url
    finally:
        process.terminate()
        process.wait(20)


def measure(url: str, path: str, cookie: str, rounds: int) -> list[float]:
    """Milliseconds of each answer, the first few left out: whoever looks first fills the caches."""
    with httpx.Client(base_url=url, headers={"cookie": cookie}, trust_env=False, timeout=60) as client:
        taken = []
        for _ in range(rounds + 3):
            began = time.perf_counter()
            answer = client.get(path)
            taken.append(1000 * (time.perf_counter() - began))
            if answer.status_code != httpx.codes.OK:
                raise SystemExit(f"{path} answered {answer.status_code}")
    return taken[3:]


def p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


def told(name: str, times: list[float], aim: float) -> bool:
    slow = p95(times)
    print(
        f"  {name:34} p50 {statistics.median(times):7.1f} ms   p95 {slow:7.1f} ms   {slow / aim:5.2f} of the aim",
        flush=True,
    )
    return slow <= aim


def exists(url: str, path: str, cookie: str) -> bool:
    return httpx.get(url + path, headers={"cookie": cookie}, trust_env=False, timeout=60).status_code == httpx.codes.OK


def run(kind: str, people: int, campaigns: int, recipients: int, rounds: int, folder: Path) -> bool:
    with database_of(kind, folder) as address, prefect() as duties:
        os.environ.update(OUTREACH_DATA_DIR=str(folder), OUTREACH_DATABASE_URL=address, OUTREACH_PREFECT_URL=duties)
        from outreach import clock, database
        from outreach.database import session_scope
        from outreach.queries import goals, snapshots

        database.upgrade()
        began = time.perf_counter()
        with session_scope(reading=True) as session:
            laid = snapshots.kept(session, "benchmark")
        if laid is None:
            lay(people, campaigns, recipients)
            with session_scope() as session:
                snapshots.keep(session, "benchmark", {"": {}}, clock.now())
        with session_scope() as session:
            database.refresh_statistics(session, "people", "studies", "recipients", "batches", "campaigns", "messages")
        print(f"{kind}: {people:,} people, {campaigns:,} campaigns, {recipients:,} in the ledger "
              f"(laid in {time.perf_counter() - began:.0f} s); load {os.getloadavg()[0]:.1f}", flush=True)  # fmt: skip
        began = time.perf_counter()
        with session_scope(reading=True) as session:
            found = goals.count(session, clock.now())
        with session_scope() as session:
            goals.keep(session, found, clock.now())
        print(f"  figures counted in {time.perf_counter() - began:.1f} s", flush=True)
        central, local = sessions(1, central=True)[0], sessions(1, central=False)[0]
        fast = True
        with serving(folder) as url:
            for name, path in PAGES.items():
                if not exists(url, path, central):
                    continue
                for whose, cookie in (("central", central), ("department", local)):
                    fast &= told(f"{name}, {whose}", measure(url, path, cookie, rounds), AIM_MS[kind])
            print(f"  load {os.getloadavg()[0]:.1f}", flush=True)
            everybody = sessions(AT_ONCE // 5, central=True) + sessions(AT_ONCE - AT_ONCE // 5, central=False)
            began = time.perf_counter()
            with ThreadPoolExecutor(AT_ONCE) as pool:
                taken = list(pool.map(lambda cookie: measure(url, "/portal", cookie, EACH), everybody))
            seconds = time.perf_counter() - began
            times = [one for each in taken for one in each]
            print(f"  {AT_ONCE} at once: {AT_ONCE * (EACH + 3)} pages in {seconds:.1f} s, no error; "
                  f"p50 {statistics.median(times):.0f} ms, p95 {p95(times):.0f} ms", flush=True)  # fmt: skip
    return fast


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=500_000)
    parser.add_argument("--campaigns", type=int, default=2_000)
    parser.add_argument("--recipients", type=int, default=1_500_000)
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--database", choices=sorted(AIM_MS), default="sqlite")
    parser.add_argument("--keep", type=Path, help="a folder to lay it in, and find it in the next time")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = (given.keep or Path(name)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        fast = run(given.database, given.people, given.campaigns, given.recipients, given.rounds, folder)
    return 0 if fast else 1


if __name__ == "__main__":
    raise SystemExit(main())
