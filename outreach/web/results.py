"""Results of surveys, for anybody to read: an index, a page, a report, and everything as files.

All of it is made of what was published; nothing here reads an answer.
"""

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import cast

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from outreach import clock
from outreach.database import session_scope
from outreach.duties import LANGUAGES, Language
from outreach.outcomes import words
from outreach.queries import survey_results
from outreach.results import Results
from outreach.results.charts import Chart, charts
from outreach.results.files import KINDS, chart, data_files
from outreach.results.grouping import OTHERS
from outreach.results.method import method
from outreach.results.plot import Format, drawn
from outreach.results.published import Sheet, earlier, newest_first
from outreach.results.report import between, report
from outreach.results.sentences import answered, findings
from outreach.results.wording import decimal, percent, speaker
from outreach.web.language import chosen
from outreach.web.pages import at, page, static

router = APIRouter(prefix="/results")

PUBLIC = {"Cache-Control": "public, max-age=300", "X-Robots-Tag": "all"}
# A drawing brings its own styles and fetches nothing.
SVG_POLICY = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}
PICTURES = ("svg", "png")
ON_PAGE = ("all", "department", "programme", "level")


@dataclass(frozen=True)
class Read:
    """A publication that was asked for, the others of its kind, and the moment it was published."""

    results: Results
    others: list[Results]
    at: datetime

    @property
    def day(self) -> date:
        return self.at.astimezone(clock.OFFICE_ZONE).date()


@router.get("")
def index(request: Request) -> Response:
    """Everything that has been published, the newest cohorts first."""
    language = chosen(request)
    with session_scope(reading=True) as session:
        found = newest_first([Results(row.content) for row in survey_results.published(session)])
    told = [(one, answered(one, language)) for one in found]
    return _public(page("results.html", language, published=told))


@router.get("/{slug}")
def show(request: Request, slug: str) -> Response:
    """One publication: sentences, plots with the tables behind them, files, and how it was made."""
    language, read = chosen(request), _read(slug)
    results = read.results
    department = _department(request, results)
    query = f"?lang={language}&v={read.at:%Y%m%d%H%M%S}"
    shown = charts(results, language, department, read.others)
    return _public(
        page(
            "results_page.html",
            language,
            results=results,
            department=department,
            departments=sorted(
                (results.group_words("department", code, language), code) for code in results.departments()
            ),
            answered=answered(results, language, department),
            findings=findings(results, language, department),
            charts=[(each, at(f"/results/{slug}/plots/{each.name}.svg{query}")) for each in shown],
            tables=_tables(results, language, department),
            files=[name for name in data_files(results, read.day) if _of_language(name, language)],
            texts=[(results.question_words(code, language), said) for code, said in results.texts(department).items()],
            method=method(results, language),
            published=read.at,
            here=at(f"/results/{slug}"),
        )
    )


@router.get("/{slug}/report")
def two_pages(request: Request, slug: str) -> Response:
    """The report of the whole university or a department, to read or print on two pages."""
    language, read = chosen(request), _read(slug)
    department = _department(request, read.results)

    def picture(each: Chart) -> str:
        return at(f"/results/{slug}/plots/{each.name}.svg?lang={language}&v={read.at:%Y%m%d%H%M%S}")

    style = static("report.css")
    return _public(HTMLResponse(report(read.results, language, department, read.others, picture, style)))


@router.get("/{slug}/files/{name}")
def file(slug: str, name: str) -> Response:
    """A file to download: data, its dictionary, or a workbook."""
    read = _read(slug)
    if name not in data_files(read.results, read.day):
        raise HTTPException(404)
    response = Response(_file(slug, read.at, name), media_type=KINDS[name.rpartition(".")[2]])
    response.headers["Content-Disposition"] = f'attachment; filename="{slug}-{name}"'
    return _public(response)


