"""People of a register file are where its city and country say."""

from pathlib import Path

from sqlalchemy import select

from outreach.database import session_scope
from outreach.models import Person
from outreach.register import import_file

HEADER = "student_uid;first_name;last_name;email;department_code;city;country\n"


def take_in(path: Path, *rows: str) -> dict[str, tuple[str | None, bool]]:
    """Import alumni; uid -> their zone and whether they have coordinates."""
    path.write_text(HEADER + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    import_file("alumni", path, force=True)
    with session_scope(reading=True) as session:
        found = session.execute(select(Person.student_uid, Person.time_zone, Person.latitude, Person.longitude))
        return {uid: (zone, None not in (latitude, longitude)) for uid, zone, latitude, longitude in found}


def test_people_get_the_zone_of_their_town_and_a_new_one_when_they_move(db: str, tmp_path: Path) -> None:
    alumni = [
        "u1;Aya;A;a@example.org;arkeologi;Tokio;Japan",
        "u2;Bo;B;b@example.org;arkeologi;Ingenstans;SE",
        "u3;Cy;C;c@example.org;arkeologi;;",
    ]
    assert take_in(tmp_path / "a.csv", *alumni) == {
        "u1": ("Asia/Tokyo", True), "u2": (None, False), "u3": (None, False),
    }  # fmt: skip
    moved = [alumni[0].replace("Tokio;Japan", "Boston;USA"), alumni[1].replace("Ingenstans", "Mariefred"), alumni[2]]
    assert take_in(tmp_path / "b.csv", *moved) == {
        "u1": ("America/New_York", True), "u2": ("Europe/Stockholm", True), "u3": (None, False),
    }  # fmt: skip
    assert take_in(tmp_path / "b.csv", *moved)["u1"] == ("America/New_York", True)
