"""`outreach check` says what is wrong with the messages before anybody is written to."""

import pytest

from outreach.rendering import check_messages

EVENTS = (
    "invitation", "reminder", "confirmed", "waiting", "offered", "lapsed", "given-up", "changed", "changed-others",
    "cancelled", "cancelled-others", "practical", "thanks", "missed",
)  # fmt: skip
DUTYS_OWN = (
    "graduation-invitation",
    "graduation-reminder-month",
    "graduation-reminder-week",
    "graduation-reminder-after",
    *(f"event-{message}" for message in EVENTS),
    *(f"career-survey-{message}" for message in ("invitation", "reminder", "last-reminder", "thanks")),
)


@pytest.fixture
def office(write):
    """A folder with everything the duty sends, and all well."""
    for message in DUTYS_OWN:
        for language in ("sv", "en"):
            write(f"{message}.{language}.md", "Hej!")
    for language in ("sv", "en"):
        write(f"newsletter.{language}.md", "Hej!\n\n{{ stories }}")
    return write


def test_shipped_messages_have_no_problem(home):
    assert check_messages() == []


def test_folder_in_order_has_no_problem(office):
    assert check_messages() == []


@pytest.mark.parametrize(
    ("name", "more", "said"),
    [
        (
            "extra.sv.md",
            {"body": "[klicka här](https://x.example)"},
            "a link says only 'klicka här'",
        ),
        ("extra.sv.md", {"body": "[Här]({{ links.join }})"}, "says only 'Här': write where it leads."),
        ("extra.sv.md", {"subject": "a" * 71}, "extra.sv.md: the subject has 71 characters; keep it below 70."),
        ("extra.sv.md", {"body": "ord " * 25_000}, "kB of HTML"),
        ("extra.sv.md", {"body": "{{ nonsense }}"}, "extra.sv.md, line 5: there is no 'nonsense'"),
        ("extra.sv.md", {"body": "{% if person.programme %}a{% endif %}"}, "make it a variant"),
        ("extra.sv.md", {"body": "{% if department %}{{ oops }}{% endif %}"}, "there is no 'oops'"),
        ("extra.nowhere.sv.md", {}, "there is no department 'nowhere' in config/departments.csv."),
        ("Utkast.md", {}, "Utkast.md is not used"),
        ("extra.de.md", {}, "extra.de.md is not used"),
        ("extra.sv.md", {}, "extra has no version in English: write extra.en.md."),
        ("graduation-invitation.dsv.sv.md", {}, "write graduation-invitation.dsv.en.md."),
    ],
)
def test_problem_is_said_in_one_sentence(office, name, more, said):
    office(name, **more)
    assert [problem for problem in check_messages() if said in problem]
    assert all("\n" not in problem for problem in check_messages())


def test_message_a_duty_sends_but_nobody_wrote_is_named(office):
    for language in ("sv", "en"):
        office(f"graduation-invitation.{language}.md").unlink()
    assert check_messages() == [
        "graduation-invitation sends 'graduation-invitation', which does not exist: write graduation-invitation.sv.md."
    ]


@pytest.mark.parametrize("layout", ["layout.html.jinja", "layout.txt.jinja"])
def test_layout_that_lost_the_way_out_is_found(office, layout):
    path = office("extra.sv.md").parent / layout
    path.write_text(path.read_text().replace("links.unsubscribe", "links.join"))
    assert f"extra.sv.md comes without a link to unsubscribe: put {{{{ links.unsubscribe }}}} back into {layout}." in (
        check_messages()
    )