@router.get("/{slug}/plots/{name}.{kind}")
def plot(request: Request, slug: str, name: str, kind: str) -> Response:
    """A plot as SVG or PNG."""
    read, language = _read(slug), chosen(request)
    found = chart(read.results, read.others, name, language) if kind in PICTURES else None
    if found is None:
        raise HTTPException(404)
    response = Response(_drawn(found, cast(Format, kind)), media_type=KINDS[kind])
    if kind == "svg":
        response.headers.update(SVG_POLICY)
    return _public(response)


@lru_cache(maxsize=256)
def _drawn(each: Chart, kind: Format) -> bytes:
    return drawn(each, kind)


@lru_cache(maxsize=32)
def _file(slug: str, _published_at: datetime, name: str) -> bytes:
    read = _read(slug)
    return data_files(read.results, read.day)[name]()


def _read(slug: str) -> Read:
    """404 for what has not been published."""
    with session_scope(reading=True) as session:
        found = survey_results.by_scope(session, slug)
        if found is None:
            raise HTTPException(404)
        every = [Results(row.content) for row in survey_results.published(session)]
        results = Results(found.content)
        return Read(results, earlier(results, every), found.published_at)


def _department(request: Request, results: Results) -> str:
    """The department that is asked for; "" for everyone. 404 for one that is not told of by itself."""
    code = request.query_params.get("department", "")
    if code and code not in results.departments():
        raise HTTPException(404)
    return code


def _departments(results: Results, language: Language) -> list[tuple[str, str]]:
    return sorted((results.group_words("department", code, language), code) for code in results.departments())


def _tables(results: Results, language: Language, department: str) -> list[dict[str, object]]:
    """Each question's tables, with what stands in each cell."""
    kept = [sheet for sheet in results.sheets.values() if sheet.dimension in ON_PAGE and _says_more(sheet)]
    found: dict[str, list[dict[str, object]]] = {}
    for sheet in kept:
        own = _own(sheet, department)
        if own is not None and own.cells:
            found.setdefault(sheet.question, []).append(_as_shown(results, own, language))
    return [
        {
            "title": results.question_words(question, language),
            "parts": parts,
            "notes": _notes(results, question, language),
        }
        for question, parts in found.items()
    ]


def _says_more(sheet: Sheet) -> bool:
    """Whether a table by programme tells of any programme by itself."""
    return sheet.dimension != "programme" or any(OTHERS not in group for group in sheet.groups())


def _own(sheet: Sheet, department: str) -> Sheet | None:
    """What of a table concerns a department: its own line, and its programmes; everything for everyone."""
    if not department:
        return sheet
    if sheet.dimension == "department":
        return sheet.of([department])
    if sheet.dimension == "programme":
        return sheet.of([cell.group for cell in sheet.cells if cell.parent == department])
    return None


def _notes(results: Results, question: str, language: Language) -> list[str]:
    sheet = next(sheet for sheet in results.sheets.values() if sheet.question == question)
    return results.notes(sheet, language)[1:]  # the rule of disclosure is told once, below


def _as_shown(results: Results, sheet: Sheet, language: Language) -> dict[str, object]:
    hidden = speaker(language)("hidden")
    say = percent if sheet.unit == "share" else decimal
    rows = [
        (
            results.group_words(sheet.dimension, cell.group, language),
            results.column_words(sheet.question, cell.column, language),
            hidden if cell.count is None else str(cell.count),
            "" if cell.base is None else str(cell.base),
            say(cell.estimate, language),
            between(cell, language, sheet.unit),
            say(cell.weighted, language),
        )
        for cell in sheet.cells
    ]
    return {"title": words.words_of(words.DIMENSIONS, sheet.dimension, language), "unit": sheet.unit, "rows": rows}


def _of_language(name: str, language: Language) -> bool:
    return not any(f"-{other}." in name for other in LANGUAGES if other != language)


def _public(response: Response) -> Response:
    response.headers.update(PUBLIC)
    return response
