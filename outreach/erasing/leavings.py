"""What programs leave behind: previews, lists of what Prefect showed, logs."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from outreach import database, duties, prefect_api
from outreach.errors import TemporaryFailure
from outreach.queries.naming import Naming, texts_in
from outreach.queries.traces import Traces
from outreach.settings import settings

AT_ONCE = 200
UNDER_WAY = {"RUNNING", "PENDING"}


def clear_files(traces: Traces) -> int:
    """Delete previews that name them, and write over them in logs. Returns how many files."""
    previews = [path for path in _files("previews") if _names(path, traces)]
    for path in previews:
        path.unlink(missing_ok=True)
    return len(previews) + sum(_write_over(path, traces) for path in _files("log"))


def clear_prefect(traces: Traces) -> int:
    """Delete the runs that were asked for with their name, and what Prefect shows of runs that told of them; how
    many.

    Raises TemporaryFailure, before anything is erased, when a story tells of them and Prefect does not answer, or when
    such a run is under way.
    """
    home = settings().data_dir / "prefect"
    if not traces.sought or not home.is_dir():  # where it has never run it shows nothing
        return 0
    if not prefect_api.is_up():
        if not traces.told:
            return 0
        raise TemporaryFailure(
            "Prefect does not answer, and what it shows of newsletters and posts may name this person. "
            "Start Outreach (outreach up) and try again; nothing was erased."
        )
    runs = _runs_naming(traces.naming)
    found = [*(f"/flow_runs/{run['id']}" for run in runs), *_artifacts_naming(traces.naming)]
    for path in found:
        prefect_api.call("DELETE", path)
    database.settle_file(home / "prefect.db")  # also of what was deleted when this failed half way
    return len(found)


def _runs_naming(naming: Naming) -> list[dict[str, Any]]:
    """The runs of duties that were given a text which names them."""
    flows = {"flows": {"name": {"any_": sorted(duties.duties())}}}
    found = [run for run in _pages("/flow_runs/filter", flows) if any(map(naming.named, texts_in(run["parameters"])))]
    if any(run["state_type"] in UNDER_WAY for run in found):
        raise TemporaryFailure(
            "A run that was started with this person's name is under way. Try again when it has ended; nothing was "
            "erased."
        )
    return found


def _artifacts_naming(naming: Naming) -> list[str]:
    return [
        f"/artifacts/{one['id']}"
        for one in _pages("/artifacts/filter", {})
        if any(map(naming.named, texts_in([one["data"], one["description"]])))
    ]


def _pages(path: str, asked: dict[str, Any]) -> Iterator[dict[str, Any]]:
    start = 0
    while page := prefect_api.call("POST", path, {**asked, "limit": AT_ONCE, "offset": start}):
        yield from page
        start += AT_ONCE


def _files(folder: str) -> list[Path]:
    return [path for path in (settings().data_dir / folder).rglob("*") if path.is_file()]


def _names(path: Path, traces: Traces) -> bool:
    return traces.naming.named(path.read_text(encoding="utf-8", errors="replace"))


def _write_over(path: Path, traces: Traces) -> bool:
    """In its place and sign for sign: the program whose log it is goes on writing at its end."""
    text = path.read_bytes().decode("utf-8", errors="surrogateescape")
    spans = traces.naming.spans(text)
    with path.open("r+b") as file:
        for start, end in spans:
            file.seek(len(_raw(text[:start])))
            file.write(b"x" * len(_raw(text[start:end])))
    return bool(spans)


def _raw(text: str) -> bytes:
    return text.encode("utf-8", errors="surrogateescape")
