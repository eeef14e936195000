"""One value of a duty's form: read from what was typed, and held to its schema."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

Kind = Literal["text", "long", "whole", "number", "day", "tick", "choice", "lines", "other"]
MOST_DIGITS = 15
WHOLE = re.compile(r"[+-]?[0-9]{1,15}")
BROKEN_OFF = re.compile(r"\r\n?")


@dataclass(frozen=True)
class Wrong:
    """What is wrong with a value: a word there are texts for, and the bound it is held to."""

    code: str
    bound: Any = None


def read_text(kind: Kind, typed: Sequence[str]) -> Any:
    """The value of what was typed under one name. Raises ValueError with the word for what is wrong."""
    if kind == "tick":
        return bool(typed)
    text = BROKEN_OFF.sub("\n", typed[0]).strip()
    if kind == "lines":
        return [line.strip() for one in typed for line in BROKEN_OFF.sub("\n", one).split("\n") if line.strip()]
    if kind == "whole":
        if not WHOLE.fullmatch(text):
            raise ValueError("whole")
        return int(text)
    return _number(text) if kind == "number" else text


def _number(text: str) -> float:
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        raise ValueError("number") from None
    if not math.isfinite(value):
        raise ValueError("number")
    return value


def wrong_with(kind: Kind, schema: Mapping[str, Any], value: Any) -> Wrong | None:
    """What is wrong with a value of JSON; None for nothing."""
    return CHECKS[kind](schema, value)


def _text(schema: Mapping[str, Any], value: Any) -> Wrong | None:
    if not isinstance(value, str) or "\0" in value or any(0xD800 <= ord(sign) <= 0xDFFF for sign in value):
        return Wrong("text")
    if len(value) > schema.get("maxLength", len(value)):
        return Wrong("long", schema["maxLength"])
    if len(value) < schema.get("minLength", 0):
        return Wrong("short", schema["minLength"])
    if "pattern" in schema and not re.search(schema["pattern"], value):
        return Wrong("pattern")
    return None


def _whole(schema: Mapping[str, Any], value: Any) -> Wrong | None:
    if isinstance(value, bool) or not isinstance(value, int):
        return Wrong("whole")
    return _within(schema, value)


def _any_number(schema: Mapping[str, Any], value: Any) -> Wrong | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return Wrong("number")
    return _within(schema, value)


def _within(schema: Mapping[str, Any], value: float) -> Wrong | None:
    if abs(value) >= 10**MOST_DIGITS:
        return Wrong("number")
    least, most = schema.get("minimum"), schema.get("maximum")
    if least is not None and value < least:
        return Wrong("low", least)
    if most is not None and value > most:
        return Wrong("high", most)
    above, below = schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum")
    if above is not None and value <= above:
        return Wrong("above", above)
    if below is not None and value >= below:
        return Wrong("below", below)
    return None


def _day(_schema: Mapping[str, Any], value: Any) -> Wrong | None:
    try:
        parsed = date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        parsed = None
    return None if parsed and parsed.isoformat() == value else Wrong("day")


def _tick(_schema: Mapping[str, Any], value: Any) -> Wrong | None:
    return None if isinstance(value, bool) else Wrong("tick")


def _choice(schema: Mapping[str, Any], value: Any) -> Wrong | None:
    return None if isinstance(value, str) and value in schema["enum"] else Wrong("choice")


def _lines(schema: Mapping[str, Any], value: Any) -> Wrong | None:
    if not isinstance(value, list):
        return Wrong("lines")
    items = schema.get("items", {})
    if "enum" in items and not all(isinstance(one, str) and one in items["enum"] for one in value):
        return Wrong("choice")
    if len(value) > schema.get("maxItems", len(value)):
        return Wrong("many", schema["maxItems"])
    return next((found for one in value if (found := _text(items, one))), None)


def _other(_schema: Mapping[str, Any], _value: Any) -> Wrong | None:
    return None


CHECKS: Mapping[Kind, Callable[[Mapping[str, Any], Any], Wrong | None]] = {
    "text": _text,
    "long": _text,
    "whole": _whole,
    "number": _any_number,
    "day": _day,
    "tick": _tick,
    "choice": _choice,
    "lines": _lines,
    "other": _other,
}
