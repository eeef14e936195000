"""The same Markdown becomes HTML and text that a person can read."""

from outreach import tags
from outreach.rendering import html_of, text_of
from outreach.rendering.markdown import escaped


def test_link_alone_in_bold_is_a_button():
    assert html_of("**[Gå med](https://x.example)**") == (
        '<table role="presentation" class="button"><tr><td><a href="https://x.example">Gå med</a></td></tr></table>\n'
    )
    assert text_of("**[Gå med](https://x.example)**") == "Gå med:\nhttps://x.example"


def test_link_among_words_is_no_button():
    assert "button" not in html_of("Läs **[mer om det](https://x.example)** här")
    assert "button" not in html_of("[bara en länk](https://x.example)")
    assert "button" not in html_of("**[en](https://x.example) [två](https://y.example)**")


def test_text_has_underlined_headings_dashes_numbers_and_quotes():
    markdown = "# Stort\n\n## Litet\n\n- ett\n- två\n  - inre\n\n3. tre\n4. fyra\n\n> sagt\n\n***\n\n    kod"
    assert text_of(markdown) == (
        "Stort\n=====\n\nLitet\n-----\n\n- ett\n- två\n  - inre\n\n3. tre\n4. fyra\n\n> sagt\n\n* * *\n\n    kod"
    )


def test_text_shows_where_a_link_leads():
    assert text_of("Läs [mer](https://x.example) nu") == "Läs mer <https://x.example> nu"
    assert text_of("<https://x.example>") == "https://x.example"
    assert text_of("[a@b.example](mailto:a@b.example)") == "a@b.example"


def test_text_wraps_at_72_and_never_inside_an_address():
    address = "https://x.example/" + "a" * 90
    lines = text_of(f"{'ord ' * 40}[här]({address})\n\n- {'punkt ' * 30}").split("\n")
    assert f"<{address}>" in lines
    assert all(len(line) <= 72 for line in lines if address not in line)


def test_tag_counts_as_a_name_when_wrapping():
    tag = tags.tag("0123456789", "given_name", "t")
    assert text_of(f"{'a' * 50} {tag} slut") == f"{'a' * 50} {tag} slut"


def test_line_break_stays():
    assert text_of("Varma hälsningar\\\nAnna") == "Varma hälsningar\nAnna"


def test_escaped_value_prints_as_it_stands():
    value = "".join(chr(code) for code in range(32, 127)).strip()
    assert text_of(escaped(value)) == value
