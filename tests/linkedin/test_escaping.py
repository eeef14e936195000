"""The Posts API's text: unescaped by a reading of its own, it is the source."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from outreach.linkedin.escaping import as_people_write, escaped

TAGS = ("alumn", "StockholmsUniversitet", "med_streck")
MENTION = "@[Stockholms universitet](urn:li:organization:42)"
RAW = re.compile(
    r"(?P<mention>@\[[^\[\]\\\n]+\]\(urn:li:organization:[0-9]+\))|(?P<address>https?://[^\s\\|{}<>\[\]()]+)|(?P<tag>#\w+)"
)
TEXTS = st.lists(
    st.one_of(
        st.text(max_size=12),
        st.sampled_from([*(f"#{tag}" for tag in TAGS), "#annat", MENTION, "@[x](y)", "https://e.org/a_b#c@d~e", "http://",
                         "\\", "\\#alumn", "C#", "(", ")", "{hashtag|\\#|x}", "*_~", "<b>", "👩‍👩‍👧‍👦", "عربي"]),
    ),
    max_size=12,
).map("".join)  # fmt: skip


def unescaped(commentary: str) -> str:
    """As LinkedIn reads it. Raises ValueError for a reserved character that stands neither escaped nor where it may."""
    text, at = "", 0
    while at < len(commentary):
        sign = commentary[at]
        if sign == "\\":
            if at + 1 == len(commentary) or commentary[at + 1] not in "\\|{}@[]()<>#*_~":
                raise ValueError(f"a lone backslash at {at}")
            text, at = text + commentary[at + 1], at + 2
        elif found := RAW.match(commentary, at):
            if found["tag"] and found["tag"][1:] not in TAGS:
                raise ValueError(f"{found['tag']} is no tag of ours")
            text, at = text + found[0], found.end()
        elif sign in "|{}@[]()<>#*_~":
            raise ValueError(f"{sign} stands unescaped at {at}")
        else:
            text, at = text + sign, at + 1
    return text


@given(TEXTS)
@example("https://e.org/x(y)#alumn @[A](urn:li:organization:1)")
@example("#alumn_x #alumnx #alumn")
@example("https://e.org/@" + MENTION)
@example("#http://" + MENTION)
def test_any_text_escaped_and_unescaped_is_the_source(text: str) -> None:
    assert unescaped(escaped(text, TAGS)) == text


def test_each_reserved_character_gets_a_backslash_and_no_other() -> None:
    assert escaped(r"\|{}@[]()<>#*_~", ()) == r"\\\|\{\}\@\[\]\(\)\<\>\#\*\_\~"
    assert escaped("Åsa & Bo: 50 % = 1/2!", ()) == "Åsa & Bo: 50 % = 1/2!"


def test_addresses_real_tags_and_mentions_are_not_escaped() -> None:
    text = f"Se https://e.org/a_b#c och {MENTION} #alumn #annat"
    assert escaped(text, ("alumn",)) == f"Se https://e.org/a_b#c och {MENTION} #alumn \\#annat"


@pytest.mark.parametrize("commentary", ["(", "a\\", "a\\b", "#annat", "@[x](urn:li:person:1)"])
def test_the_strict_reading_refuses_what_linkedin_would_cut(commentary: str) -> None:
    with pytest.raises(ValueError):
        unescaped(commentary)


def test_people_write_mentions_by_name() -> None:
    assert as_people_write(f"Tack {MENTION}!") == "Tack @Stockholms universitet!"
