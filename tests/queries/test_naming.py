"""A text loses whom it names, however it is written, and nobody else."""

import pytest

from outreach.queries.naming import GONE, Naming

FIRST, LAST, ADDRESS = "Åsa-Marie", "O'Färgquist", "asa.of@example.org"
ASA = Naming([(FIRST, LAST, ADDRESS)])
EVA = Naming([("Eva", "Li", "li@example.org")])


@pytest.mark.parametrize(
    "text",
    [
        "Åsa-Marie O'Färgquist",
        "Möt Åsa-Marie\nO'Färgquist, som skrattar",
        "ÅSA-MARIE  O’FÄRGQUIST",
        "asa-marie o'fargquist",
        "O'Färgquist, Åsa-Marie",
        "O'Färgquist Åsa Marie",
        "<b>Åsa-Marie</b> <b>O&#39;Färgquist</b>",
        "Åsa-Marie&nbsp;O&#x27;Färgquist",
        "**Åsa-Marie** *O'Färgquists* katt",
        r"\nÅsa-Marie\nO'Färgquist",
        "Skriv till ASA.OF@example.org!",
        "?to=asa.of%40example.org",
    ],
)
def test_a_name_is_found_however_it_is_written(text: str) -> None:
    assert ASA.named(text)
    without = str(ASA.cleared(text)).lower()
    assert GONE in without
    assert not any(sign in without for sign in ("marie", "rgquist", "asa"))


@pytest.mark.parametrize(
    "text", ["Eva Lind", "Treva Li", "Ev Ali", "emili@example.org", "li@example.org.se", "Li och Eva", "Linköping"]
)
def test_nobody_else_is_taken_for_them(text: str) -> None:
    assert not EVA.named(text)
    assert EVA.cleared(text) == text


def test_one_of_the_names_alone_goes_where_the_text_names_them() -> None:
    assert EVA.cleared("Li och Eva bor i Linköping, evakuerade") == "Li och Eva bor i Linköping, evakuerade"
    said = "Eva Li bor i Linköping. Li, och Lis katt. LI! Det var Eva, evakuerad. Evald."
    assert EVA.cleared(said) == "[…] bor i Linköping. […], och […]s katt. […]! Det var […], evakuerad. Evald."
    assert EVA.cleared("Li berättar", alone=True) == "[…] berättar"


def test_json_is_gone_through_text_by_text() -> None:
    said = {"title": "Möt Eva Li", "parts": ["Li skrattar", 3, None, {"Eva Li": True}]}
    assert EVA.cleared(said) == {"title": "Möt […]", "parts": ["[…] skrattar", 3, None, {"[…]": True}]}
    assert EVA.cleared({"a": "Li"}) == {"a": "Li"}


def test_nobody_is_found_by_nothing() -> None:
    for nobody in (Naming([]), Naming([("", "", "")]), Naming([("Eva", "", "")])):
        assert not nobody
        assert not nobody.named("Eva")
        assert nobody.cleared("Eva", alone=True) == "Eva"
        assert nobody.spans("Eva") == []
