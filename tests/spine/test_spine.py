"""The promise: run it as often as you like; nobody twice, nobody missed, everyone accounted for."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from outreach import clock, links, signing
from outreach.database import session_scope
from outreach.departments import departments
from outreach.errors import PermanentFailure, TemporaryFailure
from outreach.models import Batch, Consent, Membership, Person, Recipient, Study
from outreach.outgoing import OutgoingBatch, Proof, Result
from outreach.queries import approvals, suppressions
from outreach.settings import settings
from tests.conftest import NOON
from tests.spine.conftest import Student, approve_all, mailed, mails, outcomes, run_duty

Enrol = Callable[..., dict[str, int]]


def addresses(*uids: str) -> list[str]:
    return sorted(f"{uid}@students.example.org" for uid in uids)


def test_students_near_the_end_are_written_to_once_however_often_it_runs(db: str, enrol: Enrol) -> None:
    enrol(Student("a"), Student("b", language="en"), Student("later", ends_in=61), Student("long-gone", ends_in=-31))
    for _ in range(3):
        run_duty()
    assert mailed() == addresses("a", "b")
    assert outcomes() == {"a": ("accepted", None), "b": ("accepted", None)}


def test_many_people_of_one_variant_go_out_in_batches_of_the_set_size(
    db: str, enrol: Enrol, set_environment: Callable[..., None]
) -> None:
    set_environment(batch_size=3)
    enrol(*(Student(f"s{number}") for number in range(8)))
    run_duty()
    assert mailed() == addresses(*(f"s{number}" for number in range(8)))
    with session_scope(reading=True) as session:
        sizes = session.execute(
            select(Batch.number, func.count(Recipient.id))
            .join(Recipient, Recipient.batch_id == Batch.id)
            .group_by(Batch.number)
        ).all()
    assert {tuple(row) for row in sizes} == {(1, 3), (2, 3), (3, 2)}


def test_two_runs_at_the_same_moment_write_to_each_person_once(
    db: str, enrol: Enrol, set_environment: Callable[..., None]
) -> None:
    set_environment(batch_size=5)
    names = [f"s{number}" for number in range(60)]
    enrol(*(Student(name) for name in names))
    failures: list[BaseException] = []

    def run(department: str | None) -> None:
        try:
            run_duty(department=department)
        except BaseException as error:  # noqa: BLE001 - shown by the assertion below
            failures.append(error)

    # Twice centrally and twice as the department, which plan the same people in different campaigns.
    both = (None, None, next(iter(departments())), next(iter(departments())))
    threads = [threading.Thread(target=run, args=(department,)) for department in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    run_duty()
    run_duty(department=next(iter(departments())))
    assert failures == []
    assert mailed() == addresses(*names)


def test_central_does_not_ask_whom_a_department_has_asked(db: str, enrol: Enrol) -> None:
    own, other = list(departments())[:2]
    enrol(Student("own", department=own), Student("other", department=other))
    run_duty(department=own)
    assert mailed() == addresses("own")
    run_duty()
    assert mailed() == addresses("other", "own")


def test_everyone_considered_stands_in_the_ledger_once_with_what_happened(db: str, enrol: Enrol) -> None:
    enrol(
        Student("fine"),
        Student("applied", ends_in=None, applied=True),
        Student("no-end", ends_in=None),
        Student("no-address", email=None),
        Student("member", fields={"membership": Membership.MEMBER}),
        Student("left", fields={"membership": Membership.LEFT}),
        Student("twin-1", email="family@example.org"),
        Student("twin-2", email="family@example.org"),
        Student("gone"),
        Student("objected"),
        Student("blocked"),
        Student("not-yet", ends_in=200),
    )
    with session_scope() as session:
        session.execute(update(Study).where(Study.person_id == id_of("gone")).values(missing_since=clock.now()))
        suppressions.lay(session, hash_of("blocked"), suppressions.EVERYTHING, "bounced", clock.now())
        say_no(session, "objected")
    run_duty()
    assert outcomes() == {
        "fine": ("accepted", None),
        "applied": ("accepted", None),
        "no-address": ("excluded", "no_address"),
        "member": ("excluded", "member"),
        "left": ("excluded", "left"),
        "twin-1": ("accepted", None),
        "twin-2": ("excluded", "shared_address"),
        "gone": ("excluded", "not_in_register"),
        "objected": ("excluded", "said_no"),
        "blocked": ("excluded", "suppressed"),
    }
    assert mailed() == sorted([*addresses("fine", "applied"), "family@example.org"])


def test_who_falls_out_between_selection_and_claim_gets_nothing_and_stands_with_the_reason(
    db: str, enrol: Enrol
) -> None:
    enrol(Student("stays"), Student("unsubscribes"), Student("joins"), Student("bounces"), Student("address-goes"))
    run_duty(approve=False)
    assert {status for status, _ in outcomes().values()} == {"planned"}
    with session_scope() as session:
        say_no(session, "unsubscribes")
        session.execute(update(Person).where(Person.student_uid == "joins").values(membership=Membership.MEMBER))
        session.execute(update(Person).where(Person.student_uid == "address-goes").values(email=None))
        suppressions.lay(session, hash_of("bounces"), suppressions.EVERYTHING, "bounced", clock.now())
    run_duty()
    assert outcomes() == {
        "stays": ("accepted", None),
        "unsubscribes": ("excluded", "said_no"),
        "joins": ("excluded", "member"),
        "bounces": ("excluded", "suppressed"),
        "address-goes": ("excluded", "no_address"),
    }
    assert mailed() == addresses("stays")


def test_who_falls_out_after_the_batches_were_made_gets_nothing_either(
    db: str, enrol: Enrol, set_environment: Callable[..., None]
) -> None:
    """The check in the claim itself: while one is being sent to, the other says no."""
    set_environment(batch_size=1)
    enrol(Student("one"), Student("other"))
    transport = EverybodyElseSaysNo(["one", "other"])
    run_duty(transport=transport)
    (written_to,) = transport.sent
    (silent,) = {"one", "other"} - {written_to}
    assert outcomes() == {written_to: ("accepted", None), silent: ("excluded", "said_no")}


class EverybodyElseSaysNo:
    """A transport during whose first post all others unsubscribe."""

    name = "outbox"

    def __init__(self, uids: list[str]) -> None:
        self.uids = uids
        self.sent: list[str] = []

    def send(self, batch: OutgoingBatch) -> Result:
        self.sent += [one.address.partition("@")[0] for one in batch.addressees]
        with session_scope() as session:
            for uid in set(self.uids) - set(self.sent):
                say_no(session, uid)
        return Result(Proof.ACCEPTED)


def test_who_was_excluded_for_a_reason_that_is_gone_is_written_to(db: str, enrol: Enrol) -> None:
    enrol(Student("late-address", email=None))
    run_duty()
    assert outcomes() == {"late-address": ("excluded", "no_address")}
    with session_scope() as session:
        session.execute(update(Person).values(email="now@example.org", address_hash="a" * 64))
    run_duty()
    assert outcomes() == {"late-address": ("accepted", None)}
    assert mailed() == ["now@example.org"]


def test_the_audience_equals_a_recount_of_the_register_in_plain_python(db: str, enrol: Enrol) -> None:
    """Considered = everyone whose study ends within the window or who has applied, counted without SQL."""
    ends = [None, -60, -31, -30, -1, 0, 1, 59, 60, 61, 400]
    students = [
        Student(f"s{number}{'-applied' if applied else ''}", ends_in=end, applied=applied)
        for number, end in enumerate(ends)
        for applied in (False, True)
    ]
    enrol(*students)
    run_duty()
    considered = {
        one.uid
        for one in students
        if (one.ends_in is not None and -30 <= one.ends_in <= 60)
        or (one.applied and (one.ends_in is None or one.ends_in >= -30))
    }
    assert set(outcomes()) == considered
    assert mailed() == addresses(*considered)


def test_someone_at_two_departments_is_asked_once_by_the_one_that_ends_first(db: str, enrol: Enrol) -> None:
    first, second = list(departments())[:2]
    ids = enrol(Student("both", ends_in=50, department=first))
    with session_scope() as session:
        session.add(
            Study(
                person_id=ids["both"], department_code=second, programme_code="OTHER", degree_applied=False,
                expected_end=clock.today() + timedelta(days=20), programme_sv="Annat", programme_en="Other",
            )
        )  # fmt: skip
    run_duty()
    assert mailed() == addresses("both")
    assert departments()[second].name_sv in mails()[0].get_body(("plain",)).get_content()  # type: ignore[union-attr]


def test_nothing_is_sent_before_a_signature_and_any_change_of_text_voids_it(
    db: str, enrol: Enrol, own_templates: Callable[[str, str], None]
) -> None:
    enrol(Student("first"))
    run_duty(approve=False)
    assert mailed() == []
    approve_all()
    run_duty(approve=False)
    assert mailed() == addresses("first")

    enrol(Student("second"))
    run_duty(approve=False)
    assert mailed() == addresses("first", "second")  # approved once per text: a longer audience needs no new signature

    own_templates("graduation-invitation.sv.md", "Hälsningar från oss på alumnkontoret.")
    enrol(Student("third"))
    run_duty(approve=False)
    assert mailed() == addresses("first", "second")
    approve_all()
    run_duty(approve=False)
    assert mailed() == addresses("first", "second", "third")


def test_a_code_that_no_longer_stands_signs_nothing(
    db: str, enrol: Enrol, own_templates: Callable[[str, str], None]
) -> None:
    enrol(Student("a"))
    run_duty(approve=False)
    with session_scope(reading=True) as session:
        seen = approvals.code_of(session, *approvals.waiting(session)[0])
    own_templates("graduation-invitation.en.md", "One more line.")
    run_duty(approve=False)
    with pytest.raises(PermanentFailure, match="Nothing waits"):
        signing.decide(seen, settings().coordinators[0].email, approved=True, comment="", via="cli")
    run_duty(approve=False)
    assert mailed() == []


def test_a_text_that_was_sent_back_is_not_sent(db: str, enrol: Enrol) -> None:
    enrol(Student("a"))
    run_duty(approve=False)
    with session_scope(reading=True) as session:
        code = approvals.code_of(session, *approvals.waiting(session)[0])
    signing.decide(code, settings().coordinators[0].email, approved=False, comment="Vänta", via="cli")
    run_duty(approve=False)
    assert mailed() == []


def test_a_department_coordinator_cannot_sign_for_the_whole_university(db: str, enrol: Enrol) -> None:
    enrol(Student("a"))
    run_duty(approve=False)
    with session_scope(reading=True) as session:
        code = approvals.code_of(session, *approvals.waiting(session)[0])
    local = next(row.coordinator_email for row in departments().values() if row.coordinator_email)
    with pytest.raises(PermanentFailure, match="You may not decide"):
        signing.decide(code, local, approved=True, comment="", via="cli")


def id_of(uid: str) -> object:
    return select(Person.id).where(Person.student_uid == uid).scalar_subquery()


def hash_of(uid: str) -> str:
    return links.address_hash(f"{uid}@students.example.org")


def say_no(session: Session, uid: str) -> None:
    session.execute(
        insert(Consent).values(
            person_id=id_of(uid), purpose="invitation", given=False, legal_basis="public_interest",
            source="test", wording="", at=NOON,
        )
    )  # fmt: skip


def test_batches_that_still_wait_with_an_old_text_are_made_anew_with_the_signed_one(
    db: str, enrol: Enrol, own_templates: Callable[[str, str], None]
) -> None:
    enrol(Student("a"))
    with pytest.raises(TemporaryFailure):
        run_duty(transport=NobodyThere())  # the batch is planned with the first text and comes back
    own_templates("graduation-invitation.sv.md", "Den nya raden.")
    run_duty()
    (mail,) = mails()
    body = mail.get_body(("plain",))
    assert body is not None
    assert "Den nya raden." in body.get_content()


class NobodyThere:
    name = "outbox"

    def send(self, batch: OutgoingBatch) -> Result:
        return Result(Proof.NOT_SENT, sentence="Nobody answers.")


def test_who_vanished_from_the_register_before_graduating_is_not_reminded(sqlite_db: str, enrol: Enrol) -> None:
    enrol(Student("gone", ends_in=40), Student("stays", ends_in=40))
    run_duty()
    with session_scope() as session:
        session.execute(update(Study).where(Study.person_id == id_of("gone")).values(missing_since=clock.now()))
    with clock.frozen(NOON + timedelta(days=13)):
        run_duty()
    assert outcomes(2) == {
        "gone": ("excluded", "not_in_register"),
        "stays": ("accepted", None),
    }
