"""The sample register: the same for the same seed, with everything a real extract goes wrong in, and harmless."""

import re
import unicodedata
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from outreach.departments import departments
from outreach.errors import PermanentFailure
from outreach.sample import COLUMNS, SampleSummary, register, write_sample
from outreach.sample.names import ascii_of, in_cp1252, pools
from outreach.sample.programmes import programmes
from outreach.sample.summary import WORDS

TODAY = date(2026, 11, 22)
RESERVED = re.compile(r"(?:[a-z]+\.)?example\.(?:com|net|org)")


@pytest.fixture(scope="module")
def five_thousand() -> tuple[pd.DataFrame, SampleSummary]:
    return register(people=5000, seed=7, today=TODAY)


@pytest.fixture(scope="module")
def rows(five_thousand: tuple[pd.DataFrame, SampleSummary]) -> pd.DataFrame:
    return five_thousand[0]


@pytest.fixture(scope="module")
def people(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.drop_duplicates("student_uid")


def written(path: Path, **changes: object) -> bytes:
    write_sample(path, **({"people": 300, "seed": 1, "today": TODAY} | changes))  # type: ignore[arg-type]
    return path.read_bytes()


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx"])
def test_the_same_seed_people_and_day_give_the_same_bytes(tmp_path: Path, name: str) -> None:
    assert written(tmp_path / name) == written(tmp_path / name)


@pytest.mark.parametrize("change", [{"seed": 2}, {"people": 301}, {"today": date(2026, 3, 1)}])
def test_another_seed_number_or_day_gives_another_file(tmp_path: Path, change: dict[str, object]) -> None:
    assert written(tmp_path / "a.csv") != written(tmp_path / "a.csv", **change)


def test_every_oddity_is_there(five_thousand: tuple[pd.DataFrame, SampleSummary]) -> None:
    summary = five_thousand[1]
    assert set(summary.oddities) == set(WORDS)
    assert {name for name, count in summary.oddities.items() if not count} == set()


def test_the_counts_of_the_summary_are_those_of_the_rows(
    five_thousand: tuple[pd.DataFrame, SampleSummary], people: pd.DataFrame
) -> None:
    rows, summary = five_thousand
    email = people["email"]
    assert (summary.people, summary.rows) == (len(people), len(rows)) == (5000, 5200)
    assert summary.oddities["missing_email"] == (email == "").sum() == 100
    assert summary.oddities["upper_case_email"] == (email.str.isupper()).sum() == 75
    assert summary.oddities["padded_email"] == (email != email.str.strip()).sum() == 50
    assert summary.oddities["several_departments"] == (rows["student_uid"].value_counts() == 2).sum() == 200
    assert summary.oddities["protected"] == people["protected"].sum() == 15
    assert summary.oddities["deceased"] == people["deceased"].sum() == 5


def test_two_people_share_an_address_only_where_the_summary_says_so(
    five_thousand: tuple[pd.DataFrame, SampleSummary], people: pd.DataFrame
) -> None:
    oddities = five_thousand[1].oddities
    tidy = people["email"].str.strip().str.lower()
    usable = tidy[tidy.str.fullmatch(r"[^@\s]+[^@\s.]@(?:[a-z]+\.)+[a-z]+")]
    shared = usable[usable.duplicated()]
    mailboxes = usable[usable.str.contains(r"^(?:info|kansli|familjen|doktorander|styrelsen)@")]
    assert oddities["same_address"] == len(shared) - mailboxes.duplicated().sum() == 25
    assert oddities["shared_mailbox"] == len(mailboxes) == 15


def test_someone_at_several_departments_is_one_person(rows: pd.DataFrame) -> None:
    same = rows.groupby("student_uid")[["first_name", "last_name", "email", "language", "protected", "deceased"]]
    assert (same.nunique() <= 1).all(axis=None)
    several = rows[rows["student_uid"].duplicated(keep=False)].groupby("student_uid")["department_code"]
    assert set(several.nunique()) == {2}


@pytest.mark.parametrize(
    "today", [date(2026, 1, 5), date(2026, 3, 1), TODAY, date(2027, 6, 7), date(2027, 7, 15), date(2028, 2, 29)]
)
def test_a_class_of_600_to_900_is_near_its_end_whatever_day_it_is(today: date) -> None:
    rows, summary = register(people=5000, seed=3, today=today)
    days = (rows["expected_end"] - pd.Timestamp(today)).dt.days
    near = (days.between(0, 60) | rows["degree_applied"]) & rows["degree_awarded"].isna()
    assert 600 <= rows.loc[near, "student_uid"].nunique() == summary.oddities["near_end"] <= 900


def test_studies_make_sense(rows: pd.DataFrame) -> None:
    today = pd.Timestamp(TODAY)
    assert (rows["credits_done"].between(0, rows["credits_required"])).all()
    awarded = rows[rows["degree_awarded"].notna()]
    assert (awarded["degree_awarded"] < today).all()
    assert (awarded["credits_done"] == awarded["credits_required"]).all()
    assert not awarded["degree_applied"].any()
    applied = rows[rows["degree_applied"]]
    days = (applied["expected_end"] - today).dt.days
    assert (days.isna() | days.between(-180, 180)).all()
    for some in (days < 0, days > 0, days.isna()):
        assert some.any()
    assert set(rows["level"]) == {"first", "second", "third"}
    assert set(rows["language"]) == {"sv", "en"}


def test_every_department_has_students_and_large_ones_have_many(rows: pd.DataFrame, home: Path) -> None:
    sizes = rows["department_code"].value_counts()
    assert set(sizes.index) == set(departments())
    assert sizes["foretagsekonomi"] > 20 * sizes["astronomi"]


def test_programmes_have_codes_of_their_own_and_stand_at_real_departments(home: Path) -> None:
    known = programmes()
    assert len(known) > 110
    assert not known["programme_code"].duplicated().any()
    assert known["programme_code"].str.fullmatch(r"[A-Z0-9]{5}").all()
    assert set(known["department_code"]) == set(departments())


def test_no_address_leads_to_anyone(people: pd.DataFrame) -> None:
    domains = people["email"].str.strip().str.lower().str.rpartition("@")[2]
    real = domains[people["email"].str.contains("@") & (domains != "") & ~domains.str.contains(r"\.\.")]
    assert len(real) > 4800
    assert {domain for domain in real if not RESERVED.fullmatch(domain)} == set()


def test_no_id_resembles_a_personnummer(people: pd.DataFrame) -> None:
    assert people["student_uid"].str.fullmatch("[b-df-hj-np-tv-z]{10}").all()
    assert not people["student_uid"].duplicated().any()


def test_ids_are_unique_among_very_many() -> None:
    rows, _ = register(people=100_000, seed=1, today=TODAY)
    assert rows["student_uid"].nunique() == 100_000


def test_names_come_from_many_scripts_and_shapes(people: pd.DataFrame) -> None:
    whole = people["first_name"] + " " + people["last_name"]
    scripts = {unicodedata.name(letter).split(" ")[0] for letter in set("".join(whole)) if letter.isalpha()}
    assert {"LATIN", "ARABIC", "CYRILLIC", "GREEK", "CJK", "HANGUL"} <= scripts
    for shape in ("å", "'", "’", "-", "ễ", "\u0302\u0303"):
        assert whole.str.contains(shape).any(), shape
    assert (people["first_name"] == "").any()
    assert whole.str.len().max() > 60


def test_the_cp1252_file_is_what_swedish_excel_writes(tmp_path: Path) -> None:
    text = written(tmp_path / "a.csv", people=5000, flavour="cp1252").decode("cp1252")
    first, second, *_ = text.split("\r\n")
    assert first.split(";") == list(COLUMNS)
    assert re.search(r";\d+,\d;\d+,\d;", second)
    assert "Wang" in text
    assert "?" not in text


def test_the_excel_file_has_a_byte_order_mark_and_keeps_every_name(tmp_path: Path) -> None:
    content = written(tmp_path / "a.csv", people=5000, flavour="excel")
    assert content.startswith(b"\xef\xbb\xbfstudent_uid;first_name")
    assert "王" in content.decode("utf-8-sig")


def test_a_workbook_holds_the_same_rows_with_real_dates_and_numbers(tmp_path: Path) -> None:
    written(tmp_path / "a.csv")
    written(tmp_path / "a.xlsx")
    book = pd.read_excel(tmp_path / "a.xlsx")
    text = pd.read_csv(tmp_path / "a.csv", parse_dates=["expected_end", "degree_awarded"])
    pd.testing.assert_frame_equal(book, text, check_dtype=False)
    assert book["expected_end"].dtype.kind == "M"


def test_every_name_has_a_latin_form_and_fits_the_western_code_page() -> None:
    for pool in pools():
        for name in pool.first + pool.last:
            assert ascii_of(name).isascii()
            assert bool(ascii_of(name)) == bool(name)
            assert in_cp1252(name).encode("cp1252").decode("cp1252") == in_cp1252(name)


@pytest.mark.parametrize("people_wanted", [1, 2, 10])
def test_a_sample_may_be_very_small(people_wanted: int) -> None:
    rows, summary = register(people=people_wanted, seed=1, today=TODAY)
    assert rows["student_uid"].nunique() == summary.people == people_wanted


@pytest.mark.parametrize(("name", "count", "sentence"), [("a.pdf", 5, "not as 'a.pdf'"), ("a.csv", 0, "at least one")])
def test_what_cannot_be_written_is_a_sentence(tmp_path: Path, name: str, count: int, sentence: str) -> None:
    with pytest.raises(PermanentFailure, match=sentence):
        write_sample(tmp_path / name, people=count, seed=1, today=TODAY)


def test_the_sentence_names_what_is_there_and_leaves_out_what_is_not() -> None:
    summary = SampleSummary(10, 11, {"missing_email": 2, "deceased": 0})
    assert summary.sentence("en") == "Wrote 10 invented people in 11 rows: 2 without an address."
    assert summary.sentence("sv") == "Skrev 10 påhittade personer på 11 rader: 2 utan adress."
