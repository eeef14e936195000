"""People answering a survey on the web, through one web process as `outreach up` serves it: page saves a second, whole
surveys a second, and afterwards whether every answer that was sent is stored.

    python benchmarks/answering.py [--people 1000] [--browsers 32] [--posts-only]

Each person opens the survey, reads every page and sends it, over HTTP on loopback; `--posts-only` reads none. The
browsers are processes of their own on the same cores. A database of its own in a temporary folder;
`OUTREACH_DATABASE_URL` chooses another, empty one.
"""

import argparse
import http.client
import os
import random
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import date, timedelta
from multiprocessing import get_context
from urllib.parse import urlencode, urlsplit

from webhook import serving

AIM = 200  # people a second whose page is saved
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
COMPLETED = date(2025, 8, 20)
Fields = dict[str, str]


def lay(people: int) -> list[str]:
    """A cohort that is asked. The paths of their links."""
    from sqlalchemy import insert

    from outreach import clock, database, links
    from outreach.departments import departments
    from outreach.models import Person, Study
    from outreach.queries import office, surveys
    from outreach.queries.surveys import Plan
    from outreach.surveys import opening

    now = clock.now()
    database.upgrade()
    with database.session_scope() as session:
        office.lay(session)
        department = next(iter(departments()))
        numbers = range(1, people + 1)
        person = {"first_name": "Åsa", "last_name": "Öberg", "created_at": now, "updated_at": now}
        session.execute(
            insert(Person),
            [{**person, "id": n, "public_id": f"p{n}", "email": f"p{n}@student.example.org"} for n in numbers],
        )
        study = {"department_code": department, "programme_code": "SMASK", "programme_sv": "M", "programme_en": "M"}
        study |= {"level": "second", "completed_on": COMPLETED}
        session.execute(insert(Study), [{**study, "person_id": n} for n in numbers])
        plan = Plan(
            "career", "career", COMPLETED.replace(day=1), COMPLETED.replace(day=31), 15, None, None,
            now + timedelta(days=42), (now + timedelta(days=90)).date(),
        )  # fmt: skip
        survey = surveys.open_survey(session, plan, now)
        opening.keep_text(session, survey)
        signer = links.Signer("survey", survey.public_id)
    return [f"/survey/{signer.token(f'p{n}')}" for n in numbers]


def said(number: int) -> list[tuple[str, Fields]]:
    """Page -> what somebody answers there: a different text each, so that whose it is can be told."""
    dice = random.Random(number)
    scale = {code: str(dice.randint(1, 5)) for code in ("meaningful", "fits_plans", "uses_learning")}
    return [
        ("now", {"activity": "full_time"}),
        ("work", {"employer": f"Arbetsgivare {number}", "sector": "region", "work_country": "SE", "level_match": "same",
                  "relevance": str(dice.randint(1, 5))}),
        ("first_job", {"first_job": "after"}),
        ("first_month", {"first_job_month": "2025-10", "further_study": "none"}),
        ("reflections", scale),
        ("looking_back", {"again": "yes", "missing": f"Mer praktik. {number}" + " ord" * 40, "quote_ok": "yes"}),
        ("contact", {}),
    ]  # fmt: skip


def answer_all(netloc: str, everyone: list[tuple[int, str]], read: bool) -> list[float]:
    """One browser: these people after one another over one connection. Seconds each request took."""
    connection, took = http.client.HTTPConnection(netloc, timeout=120), []

    def ask(method: str, path: str, body: str | None, expected: int) -> None:
        began = time.perf_counter()
        connection.request(method, path, body, FORM if body is not None else {})
        response = connection.getresponse()
        response.read()
        took.append(time.perf_counter() - began)
        assert response.status == expected, (method, path, response.status)

    for number, path in everyone:
        if read:
            ask("GET", path, None, 200)
        for code, fields in said(number):
            if read:
                ask("GET", f"{path}/{code}", None, 200)
            step = "send" if code == "contact" else "next"
            ask("POST", f"{path}/{code}", urlencode({"step": step, **fields}), 303)
        if read:
            ask("GET", path, None, 200)
    return took


def check(people: int) -> None:
    """Every answer that was sent is stored, of everyone, and nothing besides."""
    from sqlalchemy import select

    from outreach.database import session_scope
    from outreach.models import SurveyAnswer, SurveyMember, SurveyResponse

    expected = {(n, code, text) for n in range(1, people + 1) for _, fields in said(n) for code, text in fields.items()}
    with session_scope(reading=True) as session:
        found = select(SurveyMember.person_id, SurveyAnswer.code, SurveyAnswer.value).join(
            SurveyMember, SurveyMember.response_id == SurveyAnswer.response_id
        )
        stored = {tuple(row) for row in session.execute(found)}
        assert stored == expected, f"{len(expected - stored)} answers lost, {len(stored - expected)} too many"
        complete = session.scalars(select(SurveyResponse.complete)).all()
        assert complete == [True] * people, f"{complete.count(True)} of {people} sent in"
        assert all(session.scalars(select(SurveyMember.answered)))
    print(f"Stored: {len(stored):,} answers of {people:,} people, all that was sent.")


def answering(url: str, paths: list[str], browsers: int, read: bool) -> None:
    everyone = list(enumerate(paths, 1))
    shares = [everyone[start::browsers] for start in range(browsers)]
    netloc = urlsplit(url).netloc
    with ProcessPoolExecutor(browsers, mp_context=get_context("fork")) as pool:
        began = time.perf_counter()
        took = sorted(
            one for each in pool.map(answer_all, [netloc] * browsers, shares, [read] * browsers) for one in each
        )
        seconds = time.perf_counter() - began
    saves = len(paths) * len(said(1))
    print(
        f"{saves / seconds:,.0f} page saves a second (aim {AIM}), {len(took) / seconds:,.0f} requests, "
        f"{len(paths) / seconds:,.1f} whole surveys; half answered within {took[len(took) // 2] * 1000:,.0f} ms, "
        f"99 of 100 within {took[len(took) * 99 // 100] * 1000:,.0f} ms. Load {os.getloadavg()[0]:.1f}."
    )


@contextmanager
def somewhere() -> Iterator[None]:
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("OUTREACH_DATABASE_URL", f"sqlite:///{folder}/outreach.db")
        os.environ |= {"OUTREACH_DATA_DIR": folder, "OUTREACH_SECRET_KEY": "only-to-measure-with"}
        yield


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=1_000)
    parser.add_argument("--browsers", type=int, default=32)
    parser.add_argument("--posts-only", action="store_true")
    chosen = parser.parse_args()
    with somewhere():
        paths = lay(chosen.people)
        with serving() as (url, _process):
            answering(url, paths, chosen.browsers, not chosen.posts_only)
        check(chosen.people)


if __name__ == "__main__":
    main()
