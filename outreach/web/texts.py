"""What the pages say: gettext catalogues, `templates/web/locale/<language>/LC_MESSAGES/*.po`, one file an area.

A text is known by a name (`join.title`), not by its Swedish or English words, so that either can be rewritten alone.
The .po files are read as they are: whoever edits one, in a text editor or Poedit, compiles nothing.
"""

import gettext
import io
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

from outreach.duties import LANGUAGES, Language
from outreach.errors import PermanentFailure
from outreach.settings import settings
from outreach.web.formats import Formats

Speak = Callable[..., str]


@dataclass(frozen=True)
class Texts:
    """One language. `forms`: name -> the text, for a text that counts its form for one and its form for many."""

    forms: dict[str, tuple[str, ...]]
    said: gettext.GNUTranslations


@cache
def catalogue(folder: Path, language: Language) -> Texts:
    """Every text of a language. Raises PermanentFailure for a file that is missing, broken, or repeats a name."""
    files = sorted((folder / language / "LC_MESSAGES").glob("*.po"))
    if not files:
        raise PermanentFailure(f"There are no texts in {language!r} among the web templates (locale/*.po).")
    whole, forms = Catalog(locale=language, charset="utf-8"), {}
    for file in files:
        for name, said in _read(file, language):
            if name in forms:
                raise PermanentFailure(f"{file.name} ({language}): the text {name!r} stands twice.")
            forms[name] = said
            whole.add((name, name) if len(said) > 1 else name, said if len(said) > 1 else said[0])
    compiled = io.BytesIO()
    write_mo(compiled, whole)
    compiled.seek(0)
    return Texts(forms, gettext.GNUTranslations(compiled))


def _read(file: Path, language: Language) -> list[tuple[str, tuple[str, ...]]]:
    try:
        with file.open("rb") as opened:
            read = read_po(opened, locale=language, abort_invalid=True)
    except (PoFileError, UnicodeDecodeError) as error:
        raise PermanentFailure(f"{file.name} ({language}) cannot be read: {error}.") from None
    return [(_name(one.id), _forms(one.string)) for one in read if one.id]


def _name(given: Any) -> str:
    return str(given[0] if isinstance(given, tuple) else given)


def _forms(given: Any) -> tuple[str, ...]:
    return tuple(given) if isinstance(given, tuple) else (str(given),)


def speaker(language: Language) -> Speak:
    """The function templates know as `t`: `t("join.greeting", name=...)`. Plain text: the template escapes it.

    Every text may use {network} and {university}. `n` chooses between a text's form for one and for many, and stands in
    it as a number written for the reader: `t("people.found", n=1200)`. Raises KeyError for a name there is no text for.
    """
    texts = _ours(language)
    sender, formats = settings().sender, Formats(language)
    names = {"network": sender.name(language), "university": sender.university(language)}

    def speak(key: str, **values: Any) -> str:
        said = texts.forms[key][0]
        if len(texts.forms[key]) > 1:
            count = values["n"]
            said = texts.said.ngettext(key, key, count)
            values = {**values, "n": formats.number(count)}
        return said.format(**names, **values)

    return speak


def has(key: str) -> bool:
    """Whether there is a text under `key`."""
    return key in _ours(LANGUAGES[0]).forms


def _ours(language: Language) -> Texts:
    return catalogue(settings().templates_dir / "web" / "locale", language)


def other(language: Language) -> Language:
    """The language the switch at the top of a page leads to."""
    return LANGUAGES[1] if language == LANGUAGES[0] else LANGUAGES[0]
