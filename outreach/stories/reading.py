"""From a file or a folder to stories as they stand there, each cell under our name for its column."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from outreach.errors import PermanentFailure
from outreach.sheets import reading as sheets
from outreach.stories import columns, front_matter
from outreach.stories.problems import Problem, RefusedStory

MAX_STORIES = 5_000
NOTHING = "Nothing was imported."


@dataclass(frozen=True)
class Raw:
    """A story as it stands. `where`: its line or file; `cells`: our column -> text, empty ones left out; `original`:
    what stood in the file, for the list of rejects; `problem`: why it cannot even be read."""

    where: str
    cells: dict[str, str]
    original: tuple[str, ...] = ()
    problem: Problem | None = None


@dataclass(frozen=True)
class Source:
    """`place`: what `where` is, line or file; `headers`: of `original`; `folder`: where pictures are looked for."""

    place: str
    headers: tuple[str, ...]
    stories: list[Raw]
    folder: Path


def read(path: Path) -> Source:
    """A CSV or XLSX file, or a folder of Markdown files. Raises PermanentFailure, naming what is wrong."""
    source = _folder(path) if path.is_dir() else _sheet(path)
    if len(source.stories) > MAX_STORIES:
        raise PermanentFailure(f"{path.name} holds more than {MAX_STORIES} stories. Divide it. {NOTHING}")
    return source


def _sheet(path: Path) -> Source:
    sheet = sheets.read(path)
    taken = _columns(path.name, sheet)
    stories = [
        Raw(str(line), _filled((ours, row[at]) for at, ours in taken.items()), tuple(row))
        for line, row in zip(sheet.cells.index, sheet.cells.to_numpy().tolist(), strict=True)
    ]
    return Source("rad/line", sheet.headers, stories, path.parent)


def _columns(name: str, sheet: sheets.Sheet) -> dict[int, str]:
    """Position -> our column, with the one no row can do without."""
    taken = columns.HEADERS.positions(name, sheet)
    if "kind" not in taken.values():
        raise PermanentFailure(f"{name}: the column 'kind' is missing; it may be called 'typ'. {NOTHING}")
    return taken


def _folder(path: Path) -> Source:
    """Files of one name in two languages, `name.sv.md` and `name.en.md`, are one story."""
    try:
        files = sorted(file for file in path.glob("*.md") if file.name.casefold() != "readme.md")
    except OSError as error:
        raise PermanentFailure(f"The folder {path.name} cannot be read: {error.strerror}. {NOTHING}") from None
    if not files:
        raise PermanentFailure(f"The folder {path.name} holds no Markdown files (.md). {NOTHING}")
    together: dict[str, list[Path]] = {}
    for file in files:
        together.setdefault(front_matter.name_of(file), []).append(file)
    return Source("fil/file", (), [_story(name, parts) for name, parts in together.items()], path)


def _story(name: str, files: list[Path]) -> Raw:
    where = ", ".join(file.name for file in files)
    cells = {"slug": name.casefold().replace("_", "-").replace(" ", "-")}
    try:
        said = columns.without_contradiction(*map(front_matter.cells, files))
    except RefusedStory as refused:
        return Raw(where, {}, problem=refused.problem)
    return Raw(where, _filled((cells | said).items()))


def _filled(cells: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {column: text for column, text in cells if text.strip()}
