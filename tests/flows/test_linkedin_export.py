"""The flow that makes the week's posts, as Prefect runs it."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from prefect.client.orchestration import get_client
from pydantic import ValidationError

from flows.housekeeping import housekeeping
from flows.linkedin_export import LinkedInExport, linkedin_export
from outreach import clock, prefect_api
from outreach.story import Channel
from tests.linkedin.conftest import MONDAY, Put, digests, portrait, put, run, say

__all__ = ["portrait", "put"]
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("prefect")]


@pytest.fixture
def monday(home: Any) -> Iterator[None]:
    with clock.frozen(MONDAY):
        yield


def started(**params: Any) -> Any:
    return linkedin_export(LinkedInExport(**params), return_state=True)


def artifacts() -> dict[str, str]:
    async def read() -> dict[str, str]:
        async with get_client() as client:
            return {str(one.key): str(one.data) for one in await client.read_artifacts() if one.key}

    return asyncio.run(read())


def test_a_run_says_how_many_posts_there_are_and_where_and_the_next_one_finds_nothing_new(
    sqlite_db: str, put: Put
) -> None:
    put("en")
    state = started()
    assert state.name == "Completed"
    assert state.message.startswith("2026-W48 has 1 posts for the page and 1 for the group, 2 new. Files: ")
    assert state.message.endswith("exports/linkedin/2026-W48")
    again = started()
    assert (again.name, again.type.value) == ("Nothing new", "COMPLETED")


def test_a_run_leaves_a_table_of_the_posts_and_the_path_of_the_files(sqlite_db: str, put: Put) -> None:
    put("en", department_code="dsv", link="https://www.example.org/en")
    assert started(department="dsv", week="2026-W49").name == "Completed"
    found = artifacts()
    assert "story/en" in found["linkedin-2026-w49-dsv"]
    assert "https://www.example.org/en" in found["linkedin-2026-w49-dsv"]
    assert "2026-W49/dsv/index.html" in found["linkedin-2026-w49-dsv-files"]


def test_an_empty_pool_is_nothing_new(sqlite_db: str, put: Put) -> None:
    state = started()
    assert (state.name, state.message) == ("Nothing new", "There is nothing to post in 2026-W48.")


def test_a_consent_taken_back_is_said_by_the_next_run(sqlite_db: str, portrait: Any) -> None:
    story_id = portrait("ada", Channel.LINKEDIN_PAGE)
    started()
    say(story_id, Channel.LINKEDIN_PAGE, given=False)
    state = started()
    assert state.name == "Completed"
    assert "Taken out, because it may not be shown any more: story/ada" in state.message


def test_housekeeping_takes_back_what_a_no_forbids_and_says_what_to_delete_on_linkedin(
    sqlite_db: str, portrait: Any
) -> None:
    story_id = portrait("ada", Channel.LINKEDIN_PAGE)
    started()
    say(story_id, Channel.LINKEDIN_PAGE, given=False)
    state = housekeeping(return_state=True)
    assert "1 posts were taken out of the LinkedIn files." in str(state.message)
    assert "story/ada (linkedin_page, 2026-W48). Is it posted already" in artifacts()["linkedin-taken-out"]
    assert "0 posts were taken out" in str(housekeeping(return_state=True).message)


def test_again_by_the_form_writes_the_same_bytes(sqlite_db: str, put: Put) -> None:
    put("en")
    before = digests(run().folder)
    assert started(again=True).name == "Nothing new"
    assert digests(run().folder) == before


@pytest.mark.parametrize("week", ["2026-W54", "48", "nästa"])
def test_a_week_that_is_none_is_refused_by_the_form_in_a_sentence(home: Any, week: str) -> None:
    with pytest.raises(ValidationError, match="is not a week"):
        LinkedInExport(week=week)


def test_an_empty_week_is_this_week(home: Any) -> None:
    assert LinkedInExport(week=" ").week is None


def test_the_form_offers_departments_by_name_and_a_week_that_may_be_left_out(home: Any) -> None:
    shape = prefect_api.flow_shape("flows.linkedin_export.linkedin_export")
    fields = shape.parameter_schema["definitions"]["LinkedInExport"]["properties"]
    assert "Institutionen för data- och systemvetenskap" in fields["department"]["enum"]
    assert (fields["week"]["type"], "default" in fields["week"]) == ("string", False)
    assert fields["again"]["default"] is False
