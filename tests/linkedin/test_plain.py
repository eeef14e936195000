"""Markdown as LinkedIn can show it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.linkedin.plain import UNSEEN, plain, web_address


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("**Fet** och *kursiv* `kod`", "Fet och kursiv kod"),
        ("# Rubrik\n\nText", "Rubrik\n\nText"),
        ("- en\n- två\n  - inre", "• en\n• två\n• inre"),
        ("3. tre\n4. fyra", "3. tre\n4. fyra"),
        ("[oss](https://example.org/om)", "oss (https://example.org/om)"),
        ("<https://example.org/om>", "https://example.org/om"),
        ("[alumn@example.org](mailto:alumn@example.org)", "alumn@example.org"),
        ("[skriv](mailto:alumn@example.org)", "skriv (alumn@example.org)"),
        ("![En bild](https://example.org/spion.png)Text", "Text"),
        ("> Citat", "Citat"),
        ("en\nrad", "en rad"),
        ("en  \nrad", "en\nrad"),
        ("&amp; &lt;b&gt;", "& <b>"),
        ("a\n\n---\n\nb", "a\n\n———\n\nb"),
        ("@[Stockholms universitet](urn:li:organization:42)", "@[Stockholms universitet](urn:li:organization:42)"),
        ("[Stockholms universitet](urn:li:organization:42)", "Stockholms universitet"),
    ],
)
def test_marks_become_plain_text(markdown: str, text: str) -> None:
    assert plain(markdown) == text


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", "//example.org", "ftp://example.org", "x"]
)
def test_of_a_link_nobody_may_follow_the_words_stay(address: str) -> None:
    assert plain(f"Se [här](<{address}>).") == "Se här."
    assert web_address(address) is None


def test_what_an_address_cannot_hold_for_the_api_is_written_in_percent() -> None:
    assert plain("[om oss](<https://example.org/a_(b)[c]>)") == "om oss (https://example.org/a_%28b%29%5Bc%5D)"
    assert web_address("https://example.org/a_(b)") == "https://example.org/a_%28b%29"
    assert web_address("https://example.org/a b") is None
    assert web_address(None) is None


def test_marks_that_turn_the_writing_around_do_not_reach_a_post() -> None:
    assert plain("a\u202eb\u2067c") == "a b c"
    assert plain("حوار") == "حوار"


@given(st.text(max_size=300))
def test_any_text_comes_out_without_what_cannot_be_seen(markdown: str) -> None:
    text = plain(markdown)
    assert not UNSEEN.search(text)
    text.encode("utf-8")
    assert text == text.strip()
    assert "\n\n\n" not in text
