"""The report: two A4 pages for a department or the whole university, as HTML that stands alone or on the web."""

from base64 import b64encode
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from outreach.duties import Language
from outreach.results.charts import Chart, charts
from outreach.results.method import method
from outreach.results.plot import drawn
from outreach.results.published import Cell, Results
from outreach.results.sentences import answered, findings
from outreach.results.wording import decimal, percent, speaker
from outreach.settings import settings

CHARTS, QUOTES, QUOTE_SIGNS = 3, 3, 160
PLOTS = ("activity", "reflections", "trend", "sector", "departments")  # two on the first page, one on the second
TABLES = ("sector", "level_match", "further_study", "title")  # on the second page, as far as there is room
MOST_ROWS = 18


def report(
    results: Results,
    language: Language,
    department: str = "",
    others: Sequence[Results] = (),
    picture: Callable[[Chart], str] | None = None,
    style: str = "",
) -> str:
    """The report as a page. picture: the address of a chart; left out, charts stand in the page. style: the address of
    the style sheet; left out, it stands in the page, which then needs nothing else."""
    environment = _environment(settings().templates_dir / "results")
    say = speaker(language)
    found = {
        chart.name.removeprefix(f"{department}-"): chart for chart in charts(results, language, department, others)
    }
    shown = [found[name] for name in PLOTS if name in found][:CHARTS]
    return environment.get_template("report.html").render(
        language=language,
        say=say,
        title=results.title(language),
        whose=results.group_words("department", department, language) if department else say("everyone"),
        university=settings().sender.university(language),
        answered=answered(results, language, department),
        findings=findings(results, language, department),
        charts=[(chart, (picture or _inside)(chart)) for chart in shown],
        tables=_tables(results, language, department),
        quotes=_quotes(results, language, department),
        method=method(results, language),
        style=style,
    )


def _inside(chart: Chart) -> str:
    return f"data:image/svg+xml;base64,{b64encode(drawn(chart, 'svg')).decode()}"


def _tables(results: Results, language: Language, department: str) -> list[tuple[str, list[tuple[str, ...]]]]:
    """Question -> rows of (answer, number, share, interval, weighted), as many as the page holds."""
    dimension, group = ("department", department) if department else ("all", "all")
    found, rows_left = [], MOST_ROWS
    for question in TABLES:
        sheet = results.sheets.get(f"{question}.{dimension}")
        rows = [_row(results, question, cell, language) for cell in sheet.of([group]).cells] if sheet else []
        if rows and len(rows) < rows_left and any(row[1] for row in rows):
            found.append((results.question_words(question, language), rows))
            rows_left -= len(rows) + 2
    return found


def _row(results: Results, question: str, cell: Cell, language: Language) -> tuple[str, ...]:
    hidden = speaker(language)("hidden")
    return (
        results.column_words(question, cell.column, language),
        hidden if cell.count is None else str(cell.count),
        percent(cell.estimate, language),
        between(cell, language),
        percent(cell.weighted, language),
    )


def between(cell: Cell, language: Language, unit: str = "share") -> str:
    """The interval in words, "" for none."""
    if cell.low is None or cell.high is None:
        return ""
    if unit != "share":
        return f"{decimal(cell.low, language)}–{decimal(cell.high, language)}"
    return f"{percent(cell.low, language)}–{percent(cell.high, language)}"


def _quotes(results: Results, language: Language, department: str) -> list[tuple[str, list[str]]]:
    found = []
    for code, said in results.texts(department).items():
        short = [text for text in said if len(text) <= QUOTE_SIGNS]
        found.append((results.question_words(code, language), short[:QUOTES]))
    return [(question, said) for question, said in found if said][:1]


@cache
def _environment(at: Path) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(at), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals["css"] = (at.parent / "web" / "static" / "report.css").read_text("utf-8")
    return environment
