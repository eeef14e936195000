"""Markdown tables that stay tables whatever stands in a cell."""

import base64
from collections.abc import Sequence


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table: the first column to the left, the others (numbers) to the right."""
    lines = [_line(header), _line(["---", *["---:"] * (len(header) - 1)], raw=True), *map(_line, rows)]
    return "\n".join(lines) + "\n"


def _line(cells: Sequence[str], *, raw: bool = False) -> str:
    return f"| {' | '.join(cells if raw else map(escaped, cells))} |"


def escaped(cell: str) -> str:
    """Text that cannot end its cell, start a tag or change the line."""
    one_line = " ".join(cell.splitlines()).replace("&", "&amp;").replace("<", "&lt;")
    return one_line.replace("\\", "\\\\").replace("|", "\\|")


def pictured(described: str, picture: bytes) -> str:
    """A PNG within the Markdown itself, with what it shows in words for those who cannot see it."""
    words = escaped(described).replace("[", "(").replace("]", ")")
    return f"![{words}](data:image/png;base64,{base64.b64encode(picture).decode()})"
