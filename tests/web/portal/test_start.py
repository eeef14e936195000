"""Starting a duty in the portal: previewed first, for one's own people alone, each run asked for once."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from outreach import clock
from outreach.database import session_scope
from outreach.departments import choice_of
from outreach.models import Audit, Campaign, DutyRun, Person, PreviewRow, Recipient, RecipientStatus
from outreach.queries import previews
from tests.spine.conftest import Student, enrol
from tests.web.portal.conftest import ANNA, HENRIK, TOVE, Visitor
from tests.web.portal.prefect_stand_in import PrefectStandIn, prefect

__all__ = ["enrol", "prefect"]

Visit = Callable[[str], Visitor]
FORM = "/portal/start/graduation-invitation"
OWN = choice_of("arkeologi")
pytestmark = pytest.mark.usefixtures("sqlite_db")


def runs() -> list[DutyRun]:
    with session_scope(reading=True) as session:
        return list(session.scalars(select(DutyRun).order_by(DutyRun.id)))


def key_in(page: str) -> str:
    found = re.search(r'name="key" value="([^"]+)"', page)
    assert found
    return found[1]


def filled_in(visitor: Visitor, path: str = FORM, **fields: Any) -> Any:
    """Open the form, fill it in and send it."""
    key = key_in(visitor.get(path).text)
    return visitor.send_form(path, key=key, **{f"p.{name}": value for name, value in fields.items()})


def previewed(visitor: Visitor, prefect: PrefectStandIn, path: str = FORM, **fields: Any) -> str:
    """A preview that is done; its page."""
    answer = filled_in(visitor, path, **fields)
    assert answer.status_code == 303, answer.text
    prefect.previews(str(runs()[-1].flow_run_id))
    return str(answer.headers["location"])


def test_a_department_is_offered_what_the_office_allows_it_and_the_office_everything_else(
    visitor: Visit, prefect: PrefectStandIn
) -> None:
    def offered(email: str) -> set[str]:
        return set(re.findall(r'/portal/start/([a-z-]+)"', visitor(email).get("/portal/start").text))

    theirs = {"graduation-invitation", "quarterly-newsletter", "event-invitation", "career-survey", "linkedin-export"}
    assert offered(TOVE) == theirs
    never = {"approve-campaign", "resend-unknown", "campaign-status"}
    assert offered(ANNA) == set(prefect.deployments) - never


@pytest.mark.parametrize("duty", ["housekeeping", "import-register", "approve-campaign", "event-notices", "no-such"])
def test_what_is_not_theirs_to_start_is_not_found(visitor: Visit, prefect: PrefectStandIn, duty: str) -> None:
    tove = visitor(TOVE)
    assert tove.get(f"/portal/start/{duty}").status_code == 404
    assert tove.send_form(f"/portal/start/{duty}", key="k").status_code == 404
    assert prefect.runs == {}


@pytest.mark.parametrize("duty", ["approve-campaign", "resend-unknown", "campaign-status"])
def test_what_is_decided_about_one_mailing_is_offered_to_nobody(
    visitor: Visit, prefect: PrefectStandIn, duty: str
) -> None:
    assert visitor(ANNA).get(f"/portal/start/{duty}").status_code == 404


@pytest.mark.parametrize("department", ["", "fysikum", choice_of, "Hela universitetet / The whole university"])
def test_whatever_the_form_says_a_department_starts_for_its_own(
    visitor: Visit, prefect: PrefectStandIn, department: Any
) -> None:
    sent = department("fysikum") if callable(department) else department
    assert filled_in(visitor(TOVE), department=sent).status_code == 303
    (asked,) = prefect.runs.values()
    assert asked["parameters"]["params"] == {"department": OWN, "within_days": 60, "preview": True}
    assert [run.department_code for run in runs()] == ["arkeologi"]


def test_the_office_chooses_among_all_departments_or_the_whole_university(
    visitor: Visit, prefect: PrefectStandIn
) -> None:
    assert filled_in(visitor(ANNA), department=choice_of("fysikum")).status_code == 303
    assert filled_in(visitor(ANNA), department=choice_of(None)).status_code == 303
    assert [run.department_code for run in runs()] == ["fysikum", None]


def test_what_does_not_fit_is_said_at_its_field_and_nothing_starts(visitor: Visit, prefect: PrefectStandIn) -> None:
    tove = visitor(TOVE)
    for typed, sentence in (("0", "minst 1"), ("366", "högst 365"), ("many", "heltal")):
        answer = filled_in(tove, within_days=typed)
        assert answer.status_code == 422
        assert sentence in answer.text
        assert f'value="{typed}"' in answer.text
    assert prefect.runs == {}


def test_what_everybody_would_be_reached_by_is_not_asked_of_departments(
    visitor: Visit, prefect: PrefectStandIn
) -> None:
    tove, anna = visitor(TOVE), visitor(ANNA)
    assert "p.early" not in tove.get("/portal/start/quarterly-newsletter").text
    assert "p.early" in anna.get("/portal/start/quarterly-newsletter").text
    for one in (tove, anna):
        assert "p.preview_city" not in one.get("/portal/start/event-invitation").text
    for path in ("quarterly-newsletter", "career-survey"):
        answer = filled_in(tove, f"/portal/start/{path}", early="1", preview_city="Lund")
        assert answer.status_code == 422  # without an edition or a survey of their own it would be everybody's
    assert prefect.runs == {}


def test_a_preview_shows_who_why_not_what_and_how_much_they_have_had(
    visitor: Visit, prefect: PrefectStandIn, enrol: Callable[..., Any]
) -> None:
    enrol(
        Student("a", department="arkeologi"),
        Student("b", department="arkeologi", language="en"),
        Student("mailless", department="arkeologi", email=None),
        Student("elsewhere", department="fysikum"),
    )
    tove = visitor(TOVE)
    path = previewed(tove, prefect)
    page = tove.get(path).text
    assert "2 personer skulle få brev." in page
    assert "Saknar e-postadress" in page
    assert "Hur mycket de har fått på sistone" in page
    assert page.count("<iframe") == 2
    assert "data-live" not in page
    frame = tove.get(f"{path}/letters/0")
    assert frame.status_code == 200
    assert "Hej Kim" in frame.text
    assert "sandbox" in frame.headers["content-security-policy"]
    assert tove.get(f"{path}/letters/9").status_code == 404


def test_a_preview_counts_what_its_people_have_had_lately(
    visitor: Visit, prefect: PrefectStandIn, enrol: Callable[..., Any]
) -> None:
    enrol(Student("a", department="arkeologi"), Student("b", department="arkeologi"))
    with session_scope() as session:
        someone = session.scalars(select(Person.id).order_by(Person.id)).first()
        letter = Campaign(key="k", duty="quarterly-newsletter", period="p", parameters={}, opened_at=clock.now())
        session.add(letter)
        session.flush()
        had = {"status": RecipientStatus.DELIVERED, "selected_at": clock.now(), "accepted_at": clock.now()}
        session.add(Recipient(token="t", campaign_id=letter.id, wave=1, person_id=someone, language="sv", **had))
    previewed(visitor(TOVE), prefect)
    with session_scope(reading=True) as session:
        found = session.scalars(select(PreviewRow)).one().content
    assert found["waves"][0]["had_lately"] == {"1": 1}
    assert found["limit"] == {"messages": 2, "days": 14}


def test_a_preview_keeps_counts_and_nobodys_name(
    visitor: Visit, prefect: PrefectStandIn, enrol: Callable[..., Any]
) -> None:
    enrol(Student("a", department="arkeologi", first_name="Gunvor"))
    previewed(visitor(TOVE), prefect)
    with session_scope(reading=True) as session:
        content = str(session.scalars(select(PreviewRow)).one().content)
    assert "Gunvor" not in content
    assert "students.example.org" not in content


def test_the_same_form_sent_twice_is_one_run_and_a_changed_one_another(visitor: Visit, prefect: PrefectStandIn) -> None:
    tove = visitor(TOVE)
    key = key_in(tove.get(FORM).text)
    pages = {tove.send_form(FORM, key=key, **{"p.within_days": days}).headers["location"] for days in (30, 30, 31)}
    assert len(pages) == len(prefect.runs) == 2


def test_a_run_is_real_only_from_a_preview_and_exactly_as_previewed_once(
    visitor: Visit, prefect: PrefectStandIn, enrol: Callable[..., Any]
) -> None:
    enrol(Student("a", department="arkeologi"))
    tove = visitor(TOVE)
    answer = filled_in(tove, within_days=45)
    path = answer.headers["location"]
    assert tove.send_form(f"{path}/start").status_code == 409  # it has found nothing yet
    prefect.previews(str(runs()[0].flow_run_id))
    pages = {tove.send_form(f"{path}/start").headers["location"] for _ in range(2)}
    assert pages == {visitor(ANNA).send_form(f"{path}/start").headers["location"]}
    real = [run for run in prefect.runs.values() if not run["parameters"]["params"]["preview"]]
    assert [run["parameters"]["params"] for run in real] == [{"department": OWN, "within_days": 45, "preview": False}]
    with session_scope(reading=True) as session:
        lines = session.execute(select(Audit.action, Audit.actor).where(Audit.subject.like("run:%"))).all()
    tove_is = f"coordinator:{runs()[0].coordinator_id}"
    assert [tuple(line) for line in lines] == [("preview_started", tove_is), ("run_started", tove_is)]


def test_an_old_preview_and_one_of_another_day_start_nothing(
    visitor: Visit, prefect: PrefectStandIn, enrol: Callable[..., Any]
) -> None:
    enrol(Student("a", department="arkeologi"))
    tove = visitor(TOVE)
    other_day = previewed(tove, prefect, preview_day="2026-12-24")
    assert "visar en annan dag" in tove.get(other_day).text
    assert tove.send_form(f"{other_day}/start").status_code == 409
    old = previewed(tove, prefect)
    with session_scope() as session:
        session.execute(update(PreviewRow).values(made_at=clock.now() - timedelta(days=1, seconds=1)))
    assert "mer än ett dygn gammal" in tove.get(old).text
    assert tove.send_form(f"{old}/start").status_code == 409
    assert all(run["parameters"]["params"]["preview"] for run in prefect.runs.values())


def test_another_departments_run_is_not_there(
    visitor: Visit, prefect: PrefectStandIn, enrol: Callable[..., Any]
) -> None:
    enrol(Student("a", department="arkeologi"))
    path = previewed(visitor(TOVE), prefect)
    henrik = visitor(HENRIK)
    for answer in (
        henrik.get(path),
        henrik.get(f"{path}/letters/0"),
        henrik.send_form(f"{path}/start"),
        henrik.send_form(f"{path}/again"),
        henrik.get("/portal/runs/" + "0" * 24),
    ):
        assert answer.status_code == 404
    assert path not in henrik.get("/portal/start").text
    assert f'value="{OWN}"' not in henrik.get(f"{FORM}?like={path.rpartition('/')[2]}").text


def test_the_offices_own_run_is_not_a_departments_to_see(visitor: Visit, prefect: PrefectStandIn) -> None:
    path = filled_in(visitor(ANNA), department=choice_of(None)).headers["location"]
    assert visitor(TOVE).get(path).status_code == 404


def test_while_prefect_is_away_the_page_says_so_and_keeps_what_was_typed(
    visitor: Visit, prefect: PrefectStandIn
) -> None:
    tove = visitor(TOVE)
    key = key_in(tove.get(FORM).text)
    prefect.down = True
    assert "svarar inte" in tove.get("/portal/start").text
    assert tove.get(FORM).status_code == 503
    answer = tove.send_form(FORM, key=key, **{"p.within_days": "45"})
    assert answer.status_code == 503
    assert 'name="p.within_days" value="45"' in answer.text
    assert runs() == []


def test_a_run_that_prefect_took_without_saying_so_is_asked_for_again_and_is_one(
    visitor: Visit, prefect: PrefectStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("outreach.prefect_api.ATTEMPTS", 1)
    tove = visitor(TOVE)
    prefect.loses = True
    path = filled_in(tove).headers["location"]
    assert [run.flow_run_id for run in runs()] == [None]
    assert "Inte startad än" in tove.get(path).text
    prefect.loses = False
    assert tove.send_form(f"{path}/again").status_code == 303
    assert [run.flow_run_id for run in runs()] == list(prefect.runs)


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (("PENDING", "Pending", ""), "Väntar på sin tur"),
        (("RUNNING", "Running", ""), "Pågår"),
        (("CRASHED", "Crashed", ""), "Avbröts"),
        (("COMPLETED", "Awaiting approval", "1 people wait."), "Väntar på godkännande"),
        (("FAILED", "Failed", "Flow run encountered an exception: PermanentFailure: No such event."), "No such event."),
    ],
)
def test_a_run_is_told_in_plain_words(
    visitor: Visit, prefect: PrefectStandIn, state: tuple[str, str, str], words: str
) -> None:
    tove = visitor(TOVE)
    path = filled_in(tove).headers["location"]
    prefect.goes(str(runs()[0].flow_run_id), *state)
    page = tove.get(path).text
    assert words in page
    assert "encountered an exception" not in page
    assert ("data-live" in page) == (state[0] in ("PENDING", "RUNNING", "CRASHED"))


def test_what_writes_to_nobody_starts_at_once(visitor: Visit, prefect: PrefectStandIn) -> None:
    answer = filled_in(visitor(TOVE), "/portal/start/linkedin-export", week="2026-W48")
    assert answer.status_code == 303
    (asked,) = prefect.runs.values()
    assert asked["parameters"]["params"] == {"department": OWN, "week": "2026-W48", "again": False}
    assert [run.preview for run in runs()] == [False]


def test_every_page_speaks_both_languages(visitor: Visit, prefect: PrefectStandIn, enrol: Callable[..., Any]) -> None:
    enrol(Student("a", department="arkeologi"))
    tove = visitor(TOVE)
    path = previewed(tove, prefect)
    assert "Days before the end" in tove.get(f"{FORM}?lang=en").text
    assert "1 person would be written to." in tove.get(f"{path}?lang=en").text
    assert "Start a campaign" in tove.get("/portal/start?lang=en").text


def test_previews_are_forgotten_after_a_month(db: str) -> None:
    for id_, age in (("old", 31), ("young", 29)):
        with session_scope() as session:
            previews.keep(
                session, id_, duty="d", department_code=None, day=clock.today(), content={},
                now=clock.now() - timedelta(days=age),
            )  # fmt: skip
    with session_scope() as session:
        assert previews.forget_old(session, clock.now()) == 1
    with session_scope(reading=True) as session:
        assert list(session.scalars(select(PreviewRow.flow_run_id))) == ["young"]
