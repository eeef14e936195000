"""What the pages say: `templates/web/texts.toml`, every text in Swedish and English."""

import tomllib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from outreach.duties import LANGUAGES, Language
from outreach.errors import PermanentFailure
from outreach.settings import settings

Speak = Callable[..., str]


@cache
def catalogue(path: Path) -> dict[str, dict[str, str]]:
    """Key (`join.title`) -> language -> text. Raises PermanentFailure when the file is missing or broken."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise PermanentFailure(f"{path.name} is missing among the web templates.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PermanentFailure(f"{path.name} cannot be read: {error}.") from None
    return {f"{group}.{name}": texts for group, entries in tables.items() for name, texts in entries.items()}


def speaker(language: Language) -> Speak:
    """The function templates know as `t`: `t("join.greeting", name=...)`. Plain text: the template escapes it.

    Every text may use {network} and {university}.
    """
    texts = _ours()
    sender = settings().sender
    names = {"network": sender.name(language), "university": sender.university(language)}

    def speak(key: str, **values: Any) -> str:
        return texts[key][language].format(**names, **values)

    return speak


def has(key: str) -> bool:
    """Whether there is a text under `key`."""
    return key in _ours()


def _ours() -> dict[str, dict[str, str]]:
    return catalogue(settings().templates_dir / "web" / "texts.toml")


def other(language: Language) -> Language:
    """The language the switch at the top of a page leads to."""
    return LANGUAGES[1] if language == LANGUAGES[0] else LANGUAGES[0]
