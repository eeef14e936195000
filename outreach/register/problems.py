"""What can be wrong with a row, in Swedish and English. Pure."""

from collections.abc import Sequence

import pandas as pd

# code -> (Swedish, English). {column} is our name of the column, {value} what stood in it.
REASONS = {
    "no_uid": ("student_uid saknas", "student_uid is missing"),
    "bad_uid": (
        "student_uid {value} har tecken som inte får finnas, eller har skrivits om av Excel",
        "student_uid {value} holds characters that may not stand there, or was rewritten by Excel",
    ),
    "personnummer": (
        "student_uid ser ut som ett personnummer; sådana tas aldrig emot",
        "student_uid looks like a personal identity number; those are never taken in",
    ),
    "no_key": (
        "varken student_uid eller en giltig e-postadress, så personen kan inte kännas igen",
        "neither student_uid nor a valid e-mail address, so the person cannot be told apart",
    ),
    "bad_name": (
        "{column} {value} är inget namn: det börjar som en formel, innehåller kod eller är för långt",
        "{column} {value} is no name: it begins like a formula, holds markup or is too long",
    ),
    "bad_date": (
        "{column} {value} är inget datum; skriv ÅÅÅÅ-MM-DD",
        "{column} {value} is not a date; write YYYY-MM-DD",
    ),
    "no_award_date": (
        "degree_awarded säger ja utan datum, och expected_end saknas; skriv datumet",
        "degree_awarded says yes without a date, and there is no expected_end; give the date",
    ),
    "bad_number": ("{column} {value} är inget antal högskolepoäng", "{column} {value} is not a number of credits"),
    "bad_word": (
        "{column} {value} är okänt; lägg till ordet i config/register.toml eller rätta det",
        "{column} {value} is not known; add the word to config/register.toml or correct it",
    ),
    "bad_department": (
        "institutionen {value} finns inte i config/departments.csv",
        "the department {value} does not stand in config/departments.csv",
    ),
    "no_department": ("institution saknas", "the department is missing"),
    "no_programme": ("programkod saknas", "the programme code is missing"),
    "bad_programme": ("programkoden {value} kan inte vara en kod", "the programme code {value} cannot be a code"),
    "other_person": (
        "{column} säger något annat på rad {value} för samma person",
        "{column} says something else on line {value} for the same person",
    ),
    "other_studies": (
        "samma person och program står med andra uppgifter på rad {value}",
        "the same person and programme stand with other details on line {value}",
    ),
    "shared_address": (
        "flera personer har e-postadressen; ange student_uid",
        "several people have the e-mail address; give student_uid",
    ),
    # These lose one value, not the row.
    "bad_email": (
        "importerad utan e-postadress: {value} är ingen adress",
        "imported without e-mail: {value} is not an address",
    ),
    "bad_country": (
        "importerad utan land: {value} är okänt; skriv landskoden, till exempel SE",
        "imported without country: {value} is not known; write the country code, such as SE",
    ),
    "bad_linkedin": (
        "importerad utan LinkedIn: {value} är ingen adress hos LinkedIn",
        "imported without LinkedIn: {value} is not an address at LinkedIn",
    ),
}
ROW_STANDS = frozenset({"bad_email", "bad_country", "bad_linkedin"})
COLUMNS = ("line", "code", "column", "value")


def problems(code: str, column: str, values: pd.Series) -> pd.DataFrame:
    """One problem for each of `values` (index: line). Columns: line int, code str, column str, value str."""
    return pd.DataFrame(
        {"line": values.index, "code": code, "column": column, "value": values.astype(object).fillna("").to_numpy()},
        columns=list(COLUMNS),
    )


def together(found: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """All problems, in the order of the file."""
    some = [frame for frame in found if len(frame)]
    if not some:
        return pd.DataFrame(columns=list(COLUMNS))
    return pd.concat(some, ignore_index=True).sort_values("line", kind="stable", ignore_index=True)


def rejected_lines(found: pd.DataFrame) -> pd.Index:
    """The lines whose row is not imported."""
    rejected = found[~found["code"].isin(ROW_STANDS)]
    lines: pd.Index = pd.Index(rejected["line"].drop_duplicates(), dtype="int64")
    return lines


def sentence(code: str, column: str, value: object, language: int) -> str:
    """The reason in Swedish (0) or English (1)."""
    return REASONS[code][language].format(column=column, value=repr(value) if isinstance(value, str) else value)
