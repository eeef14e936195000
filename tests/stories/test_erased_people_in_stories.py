"""Whoever is erased takes along the stories that tell of them: words, pictures, consents, and what is not yet sent."""

import json
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import select
from typer.testing import CliRunner

from outreach import clock
from outreach.cli.commands import app
from outreach.database import session_scope
from outreach.models import Export, StoryRow, StoryStatus
from outreach.queries import exports
from outreach.settings import settings
from outreach.stories import StoriesSummary
from tests.stories.conftest import (
    all_answers,
    consenting,
    current_texts,
    edition_with,
    news,
    picture_bytes,
    pool,
    portrait,
    usable_slugs,
)

Take = Callable[..., StoriesSummary]


def kept_files() -> set[str]:
    return {path.name.partition("-")[0] for path in (settings().data_dir / "images").glob("*")}


def test_erased_person_is_gone_from_the_pool_and_from_what_is_not_sent(
    db: str, take_in: Take, enrolled: Callable[..., int], tmp_path: Path
) -> None:
    enrolled("u1", "asa@example.org")
    enrolled("u2")
    (tmp_path / "own.jpg").write_bytes(picture_bytes((300, 300)))
    (tmp_path / "shared.jpg").write_bytes(picture_bytes((400, 300)))
    own, shared = {"image": "own.jpg", "image_alt_sv": "Åsa"}, {"image": "shared.jpg", "image_alt_sv": "Aulan"}
    rows = [
        portrait("asa-ek", **own, **consenting(newsletter="ja")),
        portrait("asa-igen", **shared, **consenting(newsletter="ja")),
        portrait("bo", uid="u2", **consenting(newsletter="ja")),
        news("aulan", **shared),
    ]
    assert take_in(*rows).added == 4
    assert len(kept_files()) == 2
    campaign = edition_with("asa-ek", "bo")
    done = CliRunner().invoke(app, ["person", "erase", "asa@example.org"])
    assert done.exit_code == 0, done.output
    assert (usable_slugs(), current_texts(campaign)) == ({"bo", "aulan"}, 0)
    assert all_answers() == [("newsletter", True)]
    emptied = [row for row in pool().values() if row.status == StoryStatus.WITHDRAWN]
    assert {row.slug for row in emptied} == {f"erased-{row.id}" for row in emptied}
    for row in emptied:
        words = (row.title_sv, row.title_en, row.body_sv, row.body_en, row.image_alt_sv, row.image_alt_en, row.place)
        assert (set(words), row.image_id, row.link, row.person_id, row.portrays) == ({""}, None, None, None, True)
    assert len(emptied) == 2
    assert len(kept_files()) == 1  # the hall is still there, in both sizes
    summary = take_in(*rows)
    assert (summary.added, summary.unchanged, summary.rejected) == (0, 2, 2)
    assert usable_slugs() == {"bo", "aulan"}


def test_what_was_written_for_linkedin_goes_with_the_next_export(
    db: str, take_in: Take, enrolled: Callable[..., int]
) -> None:
    enrolled("u1", "asa@example.org")
    take_in(portrait("asa-ek", **consenting(linkedin_page="ja")), news())
    with session_scope() as session:
        ids = {row.slug: row.id for row in session.scalars(select(StoryRow))}
        posts = [({"channel": "linkedin_page", "item": f"story/{slug}", "text": slug}, ids[slug]) for slug in ids]
        exports.add(session, "2026-W47", exports.CENTRAL, posts, clock.now())
    CliRunner().invoke(app, ["person", "erase", "asa@example.org"])
    with session_scope() as session:
        assert [gone.item for gone in exports.empty_forbidden(session)] == ["an erased story"]  # its slug was a name
        assert set(session.scalars(select(Export.item))) == {"story/ny-prefekt"}


def test_export_holds_a_persons_stories_and_consents(
    sqlite_db: str, take_in: Take, enrolled: Callable[..., int]
) -> None:
    enrolled("u1", "asa@example.org")
    take_in(portrait("asa", **consenting(newsletter="ja", web="nej")), news())
    done = CliRunner().invoke(app, ["person", "export", "asa@example.org"])
    found = json.loads(done.stdout)
    assert [story["slug"] for story in found["stories"]] == ["asa"]
    assert [(row["channel"], row["given"]) for row in found["story_consents"]] == [("newsletter", True), ("web", False)]


def test_command_imports_says_what_it_did_and_ends_with_three_for_rejects(
    sqlite_db: str, take_in: Take, tmp_path: Path
) -> None:
    take_in(news(), news("b", kind="skvaller"))
    done = CliRunner().invoke(app, ["import", "stories", str(tmp_path / "stories.csv")])
    assert done.exit_code == 3
    assert done.stdout == (
        "2 stories read: 0 added, 0 changed, 1 unchanged; 1 rejected, 0 repeated, 0 withdrawn before and left alone. "
        "See stories.rejected.csv.\n"
    )
