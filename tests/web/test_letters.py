"""Texts that differ in nothing but a department's name are read once; any other difference is shown."""

import re

from sqlalchemy import select
from starlette.testclient import TestClient

from outreach.database import session_scope
from outreach.duties import LANGUAGES
from outreach.models import Message
from tests.web.test_approval import campaign, central, link_of, no_prefect, say

__all__ = ["campaign", "no_prefect"]  # fixtures


def test_texts_that_differ_in_the_departments_name_alone_are_read_once(client: TestClient, campaign: int) -> None:
    ways = tuple((language, code) for code in ("fysikum", "dsv", "juridik", "matematik") for language in LANGUAGES)
    with session_scope() as session:
        say(session, campaign, ways)
    link = link_of(campaign, central())
    page = client.get(link).text
    assert page.count("<iframe") == 4
    assert "Fysikum och 2 andra institutioner får samma text med sitt eget namn" in page
    assert "Institutionen för data- och systemvetenskap har en egen text" in page
    assert "4 texter. De blir 8 med varje institutions eget namn." in page
    shown = set(re.findall(r'href="[^"]*/variant/(\d+)"', page))
    with session_scope(reading=True) as session:
        current = session.execute(select(Message.id).where(Message.current)).scalars()
        assert shown == {str(id_) for id_ in current}  # every letter can be looked at by itself


def test_one_word_of_a_departments_own_makes_it_a_text_to_read(client: TestClient, campaign: int) -> None:
    with session_scope() as session:
        say(session, campaign, tuple((language, code) for code in ("fysikum", "juridik") for language in LANGUAGES))
        changed = session.scalars(select(Message).where(Message.variant == "en.juridik")).one()
        assert "It takes a minute" in changed.text
        changed.text = changed.text.replace("It takes a minute", "It takes two minutes")
    page = client.get(link_of(campaign, central())).text
    assert page.count("har en egen text") == 2
    assert page.count("<iframe") == 4
