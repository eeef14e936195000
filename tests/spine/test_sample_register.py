"""The sample register from file to outbox, and everyone in it counted again from the file in plain Python."""

import csv
from datetime import date, timedelta
from pathlib import Path

from outreach import clock
from outreach.register import import_file
from outreach.sample import write_sample
from tests.spine.conftest import mailed, outcomes, run_duty

PEOPLE = 2_000


def test_everyone_near_the_end_stands_in_the_ledger_once_and_the_written_to_have_one_mail(
    db: str, tmp_path: Path
) -> None:
    file = tmp_path / "students.csv"
    write_sample(file, people=PEOPLE, seed=11, today=clock.today())
    import_file("students", file)
    for _ in range(2):
        run_duty()

    considered = near_the_end(file)
    assert len(considered) > PEOPLE / 10
    found = outcomes()
    assert set(found) == considered
    written_to = {uid for uid, (status, _) in found.items() if status == "accepted"}
    excluded = {uid: reason for uid, (status, reason) in found.items() if status == "excluded"}
    assert written_to | set(excluded) == considered
    assert written_to & set(excluded) == set()
    assert "no_address" in set(excluded.values()) <= {"no_address", "shared_address"}
    assert len(mailed(1)) == len(set(mailed(1))) == len(written_to)


def near_the_end(file: Path) -> set[str]:
    """Who is to be considered, by the rule as the guide states it and nothing of the program."""
    today = clock.today()
    found = set()
    with file.open(encoding="utf-8-sig", newline="") as lines:
        for line in csv.DictReader(lines):
            if line["protected"] == "1" or line["deceased"] == "1":
                continue
            awarded, expected = line["degree_awarded"], line["expected_end"]
            end = date.fromisoformat(awarded or expected) if awarded or expected else None
            soon = end is not None and today - timedelta(days=30) <= end <= today + timedelta(days=60)
            applied = line["degree_applied"] == "1" and not awarded
            if soon or (applied and (end is None or end >= today - timedelta(days=30))):
                found.add(line["student_uid"])
    return found
