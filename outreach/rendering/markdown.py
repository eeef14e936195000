"""Markdown to HTML and to plain text, both from the same parsed tokens, so the two parts of a mail never differ.

A paragraph that holds nothing but a link in bold is a button.
"""

import re
from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from outreach.tags import ANY_TAG, CONTROL

WIDTH = 72
VALUE_WIDTHS = {
    "programme": 44,
    "full_name": 20,
    "party": 18,
    "confirm_until": 26,
}  # about how long a person's values are, in characters
NAME_WIDTH = 12
PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")

PARSER = MarkdownIt("commonmark", {"html": False}).disable("image")

BUTTON_OPEN = '<table role="presentation" class="button"><tr><td>'
BUTTON_CLOSE = "</td></tr></table>\n"


class Markdown(str):
    """A value for a template that is Markdown already, such as what an office has written of an event. It may be
    several paragraphs, and stands in a paragraph of its own."""

    __slots__ = ()


def escaped(value: str) -> str:
    """A plain value as Markdown that prints it: one line, every punctuation mark escaped."""
    return PUNCTUATION.sub(r"\\\1", one_line(value))


def one_line(value: str) -> str:
    """A value on one line, without control characters."""
    return CONTROL.sub(" ", value).strip()


def html_of(markdown: str) -> str:
    """The HTML of a Markdown text. HTML written in it comes out as text."""
    tokens = PARSER.parse(markdown)
    for opening, inline, closing in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if opening.type == "paragraph_open" and (link := _button(inline)):
            inline.children = link
            _becomes(opening, BUTTON_OPEN)
            _becomes(closing, BUTTON_CLOSE)
    rendered: str = PARSER.renderer.render(tokens, PARSER.options, {})
    return rendered


def _button(inline: Token) -> list[Token] | None:
    """The tokens of the link, when it stands alone in bold."""
    children = [token for token in inline.children or [] if token.type != "text" or token.content]
    kinds = [token.type for token in children]
    alone = kinds[:2] == ["strong_open", "link_open"] and kinds[-2:] == ["link_close", "strong_close"]
    return children[1:-1] if alone and kinds.count("link_open") == 1 else None


def _becomes(token: Token, html: str) -> None:
    token.type, token.content, token.hidden = "html_block", html, False


def text_of(markdown: str) -> str:
    """The plain text of a Markdown text: underlined headings, dashes, `text <address>`, wrapped at 72 characters."""
    return text_of_tokens(PARSER.parse(markdown))


def text_of_tokens(tokens: Sequence[Token]) -> str:
    """The same of Markdown that is parsed already."""
    return _blocks(SyntaxTreeNode(tokens).children, WIDTH)


def _blocks(blocks: Sequence[SyntaxTreeNode], width: int, between: str = "\n\n") -> str:
    return between.join(_block(node, width) for node in blocks)


def _block(node: SyntaxTreeNode, width: int) -> str:
    match node.type:
        case "heading":
            return _heading(node, width)
        case "bullet_list":
            return _list(node, ["- "] * len(node.children), width)
        case "ordered_list":
            first = int(node.attrs.get("start", 1))
            return _list(node, [f"{number}. " for number in range(first, first + len(node.children))], width)
        case "blockquote":
            return _indented(_blocks(node.children, width - 2), "> ", "> ")
        case "hr":
            return "* * *"
        case "fence" | "code_block":
            return _indented(node.content.rstrip("\n"), "    ", "    ")
        case _:
            return _paragraph(node, width)


def _heading(node: SyntaxTreeNode, width: int) -> str:
    words = _wrapped(_inline(node.children), width)
    longest = max(_length(line) for line in words.split("\n"))
    return f"{words}\n{('=' if node.tag == 'h1' else '-') * min(longest, width)}"


def _list(node: SyntaxTreeNode, marks: list[str], width: int) -> str:
    """A list whose items are single paragraphs stands close, as in Markdown."""
    tight = all(block.hidden for item in node.children for block in item.children if block.type == "paragraph")
    return ("\n" if tight else "\n\n").join(
        _indented(_blocks(item.children, width - len(mark), "\n" if tight else "\n\n"), mark, " " * len(mark))
        for item, mark in zip(node.children, marks, strict=True)
    )


def _paragraph(node: SyntaxTreeNode, width: int) -> str:
    """A link that stands alone gets its address on a line of its own."""
    inner = [child for inline in node.children for child in inline.children if child.type != "text" or child.content]
    while len(inner) == 1 and inner[0].type == "strong":
        inner = [child for child in inner[0].children if child.type != "text" or child.content]
    if len(inner) == 1 and inner[0].type == "link" and (words := _inline(inner[0].children)) != _address(inner[0]):
        return f"{_wrapped(words, width)}:\n{_address(inner[0])}"
    return _wrapped(_inline(node.children), width)


def _inline(nodes: Sequence[SyntaxTreeNode]) -> str:
    return "".join(_piece(node) for node in nodes)


def _piece(node: SyntaxTreeNode) -> str:
    match node.type:
        case "softbreak":
            return " "
        case "hardbreak":
            return "\n"
        case "link":
            words, address = _inline(node.children), _address(node)
            return words if words == address else f"{words} <{address}>"
        case "text" | "code_inline":
            return node.content
        case _:
            return _inline(node.children)


def _address(link: SyntaxTreeNode) -> str:
    return str(link.attrs["href"]).removeprefix("mailto:")


def _indented(text: str, first: str, rest: str) -> str:
    lines = text.split("\n")
    return "\n".join((rest if at else first) + line if line else "" for at, line in enumerate(lines))


def _wrapped(text: str, width: int) -> str:
    return "\n".join(_wrapped_line(line, width) for line in text.split("\n"))


def _wrapped_line(line: str, width: int) -> str:
    """Greedy, with a tag counted as the value that will stand there. Only plain spaces break a line."""
    lines: list[str] = []
    used = 0
    for word in filter(None, line.split(" ")):
        length = _length(word)
        if lines and used + 1 + length <= width:
            lines[-1] += f" {word}"
            used += 1 + length
        else:
            lines.append(word)
            used = length
    return "\n".join(lines)


def _length(text: str) -> int:
    """The characters a reader will see. A link is as long as a line."""

    def width(name: str) -> int:
        return WIDTH if name.startswith("link_") else VALUE_WIDTHS.get(name, NAME_WIDTH)

    return len(ANY_TAG.sub(lambda tag: "x" * width(tag[2]), text))
