"""From a story to a post: the hook, the languages, the facts, the limits."""

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from outreach.linkedin.composing import HOOK_UNITS, POST_UNITS, Edition, Told, of_edition, of_story
from outreach.linkedin.configuration import LinkedIn, configuration
from outreach.linkedin.length import units
from outreach.linkedin.post import as_record, from_record
from outreach.story import Channel, Kind, Picture, Telling
from tests.linkedin.conftest import GROUP, PAGE, story

AT = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)
SV, EN = Telling("sv", "En nyhet", "Det här har hänt."), Telling("en", "Some news", "This has happened.")


@pytest.fixture(scope="module")
def config() -> LinkedIn:
    return configuration()


@pytest.mark.parametrize("channel", [PAGE, GROUP])
def test_a_post_fills_linkedins_3000_characters_and_not_one_more(config: LinkedIn, channel: Channel) -> None:
    long = story(tellings=(Telling("sv", "En nyhet", "o" * 9000),))
    assert units(of_story(long, channel, config, AT).text) == 3000


def test_a_post_has_its_hook_first_then_the_text_the_link_and_the_tags(config: LinkedIn) -> None:
    made = of_story(story(), PAGE, config, AT)
    assert made.text == (
        "En nyhet\n\nDet här har hänt.\n\nLäs mer: https://www.example.org/nyhet\n\n#StockholmsUniversitet #alumn"
    )
    assert (made.hook, made.link, made.at) == ("En nyhet", "https://www.example.org/nyhet", AT)


def test_the_page_speaks_swedish_and_english_of_what_is_told_in_english_alone(config: LinkedIn) -> None:
    assert of_story(story(tellings=(SV, EN)), PAGE, config, AT).language == "sv"
    english = of_story(story(tellings=(EN,)), PAGE, config, AT)
    assert english.language == "en"
    assert "Read more: https" in english.text
    assert english.tags == ("StockholmUniversity", "alumni")


def test_the_group_speaks_both_and_says_so_before_the_fold(config: LinkedIn) -> None:
    both = of_story(story(tellings=(SV, EN)), GROUP, config, AT)
    assert both.language == "both"
    assert both.text.startswith(
        "En nyhet (English below)\n\nDet här har hänt.\n\n———\n\nSome news\n\nThis has happened."
    )
    assert of_story(story(tellings=(SV,)), GROUP, config, AT).text.startswith("En nyhet\n\n")


def test_an_event_says_when_by_the_offices_clock_and_where(config: LinkedIn) -> None:
    event = story(kind=Kind.EVENT, happens_at=datetime(2026, 12, 3, 17, 0, tzinfo=UTC), place="Aula\nMagna")
    made = of_story(event, PAGE, config, AT)
    assert "När: torsdag 3 december 2026 kl. 18.00\nVar: Aula Magna" in made.text
    assert "Läs mer och anmäl dig: " in made.text
    english = of_story(story(**vars(event) | {"tellings": (EN,)}), PAGE, config, AT)
    assert "When: Thursday 3 December 2026 at 18:00\nWhere: Aula Magna" in english.text


def test_tags_are_those_of_the_kind_the_department_and_all_each_once(config: LinkedIn) -> None:
    made = of_story(story(kind=Kind.PORTRAIT, department_code="dsv"), PAGE, config, AT)
    assert made.tags == ("alumnporträtt", "dataochsystemvetenskap", "StockholmsUniversitet", "alumn")
    assert made.text.endswith("#alumnporträtt #dataochsystemvetenskap #StockholmsUniversitet #alumn")


def test_of_a_long_title_the_rest_follows_below_the_fold(config: LinkedIn) -> None:
    title = "Ett ord och " * 20 + "slut"
    made = of_story(story(tellings=(Telling("sv", title, "Text."),)), PAGE, config, AT)
    first, rest, *_ = made.text.split("\n\n")
    assert first == made.hook
    assert units(first) <= HOOK_UNITS
    assert first.endswith(" …")
    assert f"{first.removesuffix(' …')} {rest.removeprefix('… ')}" == title


