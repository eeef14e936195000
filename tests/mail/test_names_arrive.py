"""Any name, in any script, with tags or markup in it: whole in text, HTML and subject, by the request SendGrid gets."""

from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser

import orjson
from hypothesis import example, given, settings
from hypothesis import strategies as st

from outreach.mail.sendgrid_body import request_body
from outreach.mail.sendgrid_limits import violations
from outreach.outgoing import OutgoingBatch
from outreach.provider_stub import schema
from outreach.provider_stub.mails import Mail, mails
from outreach.tags import CONTROL, tag
from tests.mail.conftest import JOIN, JOIN_IN_TEXT, LETTER, NAME, NAME_IN_HTML, NONCE, addressee

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
OTHERS_TAG = tag("fedcba9876", "given_name", "h")
MARKUP = [
    *("<script>alert(1)</script>", "</p></body>", "<!--", "-->", "&amp;", "&lt;b&gt;", "]]>", '"', "'", "`", "\\", "="),
    *('"><img src=x onerror=alert(1)>', "javascript:", "\r\n", "\nBcc: eva@example.org", "\0", "\u2028", "\u202e"),
    *("{{ person.full_name }}", "{% for x in y %}", "%given_name%", "-name-", "[unsubscribe]", "<%body%>", "%s", "$1"),
    *("李小龙", "علي", "Łukasz", "Ὀδυσσεύς", "Zoë", "👩‍🎓", "नमस्ते", "e\u0301", "\U0001d4d0", "O'Neill", "Anna-Lisa"),
    *(OTHERS_TAG, "tag", NONCE, f"tag{NONCE}", "_given_name_hZ", "_tZ"),
]
OUR_TAGS = [NAME, NAME_IN_HTML, JOIN, JOIN_IN_TEXT, f"tag{NONCE}_shoe_size_hZ"]
names = st.text(st.characters(exclude_categories=["Cs"]), max_size=120) | st.lists(
    st.sampled_from([*MARKUP, *OUR_TAGS]) | st.text(max_size=8), max_size=8
).map("".join)


class Seen(HTMLParser):
    """What a reader's program makes of it: every element and comment with all it carries, and the words between."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[object] = []
        self.words = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.elements.append((tag, attrs))

    def handle_endtag(self, tag: str) -> None:
        self.elements.append(tag)

    def handle_comment(self, data: str) -> None:
        self.elements.append(data)

    def handle_data(self, data: str) -> None:
        self.words += data


def received(batch: OutgoingBatch) -> tuple[list[Mail], dict[str, str]]:
    """The mails the provider makes of what may be posted, and who is refused alone, with the reason."""
    body, refused = request_body(batch)
    assert violations(body, NOW) == []
    posted, complaints = schema.read(orjson.dumps(body), NOW)
    assert posted is not None, complaints
    assert complaints == []
    return [mail for one in posted.personalizations for mail in mails(posted, one, "id")], refused


def can_be_written(name: str) -> bool:
    return not any("\ud800" <= letter <= "\udfff" for letter in name)


@settings(max_examples=400, deadline=None)
@given(name=names.filter(can_be_written))
@example(name=NAME)
@example(name=f"Åsa {JOIN}")
@example(name=OTHERS_TAG)
@example(name='<a href="https://thief.example.net">')
@example(name="x\r\nBcc: thief@example.net")
def test_any_name_arrives_whole_in_text_html_and_subject_and_adds_nothing(name: str) -> None:
    plain = CONTROL.sub(" ", name).strip()
    batch = replace(LETTER, addressees=(addressee("a"), addressee("b", {"given_name": name})))
    found, refused = received(batch)
    usual = found[0]
    if f"tag{NONCE}_" in plain:  # the one thing a name may not be: a place in this very letter for somebody's values
        assert (refused, [mail.token for mail in found]) == ({"b": "cannot_compose"}, ["a"])
        return
    assert (refused, [mail.token for mail in found]) == ({}, ["a", "b"])
    theirs = found[1]
    link = "https://alumni.example.org/join/{}".format
    assert theirs.subject == f"Välkommen, {plain}"
    assert theirs.text == LETTER.text.replace(NAME, plain).replace(JOIN_IN_TEXT, link("b"))
    expected, seen = Seen(usual.html.replace(link("a"), link("b"))), Seen(theirs.html)
    assert seen.elements == expected.elements
    assert seen.words == expected.words.replace("Hej Åsa!", f"Hej {plain}!")
    assert theirs.headers == {
        header: value.replace("/unsubscribe/a>", "/unsubscribe/b>") for header, value in usual.headers.items()
    }
    assert (theirs.address, theirs.reply_to) == ("b@students.example.org", usual.reply_to)
