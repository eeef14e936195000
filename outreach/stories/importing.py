"""Taking stories in: read, check, keep their pictures, and write what is left, in one transaction."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from sqlalchemy.orm import Session

from outreach import clock, database
from outreach.departments import department_words, departments
from outreach.queries import office, storing_stories
from outreach.queries import register as register_queries
from outreach.queries.storing_stories import Draft
from outreach.sheets import rejects
from outreach.stories import images
from outreach.stories.checking import Checked, Known, check
from outreach.stories.problems import Problem, RefusedStory
from outreach.stories.reading import Raw, Source, read
from outreach.stories.summary import StoriesSummary
from outreach.story import Picture


@dataclass(frozen=True)
class Judged:
    """One story of a source: what becomes of it (None: refused, or the same as one before it), and what is said."""

    raw: Raw
    draft: Draft | None
    told: tuple[Problem, ...] = ()

    @property
    def refused(self) -> bool:
        return self.draft is None and bool(self.told)


def import_stories(path: Path) -> StoriesSummary:
    """Import a CSV or XLSX file, or a folder of Markdown files; importing it again changes nothing.

    A story that cannot be taken in is listed in a file beside the input, with the reason, and the others stand.
    Raises PermanentFailure, with nothing changed, for a file that cannot be taken in as a whole.
    """
    path = path.resolve()
    source = read(path)
    with database.session_scope(reading=True) as session:
        known = _known(session, source.stories)
    judged = _told_once([_judged(raw, known, source.folder) for raw in source.stories])
    with database.session_scope() as session:
        database.lock(session, storing_stories.LOCK)
        judged = _of_their_own(session, judged)
        rejects_file = _write_rejects(path, source, judged)
        _lay_departments(session)
        drafts = [one.draft for one in judged if one.draft]
        put = storing_stories.put(session, drafts, clock.now())
    refused = sum(one.refused for one in judged)
    return StoriesSummary(
        read=len(judged),
        **vars(put),
        rejected=refused,
        repeated=len(judged) - refused - len(drafts),
        rejects_file=rejects_file,
    )


def _known(session: Session, stories: Sequence[Raw]) -> Known:
    uids = {raw.cells["student_uid"].strip() for raw in stories if "student_uid" in raw.cells}
    addresses = {raw.cells["email"].strip().lower() for raw in stories if "email" in raw.cells}
    by_uid, by_address = storing_stories.people_named(session, uids, addresses)
    return Known(department_words(), by_uid, by_address, clock.today())


def _judged(raw: Raw, known: Known, folder: Path) -> Judged:
    if raw.problem:
        return Judged(raw, None, (raw.problem,))
    try:
        checked = check(raw.cells, known)
        return Judged(raw, _with_picture(checked, folder), checked.notes)
    except RefusedStory as refused:
        return Judged(raw, None, (refused.problem,))


def _with_picture(checked: Checked, folder: Path) -> Draft:
    """The draft with its picture, which is kept. Raises RefusedStory."""
    if not checked.image:
        return checked.draft
    try:
        kept = images.keep(_bytes(folder, checked.image))
    except images.BadPicture as bad:
        raise RefusedStory(bad.code, "image", checked.image) from None
    return replace(checked.draft, picture=Picture(kept.digest, kept.width, kept.height, *checked.alt))


def _bytes(folder: Path, name: str) -> bytes:
    """A file in or below the folder, and nothing else: no way up, no other place, no address."""
    asked = PurePosixPath(name)
    if asked.is_absolute() or ".." in asked.parts or any(sign in name for sign in ("\\", ":", "\0")):
        raise RefusedStory("picture_place", "image", name)
    try:
        file = (folder / asked).resolve(strict=True)
        if not file.is_relative_to(folder.resolve()):
            raise RefusedStory("picture_place", "image", name)
        if file.stat().st_size > images.MAX_BYTES:
            raise RefusedStory("picture_bytes", "image", name)
        return file.read_bytes()
    except (OSError, RuntimeError):  # not there, a folder, a circle of links
        raise RefusedStory("no_picture", "image", name) from None


def _told_once(judged: Sequence[Judged]) -> list[Judged]:
    """The same story again is left out; another one under the same slug is refused."""
    first: dict[str, Draft] = {}
    told: list[Judged] = []
    for one in judged:
        if one.draft is None or first.setdefault(one.draft.slug, one.draft) is one.draft:
            told.append(one)
        elif first[one.draft.slug] == one.draft:
            told.append(Judged(one.raw, None))
        else:
            told.append(Judged(one.raw, None, (Problem("same_slug", "slug", one.draft.slug),)))
    return told


def _of_their_own(session: Session, judged: Sequence[Judged]) -> list[Judged]:
    """No source rewrites another department's story."""
    owners = storing_stories.departments_of(session, [one.draft.slug for one in judged if one.draft])
    return [
        Judged(one.raw, None, (Problem("slug_taken", "slug", one.draft.slug),))
        if one.draft and owners.get(one.draft.slug, one.draft.department_code) != one.draft.department_code
        else one
        for one in judged
    ]


def _write_rejects(path: Path, source: Source, judged: Collection[Judged]) -> Path | None:
    headers = (source.place, "importerad/imported", "orsak", "reason", *source.headers)
    rows = [
        [
            one.raw.where,
            "nej/no" if one.refused else "ja/yes",
            *("; ".join(problem.sentence(language) for problem in one.told) for language in (0, 1)),
            *one.raw.original,
        ]
        for one in judged
        if one.told
    ]
    return rejects.write(path, headers, rows)


def _lay_departments(session: Session) -> None:
    if not register_queries.department_codes(session).issuperset(departments()):
        office.lay(session)
