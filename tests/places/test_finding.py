"""Which city a name means: in any language of Latin letters, asked about when it is not certain."""

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach import places
from outreach.event import Place
from outreach.places.cities import City, cities
from outreach.places.folding import folded, slugged

EVERYWHERE = cities().in_country(None)


def where(place: Place) -> tuple[float, float]:
    return place.latitude, place.longitude


def asked_back(name: str, country: str | None = None) -> list[str]:
    with pytest.raises(places.Ambiguous) as asked:
        places.find(name, country)
    return [choice.text("sv") for choice in asked.value.choices]


@pytest.mark.parametrize(
    ("names", "country", "zone", "near"),
    [
        (["Göteborg", "Gothenburg", "GOTEBORG", "goteborg", "Goeteborg"], "SE", "Europe/Stockholm", (57.7, 12.0)),
        (["Köpenhamn", "København", "Copenhagen", "kobenhavn"], "DK", "Europe/Copenhagen", (55.7, 12.6)),
        (["München", "Munich", "Muenchen", "munchen"], "DE", "Europe/Berlin", (48.1, 11.6)),
        (["São Paulo", "Sao Paulo", "sao-paulo"], "BR", "America/Sao_Paulo", (-23.5, -46.6)),
        (["Peking", "Beijing"], "CN", "Asia/Shanghai", (39.9, 116.4)),
        (["Helsingfors", "Helsinki"], "FI", "Europe/Helsinki", (60.2, 24.9)),
        (["Tokyo", "Tokio", "Tōkyō"], "JP", "Asia/Tokyo", (35.7, 139.7)),
        (["New York", "New York City", "NYC"], "US", "America/New_York", (40.7, -74.0)),
        (["Washington, D.C.", "Washington DC", "Washington (DC)"], "US", "America/New_York", (38.9, -77.0)),
        (["Båstad"], "SE", "Europe/Stockholm", (56.4, 12.9)),
    ],
)
def test_a_city_is_found_by_each_of_its_names(
    names: list[str], country: str, zone: str, near: tuple[float, float]
) -> None:
    for name in names:
        place = places.find(name)
        assert (place.country, place.time_zone) == (country, zone)
        assert where(place) == pytest.approx(near, abs=0.15)


def test_rom_is_rome_once_the_country_is_said_in_any_words() -> None:
    assert len(asked_back("Rom")) > 1
    for country in ("IT", "it", "Italien", "Italy", "ITALIEN"):
        assert places.find("Rom", country).time_zone == "Europe/Rome"


def test_a_place_is_called_what_it_was_asked_for_as() -> None:
    assert places.find("Rom", "Italien").name == "Rom"
    assert places.find("köpenhamn").name == "Köpenhamn"
    assert places.find("sao paulo").name == "São Paulo"


def test_paris_without_a_country_is_asked_about_however_much_larger_one_is() -> None:
    assert asked_back("Paris") == ["Paris, Frankrike", "Paris, USA (Texas)"]
    assert asked_back("London")[:2] == ["London, Storbritannien", "London, Kanada"]
    assert places.find("Paris", "Frankrike").country == "FR"
    assert places.find("Paris", "USA").time_zone == "America/Chicago"


def test_several_of_a_name_in_one_country_are_told_apart_by_region() -> None:
    choices = asked_back("Springfield", "USA")
    assert {"Springfield, USA (Illinois)", "Springfield, USA (Massachusetts)"} <= set(choices)
    assert where(places.find("Springfield (Illinois)", "USA")) == where(places.find("Springfield, IL", "US"))
    assert where(places.find("Springfield, MA", "US")) == pytest.approx((42.1, -72.6), abs=0.1)


def test_both_sentences_name_the_choices_in_their_own_language() -> None:
    with pytest.raises(places.Ambiguous) as asked:
        places.find("Paris")
    assert "Paris, Frankrike; Paris, USA (Texas)" in asked.value.sentence("sv")
    assert "Paris, France; Paris, United States (Texas)" in str(asked.value)


@pytest.mark.parametrize(
    ("name", "country", "near"),
    [("Gotheburg", None, "Gothenburg, Sverige"), ("Uppsalla", "Sverige", "Uppsala, Sverige")],
)
def test_an_unknown_city_names_those_spelt_nearly_so(name: str, country: str | None, near: str) -> None:
    with pytest.raises(places.Unknown) as unknown:
        places.find(name, country)
    assert near in unknown.value.sentence("sv")


@pytest.mark.parametrize("name", ["", "  ", "Xyzzyqqq", "<script>", "(),,", "\x00", "9" * 5000])
def test_what_is_no_city_gets_a_sentence_that_says_what_to_do(name: str) -> None:
    with pytest.raises(places.Unknown) as unknown:
        places.find(name)
    assert "närmaste större stad" in unknown.value.sentence("sv")
    assert len(str(unknown.value)) < 400


def test_a_country_that_does_not_exist_is_named() -> None:
    with pytest.raises(places.Unknown, match="'Narnia'"):
        places.find("Göteborg", "Narnia")


def test_a_city_is_not_found_in_another_country() -> None:
    with pytest.raises(places.Unknown):
        places.find("Tokyo", "Sverige")


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(EVERYWHERE), st.booleans())
def test_every_city_is_found_by_its_name_or_stands_among_choices_that_lead_to_it(city: City, told: bool) -> None:
    meant = (city.latitude, city.longitude)
    try:
        led_to = {where(places.find(city.name, city.country if told else None))}
    except places.Ambiguous as asked:
        led_to = {where(choice.place) for choice in asked.choices}
        for choice in asked.choices[:6]:
            for language in ("sv", "en"):
                assert where(places.find(choice.text(language))) == where(choice.place)
    assert meant in led_to


def test_a_person_is_taken_to_live_in_the_largest_and_nobody_is_asked() -> None:
    portland = places.guess("Portland", "US")
    assert portland is not None
    assert portland.time_zone == "America/Los_Angeles"
    assert places.guess("Stockholm, Sverige", "SE") == places.find("Stockholm")


@pytest.mark.parametrize(
    ("city", "country"), [("Stockholm", None), ("Stockholm", "JP"), ("", "SE"), ("Paris", "Narnia")]
)
def test_a_person_whose_words_lead_nowhere_has_no_place(city: str, country: str | None) -> None:
    assert places.guess(city, country) is None


@given(st.text(max_size=80), st.sampled_from(["SE", "US", "CN", None]))
def test_whatever_somebody_writes_as_their_city_is_taken_calmly(city: str, country: str | None) -> None:
    place = places.guess(city, country)
    assert place is None or place.country == country


def test_the_data_covers_the_world_and_its_zones_exist() -> None:
    frame = places.all_cities()
    assert len(frame) > 30_000
    assert frame["country"].nunique() > 200
    assert frame["latitude"].between(-90, 90).all()
    assert frame["longitude"].between(-180, 180).all()
    assert all(ZoneInfo(zone).key == zone for zone in frame["time_zone"].unique())


def test_countries_have_names_in_both_languages_and_each_name_leads_back() -> None:
    assert (places.countries("sv")["DE"], places.countries("en")["DE"]) == ("Tyskland", "Germany")
    for language in ("sv", "en"):
        names = places.countries(language)
        assert {code: places.country_code(name) for code, name in names.items()} == {code: code for code in names}


def test_names_fold_alike_and_a_slug_is_never_empty() -> None:
    assert folded("SÃO-Paulo ") == folded("são paulo") == "sao paulo"
    assert folded("Łódź") == "lodz"
    assert slugged("東京") == "plats"
    assert slugged("São Paulo") == "sao-paulo"
