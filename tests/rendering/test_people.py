"""Whatever a person is called, the name arrives as it is and changes nothing else in the message."""

from html import unescape
from html.parser import HTMLParser

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from outreach import tags
from outreach.errors import PermanentFailure
from outreach.rendering import person_values, render

HOSTILE = [
    "<b>Åsa</b>",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='x",
    "Åsa\r\nBcc: alla@example.org",
    "{{ person.greeting }}",
    "{% if x %}",
    "tag0123456789_given_name_hZ",
    "&lt;i&gt; &amp;amp;",
    '=HYPERLINK("https://evil.example")',
    "**[Gå med](https://evil.example)**",
    "O'Brien",
    "Nguyễn Thị Ánh",
    "محمد",
    "张伟",
    "Z̷̢̛a̵l̶g̸o̶",
    "\\1 \\g<0>",
    "%s $name -name-",
]
NAMES = st.one_of(st.sampled_from(HOSTILE), st.text(st.characters(exclude_categories=("Cs",)), max_size=40))


class Skeleton(HTMLParser):
    """Elements with their attributes, and all words, of an HTML page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, tuple[tuple[str, str | None], ...]]] = []
        self.words: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, tuple(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=NAMES, last=NAMES)
def test_any_name_arrives_intact_and_adds_no_markup(write, values, first, last):
    write("letter.sv.md", "X{{ person.full_name }}X\n\n[Gå med]({{ links.join }})", subject='"{{ person.full_name }}"')
    letter = render("letter", language="sv", purpose="invitation")
    nonce = tags.nonce_in(letter.subject, letter.html, letter.text)
    person = values(first, last)
    name = tags.CONTROL.sub(" ", person["full_name"]).strip()
    filled = tags.substitutions(nonce, person)
    subject, html, text = (tags.fill(part, filled) for part in (letter.subject, letter.html, letter.text))
    assert subject == name
    assert "\n" not in subject
    assert "\r" not in subject
    assert f"X{name}X" in text
    assert f"X{name}X" in unescape(html)
    plain = tags.fill(letter.html, tags.substitutions(nonce, values("Åsa", "Öberg")))
    found, expected = Skeleton(html), Skeleton(plain)
    assert [name for name, _ in found.elements] == [name for name, _ in expected.elements]
    assert [[(key, value) for key, value in attributes if key != "aria-label"] for _, attributes in found.elements] == [
        [(key, value) for key, value in attributes if key != "aria-label"] for _, attributes in expected.elements
    ]
    assert f"X{name}X" in "".join(found.words)


def test_name_with_the_messages_own_tag_is_refused(home, values):
    letter = render("graduation-invitation", language="sv", purpose="invitation")
    nonce = tags.nonce_in(letter.html)
    with pytest.raises(PermanentFailure, match="looks like one of our tags"):
        tags.substitutions(nonce, values(tags.tag(nonce, "link_join", "h")))


def test_every_tag_of_every_message_has_a_value(home, values, shipped_messages, example_context):
    for message, purpose in shipped_messages.items():
        letter = render(message, language="sv", purpose=purpose, context=example_context)
        assert tags.names_in(letter.subject, letter.preheader, letter.html, letter.text) <= set(values())


@pytest.mark.parametrize(
    ("language", "first", "greeting"),
    [
        ("sv", "Åsa", "Hej Åsa!"),
        ("sv", "", "Hej!"),
        ("en", "Åsa", "Dear Åsa,"),
        ("en", None, "Hello,"),
        ("sv", " \t", "Hej!"),
    ],
)
def test_greeting_reads_well_with_and_without_a_name(language, first, greeting):
    person = person_values(first_name=first, last_name="Ek", programme="", language=language, links={})
    assert person["greeting"] == greeting


def test_what_is_missing_leaves_no_hole():
    person = person_values(first_name=None, last_name=None, programme=None, language="sv", links={"join": "https://x"})
    assert person == {
        "given_name": "du",
        "family_name": "",
        "full_name": "du",
        "greeting": "Hej!",
        "programme": "dina studier",
        "party": "du",
        "confirm_until": "i dag",
        "link_join": "https://x",
    }


@pytest.mark.parametrize(
    ("language", "guests", "said"),
    [
        ("sv", 0, "du"),
        ("sv", 1, "du och en gäst"),
        ("sv", 3, "du och 3 gäster"),
        ("en", 0, "you"),
        ("en", 1, "you and one guest"),
        ("en", 2, "you and 2 guests"),
    ],
)
def test_party_is_said_in_words(language, guests, said):
    person = person_values(
        first_name="Åsa", last_name="", programme="", language=language, links={}, guests=guests, confirm_until="kl. 9"
    )
    assert (person["party"], person["confirm_until"]) == (said, "kl. 9")


@pytest.mark.parametrize(
    ("language", "programme", "said"),
    [
        ("sv", "Kandidatprogram i fysik", "ditt kandidatprogram i fysik"),
        ("sv", "Forskarutbildning i fysik", "din forskarutbildning i fysik"),
        ("sv", "Socionomprogrammet", "Socionomprogrammet"),
        ("sv", "Juristprogrammet", "Juristprogrammet"),
        ("en", "Bachelor's Programme in Physics", "your Bachelor's Programme in Physics"),
    ],
)
def test_programme_stands_as_it_would_in_a_sentence(language, programme, said):
    person = person_values(first_name="", last_name="", programme=programme, language=language, links={})
    assert person["programme"] == said
