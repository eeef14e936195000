"""Occupations and industries: the groups that are shipped, the official lists, and what is suggested."""

from pathlib import Path

import pytest
from openpyxl import Workbook

from outreach.codes import CodeKind, codes, import_codes, main_group, named, suggestions
from outreach.errors import PermanentFailure

SSYK = "SSYK 2012 kod;Benämning;Benämning engelska\n2341;Grundskollärare;Primary school teachers\n2342;Förskollärare;Preschool teachers\n2512;Mjukvaru- och systemutvecklare m.fl.;Software developers\n"  # noqa: E501


@pytest.fixture
def official(home: Path, tmp_path: Path) -> Path:
    path = tmp_path / "ssyk2012.csv"
    path.write_text(SSYK, encoding="utf-8")
    return path


def test_the_main_groups_are_shipped_in_both_languages(home: Path) -> None:
    assert [row.code for row in codes(CodeKind.SSYK)] == list("0123456789")
    assert "".join(row.code for row in codes(CodeKind.SNI)) == "ABCDEFGHIJKLMNOPQRSTU"
    assert all(row.sv and row.en for kind in CodeKind for row in codes(kind))


def test_an_official_list_takes_their_place(official: Path) -> None:
    assert import_codes(CodeKind.SSYK, official) == 3
    assert named(CodeKind.SSYK, "2341", "en") == "Primary school teachers"
    assert import_codes(CodeKind.SSYK, official) == 3


def test_what_somebody_writes_suggests_the_codes_it_may_mean(official: Path) -> None:
    import_codes(CodeKind.SSYK, official)
    assert {row.code for row in suggestions(CodeKind.SSYK, "lärare", "sv")} == {"2341", "2342"}
    assert suggestions(CodeKind.SSYK, "Förskollärare i Kista", "sv")[0].code == "2342"
    assert [row.code for row in suggestions(CodeKind.SSYK, "software developer", "en")] == ["2512"]
    assert suggestions(CodeKind.SSYK, "zzz", "sv") == []
    assert suggestions(CodeKind.SSYK, "", "sv") == []


def test_a_workbook_with_a_title_in_words_is_read_too(home: Path, tmp_path: Path) -> None:
    book = Workbook()
    assert book.active is not None
    for row in (
        ["SNI 2007", "Benämning"],
        ["A", "Jordbruk, skogsbruk och fiske"],
        ["01.110", "Odling av spannmål"],
        ["", "rubrik"],
    ):
        book.active.append(row)
    book.save(tmp_path / "sni.xlsx")
    assert import_codes(CodeKind.SNI, tmp_path / "sni.xlsx") == 2
    assert named(CodeKind.SNI, "01110", "sv") == "Odling av spannmål"


@pytest.mark.parametrize("content", ["a;b\n1;2\n", "Kod;Benämning\nrubrik;Chefer\n"])
def test_a_file_that_is_no_list_of_codes_changes_nothing(home: Path, tmp_path: Path, content: str) -> None:
    (tmp_path / "x.csv").write_text(content, encoding="utf-8")
    with pytest.raises(PermanentFailure):
        import_codes(CodeKind.SSYK, tmp_path / "x.csv")
    assert len(codes(CodeKind.SSYK)) == 10


@pytest.mark.parametrize(
    ("kind", "code", "group"),
    [("ssyk", "2341", "2"), ("ssyk", "0", "0"), ("ssyk", "?lärare", ""), ("sni", "Q", "Q"), ("sni", "01110", "A"),
     ("sni", "86", "Q"), ("sni", "99000", "U"), ("sni", "04", "A"), ("sni", "?vård", ""), ("sni", "", "")],
)  # fmt: skip
def test_figures_are_told_by_main_group(kind: str, code: str, group: str) -> None:
    assert main_group(CodeKind(kind), code) == group
