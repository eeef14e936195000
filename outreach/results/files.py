"""Every file of a publication, by its name. All are made of what is published, and of nothing else."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import get_args

from outreach.duties import LANGUAGES, Language
from outreach.results import opendata
from outreach.results.charts import Chart, charts
from outreach.results.plot import Format, drawn
from outreach.results.published import Results
from outreach.results.report import report
from outreach.results.workbook import workbook

KINDS = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "svg": "image/svg+xml",
    "png": "image/png",
    "html": "text/html; charset=utf-8",
}
Files = dict[str, Callable[[], bytes]]


def data_files(results: Results, day: date) -> Files:
    """Name -> how to make it: data, dictionary, and a workbook in each language. day: of publication."""
    found: Files = {
        "data.csv": partial(opendata.data_csv, results),
        "data.json": partial(opendata.data_json, results),
        "dictionary.csv": partial(opendata.dictionary_csv, results),
        **{f"tables-{language}.xlsx": partial(workbook, results, language, day) for language in LANGUAGES},
    }
    return found | ({"written.csv": partial(opendata.texts_csv, results)} if results.content["texts"] else {})


def plot_files(results: Results, others: Sequence[Results], department: str = "") -> Files:
    """Name -> how to draw it, such as "activity-sv.svg", "dsv-activity-en.png"."""
    return {
        f"{chart.name}-{language}.{kind}": partial(drawn, chart, kind)
        for language in LANGUAGES
        for chart in charts(results, language, department, others)
        for kind in get_args(Format)
    }


def every_file(results: Results, others: Sequence[Results], day: date) -> Files:
    """All files, with a report for the whole university and for each department that is told of by itself."""
    found = data_files(results, day) | plot_files(results, others)
    for department in ("", *results.departments()):
        for language in LANGUAGES:
            name = f"report-{department}-{language}.html" if department else f"report-{language}.html"
            found[name] = partial(_report, results, language, department, others)
    return found


def chart(results: Results, others: Sequence[Results], name: str, language: Language) -> Chart | None:
    """The chart of this name; a department's begins with its code."""
    for department in ("", *results.departments()):
        if not department or name.startswith(f"{department}-"):
            for found in charts(results, language, department, others):
                if found.name == name:
                    return found
    return None


def _report(results: Results, language: Language, department: str, others: Sequence[Results]) -> bytes:
    return report(results, language, department, others).encode()
