"""Reports of faults: the central office reads and handles them, nobody else."""

from collections.abc import Callable

from sqlalchemy import select

from outreach.database import session_scope
from outreach.models import Audit, FaultReport
from outreach.queries import faults
from tests.conftest import NOON
from tests.web.portal.conftest import ANNA, TOVE, Visitor

Make = Callable[[str], Visitor]


def lay(story: str = "Knappen <b>gick</b> inte att nå.", email: str | None = "kim@example.org") -> int:
    with session_scope() as session:
        return faults.add(session, page="/join/…", description=story, email=email, language="en", now=NOON)


def handled_by(fault_id: int) -> int | None:
    with session_scope(reading=True) as session:
        return session.scalar(select(FaultReport.handled_by_id).where(FaultReport.id == fault_id))


def test_central_reads_what_was_told_as_text_and_handles_it(db: str, visitor: Make) -> None:
    number = lay()
    anna = visitor(ANNA)
    page = anna.get("/portal/faults").text
    assert "Knappen &lt;b&gt;gick&lt;/b&gt; inte att nå." in page
    assert "mailto:kim@example.org" in page
    assert "på engelska" in page  # what they want their answer in
    answer = anna.send_form(f"/portal/faults/{number}/handled")
    assert (answer.status_code, answer.headers["location"]) == (303, "/portal/faults?done=1")
    after = anna.get(answer.headers["location"]).text
    assert "Inga felanmälningar väntar" in after
    assert "av Anna Lindqvist" in after
    with session_scope(reading=True) as session:
        lines = session.execute(select(Audit.actor, Audit.subject).where(Audit.action == "handled_fault")).all()
    assert [tuple(line) for line in lines] == [(f"coordinator:{handled_by(number)}", f"fault:{number}")]


def test_handling_twice_is_handling_once(sqlite_db: str, visitor: Make) -> None:
    number = lay()
    anna, erik = visitor(ANNA), visitor("erik.sandberg@office.example.org")
    anna.send_form(f"/portal/faults/{number}/handled")
    first = handled_by(number)
    assert erik.send_form(f"/portal/faults/{number}/handled").status_code == 303
    assert handled_by(number) == first


def test_department_neither_reads_nor_handles(sqlite_db: str, visitor: Make) -> None:
    number = lay()
    tove = visitor(TOVE)
    assert tove.get("/portal/faults").status_code == 403
    assert tove.send_form(f"/portal/faults/{number}/handled").status_code == 403
    assert "/portal/faults" not in tove.get("/portal/help").text
    assert handled_by(number) is None


def test_nothing_changes_without_the_word_of_the_session(sqlite_db: str, visitor: Make) -> None:
    number = lay()
    anna = visitor(ANNA)
    assert anna.post(f"/portal/faults/{number}/handled").status_code == 403
    assert anna.get(f"/portal/faults/{number}/handled").status_code == 405
    assert handled_by(number) is None


def test_number_of_nothing_is_not_found(sqlite_db: str, visitor: Make) -> None:
    anna = visitor(ANNA)
    for number in ("7", "0", "-1", "x", "9" * 40, "1%00", "٣"):
        assert anna.send_form(f"/portal/faults/{number}/handled").status_code == 404
