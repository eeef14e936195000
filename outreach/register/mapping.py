"""`config/register.toml`: which header means which of our columns, and which words mean which of our values."""

import tomllib
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import pandas as pd
from pydantic import BaseModel, ConfigDict, ValidationError

from outreach.errors import PermanentFailure
from outreach.register.summary import Kind
from outreach.settings import settings
from outreach.sheets.reading import Sheet, folded

FILE = "config/register.toml"


class Other(BaseModel):
    model_config = ConfigDict(extra="forbid")

    ignore: list[str] = []
    refuse: list[str] = []


class RegisterConfig(BaseModel):
    """The file as it stands."""

    model_config = ConfigDict(extra="forbid")

    required: dict[Kind, list[str]]
    other: Other
    columns: dict[str, list[str]]
    alumni_columns: dict[str, list[str]]
    values: dict[str, dict[str, list[str]]]


@dataclass(frozen=True)
class Mapping:
    """For one kind of file: `headers` maps a folded header to our column; `words` maps, for each of flag, language
    and level, what may stand in a file to our value."""

    headers: dict[str, str]
    required: dict[str, list[str]]
    ignored: frozenset[str]
    refused: frozenset[str]
    words: dict[str, dict[str, str]]


def mapping(kind: Kind) -> Mapping:
    """The mapping for one kind of file. Raises PermanentFailure naming what is wrong in `register.toml`."""
    config = _config()
    columns = config.columns | (config.alumni_columns if kind == "alumni" else {})
    if unknown := [name for name in config.required[kind] if name not in columns]:
        raise PermanentFailure(f"{FILE}: required: {unknown[0]!r} is none of the columns.")
    return Mapping(
        headers={folded(header): ours for ours, headers in columns.items() for header in headers},
        required={name: columns[name] for name in config.required[kind]},
        ignored=frozenset(map(folded, config.other.ignore)),
        refused=frozenset(map(folded, config.other.refuse)),
        words={
            name: {word.casefold(): ours for ours, words in values.items() for word in words}
            for name, values in config.values.items()
        },
    )


def our_columns(sheet: Sheet, mapped: Mapping, name: str) -> pd.DataFrame:
    """The cells under our column names (all str, "" where empty), index: line in the file.

    Raises PermanentFailure naming the header that is unknown, missing, doubled, or one we never take.
    """
    _refuse_identity_numbers(sheet, mapped, name)
    taken: dict[str, int] = {}
    unknown: list[str] = []
    for at, header in enumerate(sheet.headers):
        ours = mapped.headers.get(folded(header))
        if ours is None:
            if folded(header) not in mapped.ignored and not _is_empty(sheet, at):
                unknown.append(header)
        elif ours in taken:
            raise PermanentFailure(
                f"{name}: the columns {sheet.headers[taken[ours]]!r} and {header!r} both mean {ours!r}. "
                f"Remove one of them. Nothing was imported."
            )
        else:
            taken[ours] = at
    if not taken:  # the headers are not named: they may be a person's data
        raise PermanentFailure(
            f"{name}: the first line holds no column name we know; it must hold the headers. Nothing was imported."
        )
    if unknown:
        raise PermanentFailure(_unknown(unknown, mapped, name))
    for ours, headers in mapped.required.items():
        if ours not in taken:
            raise PermanentFailure(
                f"{name}: the column {ours!r} is missing. It may be called {_listed(headers)}. Nothing was imported."
            )
    return sheet.cells[list(taken.values())].set_axis(list(taken), axis="columns")


def _refuse_identity_numbers(sheet: Sheet, mapped: Mapping, name: str) -> None:
    for header in sheet.headers:
        if folded(header) in mapped.refused:
            raise PermanentFailure(
                f"{name}: the column {header[:60]!r} looks like personal identity numbers, which are never taken in. "
                f"Remove the column from the file and import it again. Nothing was imported."
            )


def _is_empty(sheet: Sheet, at: int) -> bool:
    """A column without a header and without a value: spreadsheets leave them behind."""
    return not sheet.headers[at].strip() and not (sheet.cells[at] != "").any()


def _unknown(unknown: list[str], mapped: Mapping, name: str) -> str:
    parts = []
    for header in unknown[:5]:
        near = get_close_matches(folded(header), mapped.headers, n=1)
        hint = f" (did you mean {mapped.headers[near[0]]!r}?)" if near else ""
        parts.append(f"{header[:60]!r}{hint}")
    more = f" and {len(unknown) - 5} more" if len(unknown) > 5 else ""
    return (
        f"{name}: unknown column {', '.join(parts)}{more}. Correct the header, or add it to {FILE}, under the column "
        f"it means or under 'ignore'. Nothing was imported."
    )


def _listed(names: list[str]) -> str:
    return ", ".join(repr(name) for name in names)


def _config() -> RegisterConfig:
    path = settings().config_dir / "register.toml"
    try:
        fields: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        return RegisterConfig(**fields)
    except FileNotFoundError:
        raise PermanentFailure(f"{FILE} is missing.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PermanentFailure(f"{FILE} cannot be read: {error}.") from None
    except ValidationError as error:
        first = error.errors()[0]
        raise PermanentFailure(f"{FILE}: {'.'.join(map(str, first['loc']))}: {first['msg']}.") from None
