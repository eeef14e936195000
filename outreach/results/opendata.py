"""Open data: a row a figure as CSV, everything as JSON, and the dictionary that says what columns and codes mean."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence

from outreach.duties import LANGUAGES
from outreach.outcomes import words
from outreach.outcomes.tables import COLUMNS
from outreach.results.published import Results, Sheet

DATA = ("survey", "question", "dimension", "unit", *COLUMNS)
DICTIONARY = ("kind", "of", "code", "sv", "en")
MEANING: words.Words = {
    "survey": ("Publiceringens namn", "The publication's name"),
    "question": ("Frågans eller måttets kod", "The code of the question or measure"),
    "dimension": ("Indelningsgrund för gruppen", "What the group is a part of"),
    "unit": ("share: andel av base, 0 till 1; mean: medelvärde; median: median",
             "share: of base, 0 to 1; mean; median"),
    "group": ("Gruppens kod", "The group's code"),
    "parent": ("Programmets institution, månadens år", "The department of a programme, the year of a month"),
    "column": ("Svarets kod", "The answer's code"),
    "count": ("Antal personer med svaret; tomt: visas inte", "People with the answer; empty: not shown"),
    "base": ("Antal personer andelen räknas på", "People the share is of"),
    "estimate": ("Andelen, medelvärdet eller medianen, ovägd", "The share, mean or median, unweighted"),
    "low": ("Undre gräns för 95 %-intervallet", "Lower end of the 95% interval"),
    "high": ("Övre gräns för 95 %-intervallet", "Upper end of the 95% interval"),
    "weighted": ("Som estimate, vägd till kullens sammansättning", "As estimate, weighted to the cohort's composition"),
    "weighted_low": ("Undre gräns, viktad", "Lower end, weighted"),
    "weighted_high": ("Övre gräns, viktad", "Upper end, weighted"),
    "effective_base": ("Effektivt antal svar bakom det viktade värdet (Kish)",
                       "Effective number of answers behind the weighted value (Kish)"),
    "mark": ("hidden: antalet visas inte; no_share: andelen visas inte",
             "hidden: the number is not shown; no_share: the share is not"),
}  # fmt: skip


def data_csv(results: Results) -> bytes:
    """A row a figure, columns DATA: UTF-8 with a BOM, comma, CRLF (RFC 4180), decimal point, empty for not shown."""
    rows = (
        (results.slug, sheet.question, sheet.dimension, sheet.unit, *(getattr(cell, name) for name in COLUMNS))
        for sheet in results.sheets.values()
        for cell in sheet.cells
    )
    return _csv(DATA, rows)


def data_json(results: Results) -> bytes:
    """The whole publication with its dictionary, as UTF-8."""
    dictionary = [dict(zip(DICTIONARY, row, strict=True)) for row in _dictionary(results)]
    whole = {**results.content, "dictionary": dictionary}
    return json.dumps(whole, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"


def dictionary_csv(results: Results) -> bytes:
    """What every column and code in the data means, columns DICTIONARY."""
    return _csv(DICTIONARY, _dictionary(results))


def texts_csv(results: Results) -> bytes:
    """Written answers that are published: question, department (empty for the others together), text."""
    return _csv(
        ("question", "group", "text"), ((row["code"], row["group"], row["text"]) for row in results.content["texts"])
    )


def _dictionary(results: Results) -> Iterator[tuple[str, str, str, str, str]]:
    for name in DATA:
        yield ("column", "", name, *MEANING[name])
    for mark, said in words.MARKS.items():
        yield ("mark", "", mark, *said)
    for dimension in dict.fromkeys(sheet.dimension for sheet in results.sheets.values()):
        yield ("dimension", "", dimension, *words.DIMENSIONS[dimension])
    for question in dict.fromkeys(sheet.question for sheet in results.sheets.values()):
        yield ("question", "", question, results.question_words(question, "sv"), results.question_words(question, "en"))
    yield from _codes(results.sheets.values(), results)


def _codes(sheets: Iterable[Sheet], results: Results) -> Iterator[tuple[str, str, str, str, str]]:
    """Each answer of each question, and each group of each dimension, once."""
    every = list(sheets)
    for question, column in dict.fromkeys((sheet.question, column) for sheet in every for column in sheet.columns()):
        sv, en = (results.column_words(question, column, language) for language in LANGUAGES)
        yield ("answer", question, column, sv, en)
    for dimension, group in dict.fromkeys((sheet.dimension, group) for sheet in every for group in sheet.groups()):
        sv, en = (results.group_words(dimension, group, language) for language in LANGUAGES)
        yield ("group", dimension, group, sv, en)


def _csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(header)
    for row in rows:
        writer.writerow(["" if value is None else _harmless(value) for value in row])
    return b"\xef\xbb\xbf" + written.getvalue().encode()


def _harmless(value: object) -> object:
    """Text that a spreadsheet would take for a formula gets an apostrophe before it (OWASP, CSV injection)."""
    return f"'{value}" if isinstance(value, str) and value[:1] in "=+-@\t\r" and value else value


__all__ = ["DATA", "DICTIONARY", "data_csv", "data_json", "dictionary_csv", "texts_csv"]
