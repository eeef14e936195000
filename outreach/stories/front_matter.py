"""A Markdown file with front matter: YAML between two lines of `---`, then the text.

One file may hold both languages: a line `[sv]` or `[en]` alone begins the text in that language. A file whose name ends
in `.sv.md` or `.en.md` holds one; `language` in the front matter says so too. Otherwise the text is Swedish.
"""

import re
from pathlib import Path

import yaml

from outreach.stories import columns
from outreach.stories.problems import RefusedStory

MAX_BYTES = 200_000
FRONT = re.compile(r"---[ \t]*\n(.*?\n)?---[ \t]*(?:\n|\Z)", re.DOTALL)
LANGUAGE_LINE = re.compile(r"^\[(sv|en)\][ \t]*$", re.MULTILINE)
LANGUAGE_NAME = re.compile(r"(.+)\.(sv|en)")


def name_of(file: Path) -> str:
    """The file's name without its language and ending."""
    named = LANGUAGE_NAME.fullmatch(file.stem)
    return named[1] if named else file.stem


def cells(file: Path) -> dict[str, str]:
    """Our column -> text. Raises RefusedStory for a file that is not such a one."""
    text = _text(file)
    front = FRONT.match(text)
    if front is None:
        raise RefusedStory("no_front_matter")
    named = LANGUAGE_NAME.fullmatch(file.stem)
    said, language = columns.in_language(_said(front[1] or ""), named and named[2])
    return columns.without_contradiction(said, _bodies(text[front.end() :], language))


def _text(file: Path) -> str:
    try:
        if file.stat().st_size > MAX_BYTES:
            raise RefusedStory("not_text")
        return file.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError):
        raise RefusedStory("not_text") from None


def _said(front: str) -> dict[str, str]:
    try:
        found = yaml.load(front, Loader=yaml.BaseLoader)  # noqa: S506 - makes nothing but text, lists and mappings
    except (yaml.YAMLError, RecursionError) as error:
        line = getattr(getattr(error, "problem_mark", None), "line", None)
        raise RefusedStory("bad_front_matter", value="YAML" if line is None else f"YAML, line {line + 2}") from None
    if not isinstance(found or {}, dict):
        raise RefusedStory("bad_front_matter", value="YAML")
    said: dict[str, str] = {}
    for key, value in (found or {}).items():
        ours = columns.HEADERS.column(key) if isinstance(key, str) else None
        if ours is None:
            raise RefusedStory("unknown_key", value=str(key)[:60])
        if ours in said:
            raise RefusedStory("twice", ours)
        said[ours] = _plain(key, value)
    return said


def _plain(key: str, value: object) -> str:
    """Text, or a list of text as one."""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return ", ".join(value)
    raise RefusedStory("bad_front_matter", value=key)


def _bodies(text: str, language: str) -> dict[str, str]:
    """The text before the first language line is in `language`."""
    first, *rest = LANGUAGE_LINE.split(text)
    parts = [(language, first), *zip(rest[::2], rest[1::2], strict=True)]
    return columns.without_contradiction(*({f"body_{spoken}": body.strip()} for spoken, body in parts if body.strip()))
