"""What is wrong with a template is said in one sentence that names the file, the line and what there is."""

import pytest

from outreach.errors import PermanentFailure
from outreach.rendering import render


def refusal(write, body: str, **more: str) -> str:
    write("letter.sv.md", body, **more)
    with pytest.raises(PermanentFailure) as failure:
        render("letter", language="sv", purpose="invitation")
    return str(failure.value)


def test_undefined_name_is_named_with_its_line_and_those_there_are(write):
    said = refusal(write, "Hej\n\n{{ universtiy }}")
    assert said.startswith("letter.sv.md, line 7: there is no 'universtiy'. There are: ")
    assert "university" in said


@pytest.mark.parametrize(
    ("printed", "missing", "there_is"),
    [
        (
            "{{ person.firstname }}",
            "person.firstname",
            "given_name, family_name, full_name, greeting, programme, party, confirm_until",
        ),
        ("{{ links.joyn }}", "links.joyn", "join, preferences, unsubscribe, rsvp, survey"),
        ("{% if department %}{{ department.nam }}{% endif %}", "department.nam", "code, name"),
    ],
)
def test_unknown_tag_is_named_with_those_there_are(write, printed, missing, there_is):
    assert refusal(write, printed) == f"letter.sv.md, line 5: there is no '{missing}'. There are: {there_is}."


@pytest.mark.parametrize(
    "body",
    [
        "{% if person.programme %}a{% endif %}",
        "{% if person.given_name == 'Åsa' %}a{% endif %}",
        "{{ person.given_name | upper }}",
        "{{ person.given_name ~ '!' }}",
        "{{ person.given_name[0] }}",
        "{{ person['given_name'] }}",
        "{% for letter in person.given_name %}{{ letter }}{% endfor %}",
        "{% set name = person.given_name %}{{ name }}",
        "{% set someone = person %}{{ someone.given_name }}",
        "{{ person }}",
        "{{ 'a' if person.programme else 'b' }}",
        "{{ links.join.upper() }}",
    ],
)
def test_persons_field_can_only_be_printed(write, body):
    said = refusal(write, body)
    assert said.startswith("letter.sv.md, line 5: ")
    assert "make it a variant" in said


@pytest.mark.parametrize(
    "body",
    [
        "{% filter upper %}{{ person.given_name }}{% endfilter %}",
        "{% set x %}{{ person.given_name }}{% endset %}{{ x | upper }}",
        "{% macro m() %}{{ person.given_name }}{% endmacro %}{{ m() | upper }}",
        "{% include 'layout.html.jinja' %}",
        "{% import 'layout.html.jinja' as other %}",
        "{% extends 'layout.html.jinja' %}",
    ],
)
def test_blocks_that_could_break_a_tag_are_refused(write, body):
    assert refusal(write, body) == "letter.sv.md, line 5: a message may only print, ask (if) and repeat (for)."


def test_template_cannot_reach_into_python(write):
    assert "letter.sv.md, line 5" in refusal(write, "{{ university.__class__.__mro__ }}")


def test_department_where_there_is_none_is_explained(write):
    assert "put it in {% if department %}" in refusal(write, "{{ department.name }}")


def test_unfinished_template_names_its_line(write):
    assert refusal(write, "Hej\n{% if department %}a").startswith("letter.sv.md, line 6: ")


def test_misspelt_name_in_the_subject_is_found_on_its_line(write):
    said = refusal(write, "Hej", subject='"{{ universtiy }}"')
    assert said.startswith("letter.sv.md, line 2: there is no 'universtiy'.")


@pytest.mark.parametrize(
    "subject", ['"Hej\\r\\nBcc: alla@example.org"', '"Hej\\nTo: x"', "|\n  Hej\n  Bcc: x", '"a\\0b"', '"a\\u2028b"']
)
def test_subject_of_several_lines_is_refused(write, subject):
    assert refusal(write, "Hej", subject=subject) == (
        "letter.sv.md: the subject must be one line without control characters."
    )


def test_newline_in_a_value_cannot_make_a_second_header(write):
    write("letter.sv.md", subject='"{{ title }}"')
    letter = render("letter", language="sv", purpose="invitation", context={"title": "Hej\r\nBcc: x@example.org"})
    assert letter.subject == "Hej Bcc: x@example.org"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("Hej!", "letter.sv.md does not begin with its subject and preheader between two lines of ---."),
        ("---\nsubject: a\n---\n", "letter.sv.md has no preheader: write it between the lines of --- at the top."),
        ("---\nsubject:\npreheader: b\n---\n", "letter.sv.md: the subject is empty."),
        ("---\nsubject: [a]\npreheader: b\n---\n", "letter.sv.md: the subject is empty."),
        (
            "---\nsubject: a: b\npreheader: b\n---\n",
            "letter.sv.md, line 2: the lines at the top cannot be read; put a text that holds : or # or {{ in quotes.",
        ),
        (
            "---\nsubject: a\npreheader: b\nfrom: x\n---\n",
            "letter.sv.md: 'from' is not known at the top of a message. There are: subject, preheader, why, readers.",
        ),
        (
            "---\nsubject: a\npreheader: b\nreaders: x\n---\n",
            "letter.sv.md: readers is 'x'; it can be alumni or coordinators.",
        ),
        ("---\n- a\n---\n", "letter.sv.md: the lines at the top must look like `subject: ...`."),
    ],
)
def test_broken_front_matter_is_explained(write, content, said):
    write("letter.sv.md").write_text(content, encoding="utf-8")
    with pytest.raises(PermanentFailure) as failure:
        render("letter", language="sv", purpose="invitation")
    assert str(failure.value) == said


def test_wrong_encoding_is_explained(write):
    write("letter.sv.md").write_bytes("---\nsubject: å\npreheader: b\n---\n".encode("cp1252"))
    with pytest.raises(PermanentFailure, match=r"letter.sv.md is not saved as UTF-8"):
        render("letter", language="sv", purpose="invitation")


def test_template_saved_by_windows_is_read(write):
    path = write("letter.sv.md", "Åsa")
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert "Åsa" in render("letter", language="sv", purpose="invitation").text


def test_message_that_is_not_written_is_named(home):
    with pytest.raises(PermanentFailure, match=r"write templates/email/nothing.sv.md"):
        render("nothing", language="sv", purpose="invitation")


@pytest.mark.parametrize("name", ["../secret", "a/b", "", "A", "a.b", "a\n"])
def test_name_of_a_message_is_no_path(home, name):
    with pytest.raises(PermanentFailure, match="no name of a message"):
        render(name, language="sv", purpose="invitation")


def test_unknown_department_is_named(home):
    with pytest.raises(PermanentFailure, match="There is no department 'nowhere'"):
        render("graduation-invitation", language="sv", department_code="nowhere", purpose="invitation")
