"""How often a duty asks for a signature, as `config/duties.toml` says: each time, once a text, or never."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import update

from outreach.database import session_scope
from outreach.models import Person
from outreach.queries import approvals
from outreach.settings import ROOT
from tests.spine.conftest import Student, approve_all, mailed, outcomes, run_duty

Enrol = Callable[..., dict[str, int]]


@pytest.fixture
def policy(tmp_path: Path, set_environment: Callable[..., None]) -> Callable[[str], None]:
    """Give the duty another approval policy than the shipped one."""

    def set_(name: str) -> None:
        folder = tmp_path / "config"
        shutil.copytree(ROOT / "config", folder)
        duties = (folder / "duties.toml").read_text(encoding="utf-8")
        assert 'approval = "once_per_text"' in duties
        (folder / "duties.toml").write_text(duties.replace("once_per_text", name), encoding="utf-8")
        set_environment(config_dir=folder)

    return set_


def test_never_sends_without_anybody_signing(db: str, enrol: Enrol, policy: Callable[[str], None]) -> None:
    policy("never")
    enrol(Student("a"))
    run_duty(approve=False)
    assert mailed() == ["a@students.example.org"]


def test_each_time_a_longer_audience_needs_a_new_signature(
    db: str, enrol: Enrol, policy: Callable[[str], None]
) -> None:
    policy("each_time")
    enrol(Student("a"))
    run_duty(approve=False)
    signed = waiting_code()
    approve_all()
    enrol(Student("b"))  # joins the audience after the signature and before the next run
    run_duty(approve=False)
    assert mailed() == []
    assert waiting_code() != signed
    approve_all()
    run_duty(approve=False)
    assert mailed() == ["a@students.example.org", "b@students.example.org"]


def test_each_time_who_falls_out_does_not_void_the_signature(
    db: str, enrol: Enrol, policy: Callable[[str], None]
) -> None:
    policy("each_time")
    enrol(Student("a"), Student("b"))
    run_duty(approve=False)
    approve_all()
    with session_scope() as session:
        session.execute(update(Person).where(Person.student_uid == "b").values(email=None))
    run_duty(approve=False)
    assert outcomes() == {"a": ("accepted", None), "b": ("excluded", "no_address")}


def waiting_code() -> str:
    with session_scope(reading=True) as session:
        (waiting,) = approvals.waiting(session)
        return approvals.code_of(session, *waiting)
