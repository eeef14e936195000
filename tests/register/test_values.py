"""Single cells: what they become, and which are wrong."""

import pandas as pd
import pytest

from outreach.register import addresses, values


def one(checked: values.Checked) -> tuple[object, bool]:
    value, wrong = checked
    return None if value.isna().iloc[0] else value.iloc[0], bool(wrong.iloc[0])


def cell(text: str) -> pd.Series:
    return pd.Series([text], dtype="str", index=[7])


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("Asa.Ek@Example.ORG ", "asa.ek@example.org"),
        ("o'brien+alumn@sub.example.se", "o'brien+alumn@sub.example.se"),
        ("post@räksmörgås.se", "post@xn--rksmrgs-5wao1o.se"),
        ("a@1.example.com", "a@1.example.com"),
    ],
)
def test_address_has_one_normal_form(given: str, address: str) -> None:
    assert one(addresses.normalised(cell(given))) == (address, False)
    assert addresses.normalised_address(given) == address
    assert addresses.normalised_address(address) == address


@pytest.mark.parametrize(
    "given",
    [
        "asa", "asa@", "@example.org", "asa@example", "a@b@example.org", "a b@example.org", "a@exam ple.org",
        "a@example..org", ".a@example.org", "a.@example.org", "a@-example.org", "a@example.org\nBcc: x@example.org",
        "a@127.0.0.1", "å@example.org", "a\x00@example.org", "a,b@example.org", "<a@example.org>",
        f"{'a' * 65}@example.org", f"a@{'b.' * 130}org", '"a"@example.org', "a@example.org.",
    ],
)  # fmt: skip
def test_what_is_no_address_is_none(given: str) -> None:
    assert one(addresses.normalised(cell(given))) == (None, True)
    assert addresses.normalised_address(given) is None


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("  Åsa \t Ek ", "Åsa Ek"),
        ("A\u030asa", "Åsa"),
        ("O'Brien-Ólafsdóttir", "O'Brien-Ólafsdóttir"),
        ("王小明", "王小明"),
        ("محمد", "محمد"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("Ek\r\nBcc: x", "Ek Bcc: x"),
        ("Ek\u202egnp", "Ek gnp"),
        ("-", None),
        ("", None),
    ],
)
def test_names_are_tidied(given: str, name: str | None) -> None:
    assert one(values.names(cell(given))) == (name, False)


@pytest.mark.parametrize(
    "given",
    [
        "=1+1",
        "+46",
        "@SUM(A1)",
        "-2+3",
        "<script>",
        "a>b",
        "http://x.example",
        "tag0123456789_x_hZ",
        "x\ufffd",
        "n" * 201,
    ],
)
def test_what_is_no_name_is_wrong(given: str) -> None:
    assert one(values.names(cell(given))) == (None, True)


@pytest.mark.parametrize(
    ("given", "day"),
    [
        ("2026-01-31", "2026-01-31"), ("2026-01-31 00:00:00", "2026-01-31"), ("2026-01-31T00:00:00", "2026-01-31"),
        ("20260131", "2026-01-31"), ("2026/01/31", "2026-01-31"), ("", None),
    ],
)  # fmt: skip
def test_days_are_read_from_what_registers_write(given: str, day: str | None) -> None:
    assert one(values.dates(cell(given))) == (day, False)


@pytest.mark.parametrize(
    "given",
    ["2026-13-40", "2026-02-30", "31/01/2026", "01/02/2026", "2026-1-5", "0026-01-01", "46053", "snart", "2026-0131"],
)
def test_what_is_no_day_is_wrong(given: str) -> None:
    assert one(values.dates(cell(given))) == (None, True)


@pytest.mark.parametrize(("given", "number"), [("7,5", 7.5), ("180", 180.0), (" 22.5 ", 22.5), ("", None)])
def test_credits_have_a_decimal_comma_or_point(given: str, number: float | None) -> None:
    assert one(values.credits_(cell(given))) == (number, False)


@pytest.mark.parametrize("given", ["-1", "1e9", "7,5 hp", "nan", "1.000,5"])
def test_what_is_no_number_of_credits_is_wrong(given: str) -> None:
    assert one(values.credits_(cell(given))) == (None, True)


@pytest.mark.parametrize(
    "given",
    ["19900101-1234", "199001011234", "900101-1234", "900101+1234", "9001611234", "19900101-T123", "8112189876"],
)
def test_personnummer_is_recognised(given: str) -> None:
    expected = given not in {"9001611234"}  # ten bare digits with a wrong check digit are somebody's own numbering
    assert bool(values.look_like_personnummer(cell(given)).iloc[0]) is expected


@pytest.mark.parametrize(
    "given", ["u1", "4711", "9013451234", "8112189877", "3f2c8a10-1111-4222-8333-444455556666", ""]
)
def test_other_ids_are_not_taken_for_personnummer(given: str) -> None:
    assert not values.look_like_personnummer(cell(given)).iloc[0]


@pytest.mark.parametrize(("given", "country"), [("SE", "SE"), ("kina", "CN"), ("Germany", "DE"), ("", None)])
def test_countries_are_known_by_code_and_name(given: str, country: str | None) -> None:
    assert one(values.countries(cell(given))) == (country, False)


def test_cleaning_keeps_the_lines_and_the_order() -> None:
    given = pd.Series(["B", "=", "A", "B"], index=[9, 3, 5, 4], dtype="str")
    value, wrong = values.names(given)
    assert value.index.tolist() == wrong.index.tolist() == [9, 3, 5, 4]
    assert value.dropna().to_dict() == {9: "B", 5: "A", 4: "B"}
    assert wrong[wrong].index.tolist() == [3]
