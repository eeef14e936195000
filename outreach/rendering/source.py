"""A message's file: found by name, language and department, read, and split into front matter and Markdown."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from outreach.errors import PermanentFailure
from outreach.settings import settings
from outreach.tags import CONTROL

NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
FRONT_MATTER = re.compile(r"---\n(.*?)^---[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
REQUIRED = ("subject", "preheader")
OPTIONAL = ("why", "readers")
ALUMNI, COORDINATORS = "alumni", "coordinators"


@dataclass(frozen=True)
class Source:
    """One template. `why` says in the footer why this person is written to; `readers` is alumni or coordinators."""

    file: str
    subject: str
    preheader: str
    body: str
    body_line: int
    field_lines: Mapping[str, int]
    why: str = ""
    readers: str = ALUMNI


def folder() -> Path:
    """Where the messages and their layout lie."""
    return settings().templates_dir / "email"


def find(message: str, language: str, department_code: str | None) -> Path:
    """The department's own version where there is one, else everyone's.

    Raises PermanentFailure when the message does not exist in the language.
    """
    if not NAME.fullmatch(message):
        raise PermanentFailure(f"{message!r} is no name of a message: use small letters, digits and hyphens.")
    shared = folder() / f"{message}.{language}.md"
    own = folder() / f"{message}.{department_code}.{language}.md"
    if department_code and own.is_file():
        return own
    if not shared.is_file():
        raise PermanentFailure(f"There is no message {message!r} in {language!r}: write templates/email/{shared.name}.")
    return shared


def read(path: Path) -> Source:
    """One template file. Raises PermanentFailure with a sentence that names the file and what to do."""
    try:
        content = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise PermanentFailure(f"{path.name} is not saved as UTF-8: save it again with that encoding.") from None
    except OSError as error:
        raise PermanentFailure(f"{path.name} cannot be read: {error.strerror}.") from None
    return parse(path.name, content)


@lru_cache(maxsize=1024)
def parse(file: str, content: str) -> Source:
    """Front matter and body of one template. Raises PermanentFailure as `read` does."""
    found = FRONT_MATTER.match(content)
    if not found:
        raise PermanentFailure(f"{file} does not begin with its subject and preheader between two lines of ---.")
    fields = _fields(file, found[1])
    for name in (*REQUIRED, *OPTIONAL):
        if name in fields:
            _check_line(file, name, fields[name])
        elif name in REQUIRED:
            raise PermanentFailure(f"{file} has no {name}: write it between the lines of --- at the top.")
    if (readers := fields.get("readers", ALUMNI)) not in (ALUMNI, COORDINATORS):
        raise PermanentFailure(f"{file}: readers is {readers!r}; it can be {ALUMNI} or {COORDINATORS}.")
    return Source(
        file=file,
        body=content[found.end() :],
        body_line=content[: found.end()].count("\n") + 1,
        field_lines=_field_lines(found[1]),
        **fields,
    )


def _fields(file: str, front_matter: str) -> dict[str, str]:
    try:
        fields = yaml.load(front_matter, Loader=yaml.BaseLoader)  # noqa: S506 - BaseLoader makes strings only
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 2}" if mark else ""
        raise PermanentFailure(
            f"{file}{line}: the lines at the top cannot be read; put a text that holds : or # or {{{{ in quotes."
        ) from None
    if not isinstance(fields, dict):
        raise PermanentFailure(f"{file}: the lines at the top must look like `subject: ...`.")
    if unknown := sorted(set(map(str, fields)) - {*REQUIRED, *OPTIONAL}):
        known = ", ".join((*REQUIRED, *OPTIONAL))
        raise PermanentFailure(f"{file}: {unknown[0]!r} is not known at the top of a message. There are: {known}.")
    return fields


def _field_lines(front_matter: str) -> dict[str, int]:
    """Name of a field -> its line in the file, which begins with one line of ---."""
    starts = (line.partition(":")[0].strip() for line in front_matter.split("\n"))
    return {name: number for number, name in enumerate(starts, start=2)}


def _check_line(file: str, name: str, value: object) -> None:
    """A header is one line: anything else could smuggle in another header."""
    if not isinstance(value, str) or not value.strip():
        raise PermanentFailure(f"{file}: the {name} is empty.")
    if CONTROL.search(value):
        raise PermanentFailure(f"{file}: the {name} must be one line without control characters.")
