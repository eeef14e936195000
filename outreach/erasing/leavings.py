"""What programs leave behind: previews, lists of what Prefect showed, logs."""

from pathlib import Path

from outreach import prefect_api
from outreach.errors import TemporaryFailure
from outreach.queries.traces import Traces, cleared
from outreach.settings import settings

AT_ONCE = 200


def clear_files(traces: Traces) -> int:
    """Delete previews that name them, and write over them in logs. Returns how many files."""
    previews = [path for path in _files("previews") if _names(path, traces)]
    for path in previews:
        path.unlink(missing_ok=True)
    return len(previews) + sum(_write_over(path, traces) for path in _files("log"))


def clear_artifacts(traces: Traces) -> int:
    """Delete what Prefect shows of runs that told of them. Only where a story did can there be any.

    Raises TemporaryFailure, before anything is erased, when Prefect does not answer.
    """
    if not traces.told or not (settings().data_dir / "prefect").is_dir():  # where it has never run it shows nothing
        return 0
    if not prefect_api.is_up():
        raise TemporaryFailure(
            "Prefect does not answer, and what it shows of newsletters and posts may name this person. "
            "Start Outreach (outreach up) and try again; nothing was erased."
        )
    found, start = [], 0
    while page := prefect_api.call("POST", "/artifacts/filter", {"limit": AT_ONCE, "offset": start}):
        found += [one["id"] for one in page if (text := f"{one['data']} {one['description']}") != cleared(text, traces)]
        start += AT_ONCE
    for artifact in found:
        prefect_api.call("DELETE", f"/artifacts/{artifact}")
    return len(found)


def _files(folder: str) -> list[Path]:
    return [path for path in (settings().data_dir / folder).rglob("*") if path.is_file()]


def _names(path: Path, traces: Traces) -> bool:
    text = path.read_text(encoding="utf-8", errors="replace")
    return cleared(text, traces) != text


def _write_over(path: Path, traces: Traces) -> bool:
    """In its place and sign for sign: the program whose log it is goes on writing at its end."""
    if not _names(path, traces):
        return False
    words = {*traces.phrases(), *(last for first, last, _ in traces.sought if first and last)}
    with path.open("r+b") as file:
        raw = file.read()
        for word in sorted(words, key=len, reverse=True):
            start = raw.find(written := word.encode())
            while start >= 0:
                file.seek(start)
                file.write(b"x" * len(written))
                start = raw.find(written, start + 1)
    return True
