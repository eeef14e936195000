"""The duties' and purposes' configuration: a slip is one sentence, and every day belongs to one term."""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from outreach import duties
from outreach.duties import Term, term_named, term_of
from outreach.errors import PermanentFailure
from outreach.settings import ROOT
from tests.conftest import forget_settings

DUTIES = (ROOT / "config/duties.toml").read_text(encoding="utf-8")
PURPOSES = (ROOT / "config/purposes.toml").read_text(encoding="utf-8")
Configure = Callable[..., None]


@pytest.fixture
def configure(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Configure:
    """Use these texts as duties.toml and purposes.toml; None for a file that is missing."""
    folder = tmp_path / "config"
    folder.mkdir()
    (folder / "settings.toml").write_bytes((ROOT / "config/settings.toml").read_bytes())
    monkeypatch.setenv("OUTREACH_CONFIG_DIR", str(folder))

    def configure_(duties_: str | None = DUTIES, purposes_: str | None = PURPOSES) -> None:
        for name, content in (("duties.toml", duties_), ("purposes.toml", purposes_)):
            if content is not None:
                (folder / name).write_text(content, encoding="utf-8")
        forget_settings()

    return configure_


def sentence(ask: Callable[[], object]) -> str:
    with pytest.raises(PermanentFailure) as raised:
        ask()
    assert "\n" not in str(raised.value)
    return str(raised.value)


def test_the_shipped_duties_and_purposes_are_good(home: Path) -> None:
    assert duties.duty("graduation-invitation").purpose == "invitation"
    assert [wave.days_from_end for wave in duties.duty("graduation-invitation").waves] == [None, -28, -7, 14]
    assert duties.purposes()["newsletter"].legal_basis == "consent"


@pytest.mark.parametrize(
    ("written", "instead", "said"),
    [
        ("within_days = 60", "within_day = 60", "config/duties.toml: graduation-invitation.within_day: "),
        ("within_days = 60", 'within_days = "soon"', "config/duties.toml: graduation-invitation.within_days: "),
        ("within_days = 60", "within_days = 0", "config/duties.toml: graduation-invitation.within_days: "),
        ('"once_per_text"', '"sometimes"', "config/duties.toml: graduation-invitation.approval: "),
        ("days_from_end = -7", 'days_from_end = "a week"', "graduation-invitation.waves.2.days_from_end: "),
        ('purpose = "invitation"', 'purpose = "invitations"', "there is no purpose 'invitations'"),
        ('kinds = ["portrait"]', 'kinds = ["portraits"]', "quarterly-newsletter.sections.3.kinds.0: "),
        (
            "at_most = 3",
            "at_most = 3\nat_least = 1",
            "sections.1: Value error, a department's own section may be empty",
        ),
        ('name = "events"', 'name = "news"', "the section 'news' stands twice"),
        ("remind_weeks_before = 3", "remind_weeks_before = 7", "ask first, remind later"),
        ("at_most = 4", "at_most = 0", "quarterly-newsletter.sections.2.at_most: "),
        ('title_en = "Inv', 'titel_en = "Inv', "config/duties.toml: graduation-invitation.title_en: "),
        ("[terms]", "[terms", "config/duties.toml cannot be read: "),
        (
            "[graduation-invitation]",
            "[graduation-invitation]\nname = 'y'",
            "config/duties.toml: graduation-invitation: ",
        ),
        ("[terms]", "stray = 3\n[terms]", "config/duties.toml: stray"),
        ("messages = 2", "messages = 0", "config/duties.toml: contact.messages: "),
        ("messages = 2\n", "", "config/duties.toml: contact.messages: "),
        ("days = 14", 'days = "a fortnight"', "config/duties.toml: contact.days: "),
        ("[contact]", "[contact]\nweeks = 2", "config/duties.toml: contact.weeks: "),
        ("[contact]", "[[contact]]", "config/duties.toml: contact: "),
        ("priority = 80", "priority = 101", "config/duties.toml: graduation-invitation.priority: "),
        ('over_budget = "wait"      #', 'over_budget = "later" #', "quarterly-newsletter.over_budget: "),
    ],
)
def test_a_slip_in_the_duties_is_one_sentence_that_names_it(
    configure: Configure, written: str, instead: str, said: str
) -> None:
    assert written in DUTIES
    configure(DUTIES.replace(written, instead, 1))
    assert said in sentence(duties.duties)


@pytest.mark.parametrize(
    ("written", "instead", "said"),
    [
        ('legal_basis = "consent"', 'legal_basis = "habit"', "config/purposes.toml: newsletter.legal_basis: "),
        ("asked = false", "asked = 7", "config/purposes.toml: invitation.asked: "),
        ("wording_sv = ", "wording = ", "config/purposes.toml: invitation.wording_sv: "),
        ("[newsletter]", "[newsletter", "config/purposes.toml cannot be read: "),
        ("[newsletter]", "[invitation]", "config/purposes.toml cannot be read: "),
        ("[invitation]", "stray = 1\n[invitation]", "config/purposes.toml: stray"),
    ],
)
def test_a_slip_in_the_purposes_is_one_sentence_that_names_it(
    configure: Configure, written: str, instead: str, said: str
) -> None:
    assert written in PURPOSES
    configure(purposes_=PURPOSES.replace(written, instead, 1))
    assert said in sentence(duties.purposes)


def test_a_duty_without_a_message_is_none(configure: Configure) -> None:
    configure(DUTIES[: DUTIES.index("[[graduation-invitation.waves]]")])
    assert sentence(duties.duties).startswith("config/duties.toml: graduation-invitation.waves: ")


def test_the_budget_may_be_left_out_and_is_no_duty(configure: Configure) -> None:
    configure()
    budget = duties.contact()
    assert budget is not None
    assert (budget.messages, budget.days) == (2, 14)
    assert "contact" not in duties.duties()
    configure(DUTIES.replace("[contact]\nmessages = 2\ndays = 14\n", ""))
    assert duties.contact() is None
    assert "graduation-invitation" in duties.duties()


def test_the_reminders_of_a_duty_alone_never_fill_the_budget(home: Path) -> None:
    """At the least gap, so many fall on any `days` calendar days in a row: the first, and one each whole gap later, but
    no more than the duty has."""
    budget = duties.contact()
    assert budget is not None
    for duty in (one for one in duties.duties().values() if one.counts):
        gap = min((wave.min_gap_days for wave in duty.waves[1:]), default=budget.days)
        assert min(len(duty.waves), 1 + (budget.days - 1) // gap) <= budget.messages


def test_a_file_that_is_missing_is_said_so(configure: Configure) -> None:
    configure(duties_=None)
    assert sentence(duties.duties) == "config/duties.toml is missing."
    assert sentence(lambda: term_of(date(2026, 1, 1))) == "config/duties.toml is missing."


def test_a_duty_nobody_has_written_names_those_there_are(home: Path) -> None:
    assert sentence(lambda: duties.duty("newsleter")) == (
        "There is no duty 'newsleter'. There are: career-survey, event-invitation, event-notices, "
        "graduation-invitation, quarterly-newsletter."
    )


# Terms


def test_every_day_of_three_years_belongs_to_one_term_and_the_terms_join_without_a_gap(home: Path) -> None:
    day, last = date(2025, 1, 1), date(2027, 12, 31)
    terms: list[Term] = []
    while day <= last:
        term = term_of(day)
        assert term.first <= day <= term.last
        assert term_named(term.name) == term
        if term not in terms:
            terms.append(term)
        day += timedelta(days=1)
    assert [term.name for term in terms] == [
        "2024-HT", "2025-VT", "2025-HT", "2026-VT", "2026-HT", "2027-VT", "2027-HT",
    ]  # fmt: skip
    for before, after in pairwise(terms):
        assert after.first - before.last == timedelta(days=1)


def test_january_still_counts_as_the_autumn_before(home: Path) -> None:
    assert term_of(date(2027, 1, 31)) == Term(name="2026-HT", first=date(2026, 8, 1), last=date(2027, 1, 31))
    assert term_of(date(2027, 2, 1)).name == "2027-VT"


@pytest.mark.parametrize(
    "name", ["", "2026", "2026-", "-HT", "2026-XX", "HT-2026", "0-HT", "²-HT", "99999-HT", "2026-HT-"]
)
def test_a_term_nobody_has_is_said_so(home: Path, name: str) -> None:
    assert sentence(lambda: term_named(name)) == f"There is no term {name!r}."


@pytest.mark.parametrize(
    "terms",
    ['VT = "2-30"', 'VT = "February"', "VT = 3", "VT = true", "VT = 2026-02-01", 'VT = "02-01-01"', 'VT = "02-29"', ""],
)
def test_a_term_that_begins_on_no_day_is_one_sentence(configure: Configure, terms: str) -> None:
    configure(DUTIES.replace('VT = "02-01"\nHT = "08-01"', terms))
    assert sentence(lambda: term_of(date(2026, 11, 22))).startswith("config/duties.toml: terms: ")


def test_an_office_with_three_terms_is_served_too(configure: Configure) -> None:
    configure(DUTIES.replace('VT = "02-01"\nHT = "08-01"', 'spring = "01-15"\nsummer = "06-10"\nautumn = "08-20"'))
    assert term_of(date(2026, 7, 1)) == Term(name="2026-summer", first=date(2026, 6, 10), last=date(2026, 8, 19))
    assert term_named("2026-summer").first == date(2026, 6, 10)
    assert term_of(date(2026, 1, 1)).name == "2025-autumn"
