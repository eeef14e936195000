"""Tags: filled once, escaped where they must be, and never made by a person."""

from html import escape, unescape

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from outreach.errors import PermanentFailure
from outreach.tags import CONTROL, HTML, TEXT, fill, names_in, nonce_in, substitutions, tag

NONCE = "0123456789"
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@given(value=words)
@example("<script>alert(1)</script>")
@example("a\r\nBcc: thief@example.net")
@example('"><img src=x onerror=alert(1)>')
def test_a_value_is_plain_in_text_and_escaped_in_html(value: str) -> None:
    filled = substitutions(NONCE, {"name": value})
    plain = CONTROL.sub(" ", value).strip()
    assert filled[tag(NONCE, "name", TEXT)] == plain
    assert filled[tag(NONCE, "name", HTML)] == escape(plain)
    assert not set('<>"') & set(filled[tag(NONCE, "name", HTML)])
    assert unescape(escape(plain)) == plain
    assert not CONTROL.search(plain)


@given(before=words, value=words, after=words)
def test_what_stands_around_a_tag_stays_as_it_is(before: str, value: str, after: str) -> None:
    text = f"{before}{tag(NONCE, 'name', TEXT)}{after}"
    plain = CONTROL.sub(" ", value).strip()
    assert fill(text, substitutions(NONCE, {"name": value})) == f"{before}{plain}{after}"


def test_a_tag_no_person_has_a_value_for_is_an_error_that_names_it() -> None:
    with pytest.raises(PermanentFailure, match="'shoe_size'"):
        fill(f"Hej {tag(NONCE, 'shoe_size', TEXT)}", substitutions(NONCE, {"name": "Åsa"}))


def test_a_value_that_holds_one_of_the_messages_tags_is_refused() -> None:
    with pytest.raises(PermanentFailure, match="looks like one of our tags"):
        substitutions(NONCE, {"name": f"Åsa {tag(NONCE, 'join_url', TEXT)}"})


def test_a_value_that_only_looks_like_a_tag_arrives_as_it_stands() -> None:
    lookalike = tag("9876543210", "join_url", TEXT)
    filled = substitutions(NONCE, {"name": lookalike, "join_url": "https://example.org"})
    assert fill(tag(NONCE, "name", TEXT), filled) == lookalike


def test_a_message_has_one_nonce_or_cannot_be_sent() -> None:
    assert nonce_in("Hej", f"<p>{tag(NONCE, 'name', HTML)}</p>") == NONCE
    assert nonce_in("Hej", "då") == ""
    with pytest.raises(PermanentFailure, match="tags of two messages"):
        nonce_in(tag(NONCE, "name", HTML), tag("9876543210", "name", TEXT))


def test_the_names_a_message_asks_for_are_found_in_all_its_parts() -> None:
    assert names_in(tag(NONCE, "name", TEXT), f"<a href='{tag(NONCE, 'join_url', HTML)}'>", "x") == {"name", "join_url"}
