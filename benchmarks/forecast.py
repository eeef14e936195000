"""How long the coming quarter takes to work out, and how much memory, with very many people.

    python -m benchmarks.forecast [--people 500000] [--database sqlite|postgresql]

Three of ten are students who near their end over two years, the others alumni with degrees of ten years; four of ten
are members who read the newsletter. Twelve events are planned where most of them live, and a third of the members have
had a letter in the last days. The database is one of its own.

Prints seconds and memory, and fails when an aim is missed.
"""

import argparse
import os
import resource
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

from benchmarks.delivery import database_of

AIM_SECONDS, AIM_MB = 600.0, 2_000
AT_ONCE = 20_000
EVENTS = 12


def lay(people: int) -> None:
    """People, studies, consents, events and what was sent lately."""
    from sqlalchemy import insert

    from outreach import clock, database, departments
    from outreach.database import session_scope
    from outreach.models import Campaign, Consent, Person, Recipient, Study
    from outreach.queries import office

    database.upgrade()
    now, today, codes = clock.now(), clock.today(), list(departments.departments())
    with session_scope() as session:
        office.lay(session)
        campaign = Campaign(
            key="event-invitation/before/central", duty="event-invitation", period="before", parameters={},
            status="cancelled", opened_at=now - timedelta(days=9), closed_at=now - timedelta(days=2),
        )  # fmt: skip
        session.add(campaign)
        session.flush()
        for first in range(1, people + 1, AT_ONCE):
            ids = range(first, min(first + AT_ONCE, people + 1))
            session.execute(insert(Person), [_person(n, now) for n in ids])
            session.execute(insert(Study), [_study(n, today, codes[n % len(codes)]) for n in ids])
            answered = [(n, purpose) for n in ids if n % 10 > 5 for purpose in ("newsletter", "events")]
            row = {"given": True, "legal_basis": "consent", "source": "test", "wording": "", "at": now}
            session.execute(insert(Consent), [{"person_id": n, "purpose": purpose, **row} for n, purpose in answered])
            sent = {"campaign_id": campaign.id, "wave": 1, "language": "sv", "status": "delivered", "selected_at": now}
            lately = {"planned_at": now, "accepted_at": now - timedelta(days=5)}
            had = [{"person_id": n, "token": f"t{n}", **sent, **lately} for n in ids if n % 10 > 5 and n % 3 == 0]
            session.execute(insert(Recipient), had)
    _plan_events(today)


def _person(n: int, now: object) -> dict[str, object]:
    member, abroad = n % 10 > 5, n % 7 == 0
    return {
        "id": n, "public_id": f"p{n}", "email": f"p{n}@example.org", "address_hash": f"h{n}",
        "membership": "member" if member else "none", "language": "sv" if n % 3 else "en",
        "latitude": 52.52 if abroad else 59.33, "longitude": 13.41 if abroad else 18.06,
        "country": "DE" if abroad else "SE", "created_at": now, "updated_at": now,
    }  # fmt: skip


def _study(n: int, today: date, department: str) -> dict[str, object]:
    row: dict[str, object] = {
        "person_id": n,
        "programme_code": "P",
        "department_code": department,
        "credits_done": 90.0,
    }
    if n % 10 < 3:
        return {**row, "expected_end": today + timedelta(days=n * 37 % 730), "completed_on": None}
    return {**row, "expected_end": None, "completed_on": today - timedelta(days=n * 37 % 3650)}


def _plan_events(today: date) -> None:
    from outreach import clock
    from outreach.database import session_scope
    from outreach.event import Place
    from outreach.queries import visits
    from outreach.visits.drafts import EventDraft

    places = (
        Place("Stockholm", "SE", 59.33, 18.06, "Europe/Stockholm"),
        Place("Berlin", "DE", 52.52, 13.41, "Europe/Berlin"),
    )
    with session_scope() as session:
        for number in range(EVENTS):
            starts = clock.start_of(today + timedelta(weeks=2 + number)) + timedelta(hours=17)
            draft = EventDraft(
                title_sv=f"Kväll {number}", title_en=f"Evening {number}", venue="Aula", place=places[number % 2],
                starts_at=starts, ends_at=starts + timedelta(hours=2), capacity=100, radius_km=100.0,
                answer_by=(starts - timedelta(days=6)).date(),
            )  # fmt: skip
            visits.add_event(session, draft, clock.now())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=500_000)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, database_of(asked.database, Path(folder)) as url:
        os.environ.update(OUTREACH_DATABASE_URL=url, OUTREACH_DATA_DIR=folder)
        os.environ.setdefault("OUTREACH_SECRET_KEY", "a-secret-for-benchmarks-only")
        from outreach import database
        from outreach.forecasting import making

        lay(asked.people)
        before = _megabytes()
        began = time.perf_counter()
        forecast, register = making.work_out()
        worked_out = time.perf_counter() - began
        making.make()
        seconds, most = time.perf_counter() - began - worked_out, _megabytes()
        messages = len(forecast.walked.messages)
        print(f"{asked.people:,} people on {database.engine().dialect.name}: {len(forecast.comings)} campaigns")
        print(f"{messages:,} messages walked through, {len(register.recent):,} sent lately")
        print(f"worked out in {worked_out:.1f} s; once more, and kept, in {seconds:.1f} s: {seconds / AIM_SECONDS:.0%}")
        print(f"memory: {most} MB at most, {before} MB of them before it began; {most / AIM_MB:.0%} of the aim")
        database.engine().dispose()
    return 0 if seconds < AIM_SECONDS and most < AIM_MB else 1


def _megabytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    sys.exit(main())
