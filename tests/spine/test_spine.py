"""The promise: run it as often as you like; nobody twice, nobody missed, everyone accounted for."""

from collections.abc import Callable

from tests.spine.conftest import Student, mailed, outcomes, run_duty

Enrol = Callable[..., dict[str, int]]


def test_students_near_the_end_are_written_to_once_however_often_it_runs(db: str, enrol: Enrol) -> None:
    enrol(Student("a"), Student("b", language="en"), Student("later", ends_in=61), Student("long-gone", ends_in=-31))
    for _ in range(3):
        run_duty()
    assert mailed() == ["a@students.example.org", "b@students.example.org"]
    assert outcomes() == {"a": ("accepted", None), "b": ("accepted", None)}
