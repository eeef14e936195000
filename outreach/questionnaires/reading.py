"""The questionnaires of `config/surveys/*.yaml`, and departments' own sections in `config/surveys/extra/*.yaml`."""

from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from outreach.departments import departments
from outreach.errors import PermanentFailure
from outreach.questionnaires.doubts import doubts
from outreach.questionnaires.shape import Questionnaire, Section
from outreach.settings import settings

FOLDER, EXTRA = "surveys", "extra"
T = TypeVar("T", Questionnaire, Section)


class _Strict(yaml.SafeLoader):
    """YAML where a key twice is a mistake, and yes and no are words: they are codes here."""


_Strict.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool" or first not in "yYnNoO"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _mapping(loader: _Strict, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
    keys = [loader.construct_object(key, deep=True) for key, _ in node.value]
    for key in keys:
        if keys.count(key) > 1:
            raise yaml.constructor.ConstructorError(None, None, f"{key!r} stands twice", node.start_mark)
    return yaml.SafeLoader.construct_mapping(loader, node, deep)


_Strict.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


@cache
def questionnaires() -> tuple[str, ...]:
    """The names there are, sorted."""
    return tuple(sorted(path.stem for path in _folder().glob("*.yaml")))


@cache
def questionnaire(name: str) -> Questionnaire:
    """One questionnaire. Raises PermanentFailure listing the names there are, or naming what is wrong with it."""
    if name not in questionnaires():
        raise PermanentFailure(f"There is no questionnaire {name!r}. There are: {', '.join(questionnaires())}.")
    content = _content(_folder() / f"{name}.yaml")
    whole = _valid(Questionnaire, f"{name}.yaml", {"name": name} | content)
    if found := doubts(whole):
        raise PermanentFailure(f"config/{FOLDER}/{name}.yaml: {found[0]}")
    return whole


@cache
def extra_sections(department: str, name: str) -> tuple[Section, ...]:
    """A department's own sections, asked after those of the questionnaire `name`; () when it has none.

    Raises PermanentFailure naming what is wrong with them, alone or together with the questionnaire.
    """
    path = _folder() / EXTRA / f"{department}.yaml"
    if not path.exists():
        return ()
    content, file = _content(path), f"{EXTRA}/{department}.yaml"
    if set(content) - {"sections"} or not isinstance(content.get("sections"), list):
        raise PermanentFailure(f"config/{FOLDER}/{file}: it holds `sections:` and nothing else.")
    extra = tuple(_valid(Section, file, section) for section in content["sections"])
    if found := doubts(questionnaire(name).appended(extra)):
        raise PermanentFailure(f"config/{FOLDER}/{file}: {found[0]}")
    return extra


def check(used: set[str]) -> list[str]:
    """What is wrong with any questionnaire, a sentence each. `used`: the names the duties ask for."""
    found = []
    for name in questionnaires():
        found += _sentence(lambda name=name: questionnaire(name))
    for path in sorted((_folder() / EXTRA).glob("*.yaml")):
        if path.stem not in departments():
            found.append(f"config/{FOLDER}/{EXTRA}/{path.name}: there is no department {path.stem!r}.")
            continue
        for name in sorted(used & set(questionnaires())):
            found += _sentence(lambda path=path, name=name: extra_sections(path.stem, name))
    found += [f"config/duties.toml names the questionnaire {name!r}, which is not in config/{FOLDER}."
              for name in sorted(used - set(questionnaires()))]  # fmt: skip
    return found


def _folder() -> Path:
    return settings().config_dir / FOLDER


def _content(path: Path) -> dict[str, Any]:
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), _Strict)  # noqa: S506 - a SafeLoader
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise PermanentFailure(f"config/{FOLDER}/{path.name} cannot be read: {' '.join(str(error).split())}.") from None
    if not isinstance(content, dict):
        raise PermanentFailure(f"config/{FOLDER}/{path.name} is no questionnaire.")
    return content


def _valid(kind: type[T], file: str, content: Any) -> T:
    try:
        return kind.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        raise PermanentFailure(f"config/{FOLDER}/{file}: {_where(content, first['loc'])}: {_said(first)}.") from None


def _where(content: Any, place: tuple[int | str, ...]) -> str:
    """A place in words: sections and questions by their codes."""
    names, at = [], content
    for step in place:
        try:
            at = at[step]
        except (KeyError, IndexError, TypeError):
            at = None
        names.append(str(at["code"]) if isinstance(step, int) and isinstance(at, dict) and "code" in at else str(step))
    return ".".join(names) or "the file"


def _said(error: Any) -> str:
    if error["type"] == "missing" and error["loc"] and error["loc"][-1] in ("sv", "en"):
        return f"the text is missing in {'Swedish' if error['loc'][-1] == 'sv' else 'English'}"
    return str(error["msg"]).removeprefix("Value error, ")


def _sentence(attempt: Any) -> list[str]:
    try:
        attempt()
    except PermanentFailure as error:
        return [str(error)]
    return []
