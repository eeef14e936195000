"""Every text in both languages, none missing, none left over."""

import re
import string
from pathlib import Path

import pytest

from outreach.duties import LANGUAGES
from outreach.event import Answer
from outreach.models import StoryStatus
from outreach.queries.seats import Refusal
from outreach.settings import ROOT
from outreach.web import countries, failures, own_stories, persons, preferences, story_form, texts

WEB = ROOT / "templates" / "web"
READ = {language: texts.catalogue(WEB / "locale", language).forms for language in LANGUAGES}
CATALOGUE = {key: {code: forms[key] for code, forms in READ.items() if key in forms} for key in READ["sv"] | READ["en"]}
# Names that are put together of a word of the program and one of these.
PUT_TOGETHER = (
    "reason.",
    "wrong.",
    "field.",
    "host_sheet.",
    "keys.days_",
    "keys.state_",
    "person_word.",
    "portal.place_",
    "calendar.kind_",
    "calendar.status_",
    "help.word_",
    "help.means_",
    "stories.status_",
    "stories.state_",
    "stories.kind_",
    "stories.channel_",
    "stories.why_",
    "start.",
    "campaign.state_",
    "campaign.status_",
    "campaign.step_",
    "campaign.act_",
    "campaign.view_",
    "campaign.absent_",
    "dashboard.duty_",
    "dashboard.state_",
    "dashboard.kind_",
    "dashboard.verdict_",
    "dashboard.suppressed_",
    "dashboard.delivery_",
    "campaign.one_",
    "copy.",
)


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


DATA_FILES = ("tables", "data", "dictionary", "written")  # of the results


@pytest.mark.parametrize("key", sorted(CATALOGUE))
def test_text_exists_in_both_languages_with_the_same_values(key: str) -> None:
    said = CATALOGUE[key]
    assert set(said) == set(LANGUAGES)
    every = [text for forms in said.values() for text in forms]
    assert all(text.strip() == text and text for text in every)
    assert len({len(forms) for forms in said.values()}) == 1  # a number chooses its form in both, or in neither
    assert [fields(text) for text in said["sv"]] == [fields(text) for text in said["en"]]
    assert not re.search(r"[<>]|--|–", "".join(every))


def test_templates_ask_for_every_text_there_is_and_no_other() -> None:
    asked = set()
    for template in WEB.rglob("*.html"):
        asked |= set(re.findall(r"""\bt\(["']([a-z_]+\.[a-z_0-9]+)["'][,)]""", template.read_text(encoding="utf-8")))
    for module in Path(ROOT / "outreach" / "web" / "portal").rglob("*.py"):
        asked |= set(re.findall(r"""\bsay\(["']([a-z_]+\.[a-z_0-9]+)["'][,)]""", module.read_text(encoding="utf-8")))
    asked |= {f"role.{role}" for role in persons.ROLES}
    asked |= {f"preferences.saved_{matter}" for matter in preferences.MATTERS}
    asked |= {"preferences.unsubscribed", "preferences.bounced"}
    asked |= {f"approve.{said}{decision}" for said in ("", "title_", "hello_") for decision in ("approved", "rejected")}
    asked |= {"approve.hello"}
    asked |= {f"story_kind.{kind}" for kind in story_form.KINDS}
    asked |= {f"story_{said}.{channel}" for said in ("channel", "place") for channel in story_form.CHANNELS}
    asked |= {f"own_stories.done_{done}" for done in own_stories.DONE}
    asked |= {f"own_stories.status_{status}" for status in StoryStatus}
    names = [
        "invalid",
        "expired",
        "erased",
        "gone",
        "not_yours",
        "not_planner",
        "no_event",
        "not_your_event",
        "form_too_old",
        "busy",
        "broken",
    ]
    names += [f"http_{status}" for status in failures.EXPLAINED]
    asked |= {f"failure.{name}{end}" for name in names for end in ("", "_title")}
    refused = set(Refusal) - {Refusal.GUESTS, Refusal.ERASED}  # beside its field, a page of its own
    asked |= {f"rsvp.refused_{refusal}{end}" for refusal in refused for end in ("", "_title")}
    asked |= {f"rsvp.choose_{answer}" for answer in Answer}
    asked |= {key for key in CATALOGUE if key.startswith(("rsvp.seated", "rsvp.waiting", "rsvp.offered"))}
    asked |= {key for key in CATALOGUE if key.startswith(PUT_TOGETHER)}
    asked |= {f"results.{unit}" for unit in ("share", "mean", "median")} | {
        f"results.file_{name}" for name in DATA_FILES
    }
    assert asked == set(CATALOGUE)


def test_every_reason_for_an_exclusion_has_words() -> None:
    sources = [*Path(ROOT / "outreach" / "queries" / "audiences").glob("*.py"), ROOT / "outreach/queries/standing.py"]
    said = "".join(source.read_text(encoding="utf-8") for source in sources)
    reasons = set(re.findall(r'(?:_word\(|, )"([a-z_]+)"\)', said))
    assert {"said_no", "member", "already_asked"} <= reasons
    assert {reason for reason in reasons if f"reason.{reason}" not in CATALOGUE} == set()


def test_countries_stand_in_the_readers_alphabet() -> None:
    swedish, english = (dict(countries.countries(language)) for language in LANGUAGES)
    assert swedish["SE"] == "Sverige"
    assert english["SE"] == "Sweden"
    assert set(swedish) == set(english)
    assert list(swedish.values())[-1] == "Östtimor"
    assert list(swedish.values()).index("Åland") > list(swedish.values()).index("Zimbabwe")
    names = list(english.values())
    assert names.index("Åland Islands") < names.index("Albania")
    assert not countries.is_country("EU")
    assert countries.is_country("XK")