@pytest.mark.parametrize("title", ["=1+1", "+46 8 16 20 00", "- en sak", "@SU", "=cmd|' /C calc'!A0"])
def test_a_text_that_begins_like_a_formula_stays_as_it_is(title: str, config: LinkedIn) -> None:
    assert of_story(story(tellings=(Telling("sv", title, "Text."),)), PAGE, config, AT).text.startswith(f"{title}\n\n")


def test_script_in_a_story_is_words_and_a_link_to_it_is_none(config: LinkedIn) -> None:
    hostile = Telling("sv", "Hej", "<script>alert(1)</script> [klicka](javascript:alert(1))")
    made = of_story(story(tellings=(hostile,), link="javascript:alert(1)"), PAGE, config, AT)
    assert "javascript" not in made.text
    assert made.link is None


def test_the_alt_text_is_on_one_line_in_the_language_of_the_post(config: LinkedIn) -> None:
    picture = Picture("a" * 64, 1200, 800, "En\nbild", "A picture")
    assert of_story(story(picture=picture), PAGE, config, AT).alt == "En bild"
    assert of_story(story(picture=picture, tellings=(EN,)), PAGE, config, AT).alt == "A picture"


def test_a_newsletter_is_told_by_its_headlines_with_its_public_address(config: LinkedIn) -> None:
    told = (
        Told(
            "sv", "Nyheter i december", ("Möt Ada", "Alumnmingel"), "https://a.example.org/newsletter/2026-q4?lang=sv"
        ),
        Told("en", "News in December", ("Meet Ada", "Mingle"), "https://a.example.org/newsletter/2026-q4?lang=en"),
    )
    made = of_edition(Edition("newsletter/2026-Q4", None, told, (7, 8)), PAGE, config, AT)
    assert made.text == (
        "Nyheter i december\n\nI det här numret:\n• Möt Ada\n• Alumnmingel\n\n"
        "Läs nyhetsbrevet: https://a.example.org/newsletter/2026-q4?lang=sv\n\n#StockholmsUniversitet #alumn"
    )
    assert (made.kind, made.item, made.names) == ("newsletter", "newsletter/2026-Q4", (7, 8))


PARAGRAPHS = st.lists(
    st.one_of(st.text(max_size=80), st.sampled_from(["Hej. ", "👩‍👩‍👧‍👦", "حوار ", "学。", "x" * 300])), max_size=30
)
BODIES = st.builds(lambda parts, times: "".join(parts) * times, PARAGRAPHS, st.integers(1, 20))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(sv=BODIES, en=BODIES, title=st.text(min_size=1, max_size=300), two=st.booleans())
@example(sv="x" * 2901, en="", title="=A1", two=False)
@example(sv="En mening till. " * 400, en="One more sentence. " * 400, title="T" * 300, two=True)
def test_any_story_fits_with_its_hook_before_the_fold_and_its_link_and_tags(
    sv: str, en: str, title: str, two: bool
) -> None:
    shipped = configuration()
    tellings = (Telling("sv", title, sv), Telling("en", title, en)) if two else (Telling("sv", title, sv),)
    made = of_story(story(tellings=tellings), GROUP, shipped, AT)
    assert units(made.text) <= POST_UNITS
    assert units(made.hook) <= HOOK_UNITS
    assert made.text.partition("\n")[0] == made.hook
    assert made.text.endswith("https://www.example.org/nyhet\n\n#StockholmsUniversitet #alumn")
    made.text.encode("utf-8")
    assert from_record(as_record(made)) == made


def test_each_language_gets_its_share_of_the_room(config: LinkedIn) -> None:
    long, short = "En mening till. " * 400, "Short."
    both = of_story(story(tellings=(Telling("sv", "A", long), Telling("en", "B", short))), GROUP, config, AT).text
    assert both.index("———") > 2700
    both = of_story(story(tellings=(Telling("sv", "A", long), Telling("en", "B", long))), GROUP, config, AT).text
    assert 1300 < both.index("———") < 1500
