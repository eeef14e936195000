"""Taking a register file in: read, clean, match, compare, and write what is left, in one transaction."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pandas as pd
from sqlalchemy.orm import Session

from outreach import clock, database
from outreach.departments import department_words, departments
from outreach.errors import PermanentFailure
from outreach.links import address_hash
from outreach.models import Membership
from outreach.queries import office, people_places
from outreach.queries import register as queries
from outreach.register import problems, rejects
from outreach.register.cleaning import Cleaned, clean
from outreach.register.comparing import (
    PeopleChanges,
    StudyChanges,
    compare_people,
    compare_studies,
    newly_missing,
    too_much,
)  # fmt: skip
from outreach.register.locating import located
from outreach.register.mapping import mapping, our_columns
from outreach.register.matching import consistent, matched, without_erased
from outreach.register.summary import ImportSummary, Kind
from outreach.settings import settings
from outreach.sheets.reading import Sheet, read


@dataclass(frozen=True)
class Plan:
    """Everything a file would do, before any of it is done."""

    rows: pd.DataFrame
    found: pd.DataFrame
    repeated: int
    erased: int  # rows
    people: PeopleChanges
    studies: StudyChanges
    withdrawn: pd.DataFrame  # id, reason
    missing: pd.DataFrame  # id, person_id of studies
    register: int  # people the file is measured against

    def changed_people(self) -> set[int]:
        """Ids of the people something changes for, missing studies apart."""
        new_studies = self.studies.new["person_id"].dropna()
        parts = (self.people.changed["id"], self.studies.changed["person_id"], new_studies, self.withdrawn["id"])
        return {int(number) for part in parts for number in part}

    def touched(self) -> int:
        """What the limit on changes counts: people changed by more than the credits they earned, and studies gone."""
        grown = self.studies.changed
        only_grown = set(grown["person_id"]) - set(grown.loc[grown["notable"], "person_id"])
        others = (self.people.changed["id"], self.studies.new["person_id"].dropna(), self.withdrawn["id"])
        only_grown -= {int(number) for part in others for number in part}
        return len(self.changed_people()) - len(only_grown) + len(self.missing)


def import_file(kind: Kind, path: Path, *, force: bool = False, partial: bool = False) -> ImportSummary:
    """Import a file of students or alumni; importing it again changes nothing.

    `partial`: the file is not the whole register, so nobody is missing for not standing in it. `force`: import it even
    if it changes more than `import_change_limit` of the register. Rows that cannot be taken in are listed in a file
    beside the input. Raises PermanentFailure, with nothing changed, for a file that cannot be taken in as a whole.
    """
    sheet = read(path)
    headers = mapping(kind)
    cleaned = clean(our_columns(sheet, headers, path.name), kind, headers, department_words())
    with database.session_scope() as session:
        database.lock(session, "register")
        _lay_departments(session)
        plan = _plan(session, cleaned, kind, whole=kind == "students" and not partial)
        rejects_file = rejects.write(path, sheet, plan.found)
        limit = settings().import_change_limit
        if not force and too_much(plan.touched(), plan.register, limit):
            raise PermanentFailure(_refusal(path, plan, limit))
        _write(session, plan, clock.now())
    return _summary(sheet, cleaned, plan, rejects_file)


def _lay_departments(session: Session) -> None:
    if not queries.department_codes(session).issuperset(departments()):
        office.lay(session)


def _plan(session: Session, cleaned: Cleaned, kind: Kind, *, whole: bool) -> Plan:
    people = queries.people(session)
    studies = queries.studies(session)
    rows, known, shared = matched(cleaned.rows, people, kind)
    rows, erased = without_erased(rows, known, queries.erased(session))
    rows, clashes, repeated = consistent(rows)
    found = problems.together([cleaned.found, shared, clashes])
    found = found[~found["line"].isin(erased.index)]
    withdrawn = _withdrawn(cleaned.hidden, people, studies, kind)
    people_changes = compare_people(rows, known)
    study_changes = compare_studies(rows, people_changes.known, studies, kind)
    missing = studies.loc[[], ["id", "person_id"]]
    if whole:
        missing = newly_missing(studies, study_changes.seen, people, _rejected_uids(cleaned, found))
        missing = missing[~missing["person_id"].isin(withdrawn["id"])]
    register = int(people["student_uid"].notna().sum()) if kind == "students" else len(people)
    return Plan(rows, found, repeated, len(erased), people_changes, study_changes, withdrawn, missing, register)


def _rejected_uids(cleaned: Cleaned, found: pd.DataFrame) -> set[str]:
    """The people some row of whom was rejected: they are not missing."""
    uids = cleaned.uids.reindex(problems.rejected_lines(found)).dropna()
    return set(uids)


def _withdrawn(hidden: pd.DataFrame, people: pd.DataFrame, studies: pd.DataFrame, kind: Kind) -> pd.DataFrame:
    """Who in the register may no longer be reached, and of whom something is still held (columns: id, reason)."""
    by_uid = hidden.drop_duplicates("student_uid").set_index("student_uid")["reason"]
    reason = people["student_uid"].map(by_uid).astype("str")
    if kind == "alumni":
        nameless = hidden[(hidden["student_uid"] == "") & hidden["email"].notna()].drop_duplicates("email")
        reason = reason.fillna(people["email"].map(nameless.set_index("email")["reason"]).astype("str"))
        hashed = nameless.set_index(nameless["email"].map(address_hash))["reason"]
        reason = reason.fillna(people["register_address_hash"].map(hashed).astype("str"))
    held = people[["email", "register_address_hash", "country", "city", "linkedin_url"]].notna().any(axis="columns")
    held |= people["id"].isin(studies["person_id"])
    return people.assign(reason=reason).loc[reason.notna() & held, ["id", "reason"]]


def _refusal(path: Path, plan: Plan, limit: float) -> str:
    changed, missing = plan.touched() - len(plan.missing), len(plan.missing)
    return (
        f"{path.name} would change {changed} people and mark {missing} studies as missing, in a register of "
        f"{plan.register} people; that is more than the {limit:.0%} one file may change, so nothing was imported. "
        f"Check that it is the right file; if it is, run again with --force."
    )


def _write(session: Session, plan: Plan, at: datetime) -> None:
    queries.withdraw(session, plan.withdrawn, at)
    queries.change_people(session, plan.people.changed, at)
    new_ids = queries.add_people(session, located(_with_membership(plan.people.new)), at)
    new = plan.studies.new
    owner = new["person_id"].fillna(new["key"].map(new_ids)).astype("int64")
    studies = new.drop(columns="key").assign(
        person_id=owner, missing_since=None, degree_applied=new["degree_applied"].eq(True)
    )
    queries.add_studies(session, studies)
    queries.change_studies(session, plan.studies.changed)
    queries.mark_missing(session, plan.missing["id"].tolist(), at)
    people_places.fill(session)


def _with_membership(new: pd.DataFrame) -> pd.DataFrame:
    """Who a list of alumni names as a member is one from the day it gives. Only for people who are new to us."""
    member = new["member"].eq(True) | new["joined_on"].notna()
    joined = new["joined_on"].map(
        lambda day: datetime.fromisoformat(day).replace(tzinfo=clock.OFFICE_ZONE), na_action="ignore"
    )
    membership = member.map({True: Membership.MEMBER, False: Membership.NONE}).astype(object)
    return new.drop(columns=["member", "joined_on"]).assign(membership=membership, joined_at=joined)


def _summary(sheet: Sheet, cleaned: Cleaned, plan: Plan, rejects_file: Path | None) -> ImportSummary:
    changed = plan.changed_people()
    reachable = plan.rows.loc[plan.rows["email"].notna(), "key"].nunique()
    protected = int((cleaned.hidden["reason"] == "protected").sum())
    return ImportSummary(
        read=len(sheet.cells),
        added=len(plan.people.new),
        changed=len(changed),
        unchanged=len(plan.people.known) - len(changed.intersection(plan.people.known)),
        rejected=len(problems.rejected_lines(plan.found)),
        repeated=plan.repeated,
        erased=plan.erased,
        protected=protected,
        deceased=len(cleaned.hidden) - protected,
        without_address=plan.rows["key"].nunique() - reachable,
        missing=len(plan.missing),
        rejects_file=rejects_file,
    )
