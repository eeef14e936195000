"""A message becomes one variant a language and department."""

import re
import time
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from outreach import tags
from outreach.departments import departments
from outreach.errors import PermanentFailure
from outreach.rendering import render, render_all


class Shape(HTMLParser):
    """The elements of a page with their attributes, in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))


def test_html_and_text_say_the_same(write, values):
    write("letter.sv.md", "# Rubrik\n\nEtt *viktigt* [ord](https://example.org/a).\n\n- ett\n- två")
    letter = render("letter", language="sv", purpose="invitation")
    assert "<h1" in letter.html
    for words in ("Rubrik", "viktigt", "ord", "https://example.org/a", "ett", "två"):
        assert words in letter.html
        assert words in letter.text


def test_tags_are_escaped_kind_in_html_and_plain_kind_elsewhere(write):
    write("letter.sv.md", "{{ person.greeting }}", subject='"Till {{ person.given_name }}"')
    letter = render("letter", language="sv", purpose="invitation")
    assert {kind for _, _, kind in tags.ANY_TAG.findall(letter.html)} == {"h"}
    assert {kind for _, _, kind in tags.ANY_TAG.findall(letter.text + letter.subject)} == {"t"}
    assert tags.nonce_in(letter.subject, letter.html, letter.text)


def test_department_gets_its_own_version_and_others_the_shared_one(home):
    own = render("graduation-invitation", language="sv", department_code="dsv", purpose="invitation")
    other = render("graduation-invitation", language="sv", department_code="juridik", purpose="invitation")
    assert own.variant == "sv.dsv"
    assert "Snart klar i Kista" in own.text
    assert "Snart klar i Kista" not in other.text
    assert "Juridiska institutionen" in other.text
    assert "Juridiska institutionen" in other.html


def test_message_for_everyone_names_no_department(home):
    letter = render("graduation-invitation", language="en", purpose="invitation")
    assert (letter.variant, letter.department_code) == ("en", None)
    assert "Department of" not in letter.html


def test_digest_is_stable_and_changes_with_any_word(write):
    path = write("letter.sv.md", "Välkommen!")
    first = render("letter", language="sv", purpose="invitation")
    assert render("letter", language="sv", purpose="invitation") == first
    path.write_text(path.read_text().replace("Välkommen!", "Välkomna!"))
    assert render("letter", language="sv", purpose="invitation").digest != first.digest


def test_nonce_differs_between_messages_variants_and_secrets(write, set_environment):
    def nonce(message: str, language: str) -> str:
        return tags.nonce_in(render(message, language=language, purpose="invitation").html)

    for name in ("one", "two"):
        for language in ("sv", "en"):
            write(f"{name}.{language}.md")
    found = {nonce(message, language) for message in ("one", "two") for language in ("sv", "en")}
    assert len(found) == 4
    set_environment(secret_key="another")
    assert nonce("one", "sv") not in found


def test_values_from_outside_are_words_and_never_markup(write):
    write("letter.sv.md", "{{ story.title }}\n\n{{ items[0] }}", subject='"{{ story.title }}"')
    hostile = "# <b>*Hej*</b> [x](https://evil.example) &amp; `y`\n\n1. z"
    letter = render(
        "letter", language="sv", purpose="invitation", context={"story": {"title": hostile}, "items": ["- nej"]}
    )
    assert letter.subject == "# <b>*Hej*</b> [x](https://evil.example) &amp; `y` 1. z"
    assert letter.subject in letter.text
    assert "https://evil.example" not in {attributes.get("href") for _, attributes in Shape(letter.html).seen}
    assert "b" not in {name for name, _ in Shape(letter.html).seen}
    assert "- nej" in letter.text


def test_context_cannot_replace_the_persons_own_links(write):
    write("letter.sv.md", "[Gå med]({{ links.join }})")
    letter = render("letter", language="sv", purpose="invitation", context={"links": {"join": "https://evil.example"}})
    assert "evil" not in letter.html


def test_value_that_looks_like_a_tag_is_refused_at_rendering(write):
    write("letter.sv.md", "{{ title }}")
    with pytest.raises(PermanentFailure, match="looks like one of our tags"):
        render("letter", language="sv", purpose="invitation", context={"title": "tag0123456789_link_join_tZ"})


def test_html_written_in_markdown_comes_out_as_words(write):
    write("letter.sv.md", "<script>alert(1)</script>\n\n[x](javascript:alert)")
    letter = render("letter", language="sv", purpose="invitation")
    assert "<script" not in letter.html
    assert 'href="javascript' not in letter.html


def test_footer_says_who_why_on_what_ground_and_how_to_say_no(home):
    letter = render("graduation-invitation", language="sv", purpose="invitation")
    for part in (letter.html, re.sub(r"\s+", " ", letter.text)):
        for words in (
            "Stockholms universitet, 106 91 Stockholm",
            "alumn@alumni.example.org",
            "enligt studieregistret Ladok",
            "artikel 6.1 e",
            "Säg nej till fler brev",
            "Välj vad du vill få",
        ):
            assert words in part
    assert {"link_unsubscribe", "link_preferences"} <= tags.names_in(letter.html) & tags.names_in(letter.text)


def test_message_to_coordinators_has_no_unsubscribe(home, example_context):
    letter = render("approval-request", language="sv", purpose=None, context=example_context)
    assert tags.names_in(letter.html, letter.text) == set()
    assert "1\N{NO-BREAK SPACE}234 personer" in letter.text
    assert "https://alumni.example.org/approve/example" in letter.html
    assert letter.subject == "Att godkänna: Inbjudan till examensklassen, 2026-HT (brev 1 av 4)"


def test_message_to_alumni_is_never_made_without_a_purpose(home):
    with pytest.raises(PermanentFailure, match="needs a purpose"):
        render("graduation-invitation", language="sv", purpose=None)
    with pytest.raises(PermanentFailure, match="There is no purpose 'fun'"):
        render("graduation-invitation", language="sv", purpose="fun")


@pytest.mark.parametrize("language", ["sv", "en"])
def test_layout_names_its_language_and_asks_for_nothing_from_outside(home, language):
    letter = render("graduation-invitation", language=language, purpose="invitation")
    seen = Shape(letter.html).seen
    assert next(attributes for name, attributes in seen if name == "html")["lang"] == language
    assert {attributes.get("role") for name, attributes in seen if name == "table"} == {"presentation"}
    assert {name for name, _ in seen} & {"img", "script", "link", "form", "iframe"} == set()
    assert "url(" not in letter.html
    assert "prefers-color-scheme: dark" in letter.html
    assert len(letter.html.encode()) < 20_000


def test_hundred_variants_take_less_than_a_second(home):
    codes = list(departments())[:50]
    render_all("graduation-invitation", departments=codes[:1], purpose="invitation")
    start = time.process_time()
    variants = render_all("graduation-invitation", departments=codes, purpose="invitation")
    assert time.process_time() - start < 1
    assert len({variant.variant for variant in variants}) == 100
    assert len({variant.digest for variant in variants}) == 100


def test_digest_covers_every_part(home):
    letter = render("graduation-invitation", language="sv", purpose="invitation")
    assert re.fullmatch("[0-9a-f]{64}", letter.digest)
    assert replace(letter, digest="") != letter
