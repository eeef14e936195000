"""One kind of cell each: text in, (value or NaN, whether it is wrong) out. "" is an empty cell. Pure, vectorised.

Cells repeat (programmes, dates, first names), so `once` works on the distinct ones only.
"""

import re
from collections.abc import Callable, Mapping
from functools import cache, wraps
from typing import Any

import numpy as np
import pandas as pd
from babel import Locale

from outreach.tags import ANY_TAG

Checked = tuple[pd.Series, pd.Series]

# Control characters, lone surrogates, and marks that reorder or hide text. Joiners stay: Persian names need them.
UNSEEN = r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]+"
# What begins a formula in a spreadsheet, markup, and what our own messages use as marks.
NO_NAME = re.compile(rf"^[=+@\-]|[<>\ufffd]|://|{ANY_TAG.pattern}")
NAME_LONGEST = 200
PLACEHOLDERS = ["-", "–", ".", "*", "?"]
DATE = r"(\d{4})([-/]?)(\d{2})\2(\d{2})(?:[T ]00:00(?::00(?:\.0+)?)?)?"
UID = r"[A-Za-z0-9][A-Za-z0-9._:-]{0,63}"
EXCEL_NUMBER = r"\d+(?:[.,]\d+)?[eE]\+?\d+"
CODE = r"[^\W_][\w .&/:+-]{0,31}"
# yymmdd-nnnn with or without century and hyphen; the day of a coordination number is 60 higher; letters are interim.
PERSONNUMMER = r"(19|20)?\d\d(?:0[1-9]|1[0-2])(?:[06][1-9]|[1278]\d|[39][01])([-+ ]?)(?:\d|[A-Za-z])\d{3}"
LINKEDIN = r"https://(?:[a-z]{2,3}\.)?linkedin\.com/[\w\-/%.]+"


def once(clean: Callable[..., Checked]) -> Callable[..., Checked]:
    """Clean each distinct cell once and spread the answer over the rows."""

    @wraps(clean)
    def spread(cells: pd.Series, *rest: Any) -> Checked:
        codes, distinct = pd.factorize(cells)
        values, wrong = clean(pd.Series(distinct, dtype="str"), *rest)
        at = np.asarray(codes)
        return values.take(at).set_axis(cells.index), wrong.take(at).set_axis(cells.index).astype(bool)

    return spread


def _plain(cells: pd.Series) -> pd.Series:
    """NFC, without unseen characters, single spaces, nothing around."""
    text = cells.str.normalize("NFC").str.replace(UNSEEN, " ", regex=True)
    return text.str.replace(r"\s+", " ", regex=True).str.strip()


@once
def names(cells: pd.Series) -> Checked:
    """People's, programmes' and places' names. A lone dash or dot stands for none."""
    text = _plain(cells)
    text = text.mask(text.isin(PLACEHOLDERS), "")
    wrong = text.map(lambda name: NO_NAME.search(name) is not None).astype(bool) | (text.str.len() > NAME_LONGEST)
    return text.where((text != "") & ~wrong), wrong


def uids(cells: pd.Series) -> Checked:
    text = cells.str.strip()
    wrong = (text != "") & (~text.str.fullmatch(UID) | text.str.fullmatch(EXCEL_NUMBER))
    return text.where((text != "") & ~wrong), wrong


def look_like_personnummer(cells: pd.Series) -> pd.Series:
    """Whether text has the form of a personnummer (a bare ten-digit one only if its check digit is right)."""
    text = cells.fillna("").str.strip()
    found = text.str.fullmatch(PERSONNUMMER)
    bare = found & text.str.fullmatch(r"\d{10}")
    if bare.any():
        found = found.mask(bare, text.where(bare, "").map(_luhn).astype(bool))
    return found.astype(bool)


def _luhn(digits: str) -> bool:
    doubled = (int(digit) * (2 - at % 2) for at, digit in enumerate(digits))
    return sum(value // 10 + value % 10 for value in doubled) % 10 == 0


@once
def codes(cells: pd.Series) -> Checked:
    text = _plain(cells)
    wrong = (text != "") & ~text.str.fullmatch(CODE)
    return text.where((text != "") & ~wrong), wrong


@once
def dates(cells: pd.Series) -> Checked:
    """Days as ISO text, from 2026-01-31, 20260131, 2026/01/31, and with the midnight Excel adds."""
    text = cells.str.strip()
    parts = text.str.extract(rf"^{DATE}$")
    iso = parts[0] + "-" + parts[2] + "-" + parts[3]
    days = pd.to_datetime(iso, format="%Y-%m-%d", errors="coerce")
    good = days.notna() & days.dt.year.between(1900, 2100)
    return iso.where(good), (text != "") & ~good


@once
def credits_(cells: pd.Series) -> Checked:
    """Credits (högskolepoäng) as float, with decimal comma or point."""
    text = cells.str.strip().str.replace(",", ".", regex=False)
    good = text.str.fullmatch(r"\d{1,4}(?:\.\d{1,4})?")
    return pd.to_numeric(text.where(good), errors="coerce").astype("float64"), (text != "") & ~good


@once
def words(cells: pd.Series, meanings: Mapping[str, str]) -> Checked:
    """Our value for each word of the configuration."""
    text = _plain(cells).str.casefold()
    values = text.map(meanings).astype("str")
    return values, (text != "") & values.isna()


@once
def departments(cells: pd.Series, known: Mapping[str, str]) -> Checked:
    """Codes of departments. `known`: code or name in either language, case-folded -> code."""
    return words.__wrapped__(cells, known)  # type: ignore[attr-defined, no-any-return]


@once
def countries(cells: pd.Series) -> Checked:
    """ISO 3166-1 alpha-2 codes, from the code or the country's name in Swedish or English."""
    return words.__wrapped__(cells, _countries())  # type: ignore[attr-defined, no-any-return]


@cache
def _countries() -> dict[str, str]:
    named = {
        name.casefold(): code
        for language in ("sv", "en")
        for code, name in Locale(language).territories.items()
        if len(code) == 2 and code.isalpha()
    }
    return named | {code.casefold(): code for code in named.values()}


def linkedin(cells: pd.Series) -> Checked:
    text = cells.str.strip().str.replace(r"^(?:https?://)?(?=(?:[a-z]{2,3}\.)?linkedin\.com/)", "https://", regex=True)
    good = text.str.fullmatch(LINKEDIN) & (text.str.len() <= 500)
    return text.where(good), (text != "") & ~good
