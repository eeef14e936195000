"""The privacy pages follow the configuration, in both languages."""

import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from outreach import duties
from outreach.settings import ROOT
from tests.conftest import forget_settings

NEW = """
[alumni-book]
title_sv = "Alumnboken"
title_en = "The alumni book"
legal_basis = "consent"
basis_sv = "Du har tackat ja till alumnboken."
basis_en = "You said yes to the alumni book."
asked = true
wording_sv = "Ja, ta med mig i alumnboken."
wording_en = "Yes, put me in the alumni book."
"""


@pytest.fixture
def own_config(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the configuration that the test may change."""
    folder = home / "config"
    shutil.copytree(ROOT / "config", folder)
    monkeypatch.setenv("OUTREACH_CONFIG_DIR", str(folder))
    forget_settings()
    return folder


def add(file: Path, text: str) -> None:
    file.write_text(file.read_text(encoding="utf-8") + text, encoding="utf-8")
    forget_settings()


def plain(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.partition("<main")[2].partition("</main>")[0]).split())


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_purpose_has_a_page_with_its_basis_and_wording(client: Any, sqlite_db: str, language: str) -> None:
    index = client.get(f"/privacy?lang={language}").text
    for purpose in duties.purposes().values():
        assert f'href="/privacy/{purpose.name}?lang={language}"' in index
        page = client.get(f"/privacy/{purpose.name}?lang={language}")
        assert page.status_code == 200
        for words in (purpose.title(language), purpose.basis(language), purpose.wording(language)):
            assert words in plain(page.text)
        for duty in duties.duties().values():
            assert (f"<h3>{duty.title(language)}</h3>" in page.text) == (duty.purpose == purpose.name)


def test_new_purpose_appears_by_itself(client: Any, own_config: Path) -> None:
    assert client.get("/privacy/alumni-book").status_code == 404
    add(own_config / "purposes.toml", NEW)
    assert "Alumnboken" in client.get("/privacy?lang=sv").text
    page = plain(client.get("/privacy/alumni-book?lang=en").text)
    assert "Yes, put me in the alumni book." in page
    assert "At present we send nothing" in page


def test_limit_stands_where_the_duty_counts_and_only_there(client: Any, own_config: Path) -> None:
    limit = "at most 2 letters in 14 days"
    assert limit in plain(client.get("/privacy/newsletter?lang=en").text)
    assert limit not in plain(client.get("/privacy/event-answers?lang=en").text)
    duties_file = own_config / "duties.toml"
    text = duties_file.read_text(encoding="utf-8").replace("messages = 2\n", "messages = 3\n")
    duties_file.write_text(text, encoding="utf-8")
    forget_settings()
    assert "at most 3 letters in 14 days" in plain(client.get("/privacy/newsletter?lang=en").text)


def test_consent_is_taken_back_and_a_task_is_objected_to(client: Any, sqlite_db: str) -> None:
    consent, task = (plain(client.get(f"/privacy/{name}?lang=sv").text) for name in ("newsletter", "invitation"))
    assert "ta tillbaka ditt ja" in consent
    assert "Du kan invända när som helst" in task
    assert "Du kan invända när som helst" not in consent


@pytest.mark.parametrize(
    ("set_", "words"),
    [
        ({"transport": "outbox"}, "inga brev"),
        ({"transport": "smtp"}, "egen e-postserver"),
        ({"transport": "sendgrid"}, "servrar inom EU"),
        ({"transport": "sendgrid", "sendgrid_region": "global"}, "utanför EU"),
    ],
)
def test_who_delivers_the_letters_is_who_does(
    client: Any, sqlite_db: str, set_environment: Any, set_: dict[str, str], words: str
) -> None:
    set_environment(**set_)
    said = plain(client.get("/privacy?lang=sv").text)
    others = {"inga brev", "egen e-postserver", "servrar inom EU", "utanför EU"} - {words}
    assert words in said
    assert {one for one in others if one in said} == set()


def test_times_are_those_of_the_configuration(client: Any, sqlite_db: str, set_environment: Any) -> None:
    before = plain(client.get("/privacy?lang=en").text)
    set_environment(event_keep_days=45, retention__left_years=3)
    after = plain(client.get("/privacy?lang=en").text)
    assert "deleted after 90 days" in before
    assert "deleted after 45 days" in after
    assert "If you have left the network: 2 more years." in before
    assert "If you have left the network: 3 more years." in after
    assert "14 days after it" in after  # event.tidy_days_after
    assert "60 days after it has closed" in after  # survey.cut_days_after_closing


def test_office_says_who_answers(client: Any, sqlite_db: str, set_environment: Any) -> None:
    set_environment(privacy='{"controller_en": "The College", "protection_officer": "dpo@college.example.org"}')
    said = plain(client.get("/privacy?lang=en").text)
    assert "The College is the controller." in said
    assert "dpo@college.example.org" in said
    assert "www.imy.se" in said


@pytest.mark.parametrize("name", ["nope", "Newsletter", "%00", "<b>", "newsletter/x"])
def test_other_names_are_not_found(client: Any, sqlite_db: str, name: str) -> None:
    assert client.get(f"/privacy/{name}").status_code == 404
