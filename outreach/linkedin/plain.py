"""Markdown as LinkedIn can show it: plain text, links written out, lists with bullets."""

import re
from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.common.normalize_url import normalizeLink
from markdown_it.tree import SyntaxTreeNode

MENTIONED = re.compile(r"urn:li:organization:\d{1,20}")
FOLLOWED = ("https://", "http://", "mailto:")
# What the API needs escaped must not stand in an address, where nothing can be escaped.
IN_ADDRESS = str.maketrans({sign: f"%{ord(sign):02X}" for sign in "()[]{}<>|\\"})
# Control characters, lone surrogates, and marks that turn the direction of what follows: a cut would leave them open.
UNSEEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\u2028-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]")
NAME_ENDS = re.compile(r"[\[\]\\]")

PARSER = MarkdownIt("commonmark", {"html": False})
# `_link` judges addresses: where nobody can follow one, the words stay.
PARSER.validateLink = lambda url: True  # type: ignore[method-assign]
# The parser's own way with addresses puts the parts of a URN in another order.
PARSER.normalizeLink = lambda url: url if MENTIONED.fullmatch(url) else normalizeLink(url)  # type: ignore[method-assign]


def plain(markdown: str) -> str:
    """The text of a Markdown text, paragraphs apart by an empty line."""
    root = SyntaxTreeNode(PARSER.parse(cleaned(markdown)))
    return _tidy(_blocks(root.children))


def cleaned(text: str) -> str:
    """Without what cannot be seen and would break a line, a file or the order of the letters."""
    return UNSEEN.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " "))


def one_line(text: str) -> str:
    """A plain value on one line."""
    return " ".join(cleaned(text).split())


def web_address(address: str | None) -> str | None:
    """An address as it stands in a post; None for one that is none, or is not for the web."""
    if not address or not address.startswith(FOLLOWED[:2]) or address != one_line(address) or " " in address:
        return None
    return address.translate(IN_ADDRESS)


def _tidy(text: str) -> str:
    lines = "\n".join(line.rstrip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", lines).strip()


def _blocks(blocks: Sequence[SyntaxTreeNode], between: str = "\n\n") -> str:
    return between.join(filter(None, map(_block, blocks)))


def _block(node: SyntaxTreeNode) -> str:
    match node.type:
        case "bullet_list":
            return _list(node, ["• "] * len(node.children))
        case "ordered_list":
            first = int(node.attrs.get("start", 1))
            return _list(node, [f"{number}. " for number in range(first, first + len(node.children))])
        case "blockquote":
            return _blocks(node.children)
        case "hr":
            return "———"
        case "fence" | "code_block":
            return node.content.strip("\n")
        case _:
            return "".join(_inline(inline.children) for inline in node.children)


def _list(node: SyntaxTreeNode, marks: list[str]) -> str:
    items = (mark + _blocks(item.children, "\n") for item, mark in zip(node.children, marks, strict=True))
    return "\n".join(items)


def _inline(nodes: Sequence[SyntaxTreeNode]) -> str:
    text = ""
    for node in nodes:
        text += _link(node, text) if node.type == "link" else _piece(node)
    return text


def _piece(node: SyntaxTreeNode) -> str:
    match node.type:
        case "softbreak":
            return " "
        case "hardbreak":
            return "\n"
        case "image":  # a post's picture is the story's own
            return ""
        case "text" | "code_inline":
            return node.content
        case _:
            return _inline(node.children)


def _link(node: SyntaxTreeNode, before: str) -> str:
    """`words (address)`; a mention of an organisation stays one; of an address nobody can follow the words stay."""
    words, address = _inline(node.children), str(node.attrs["href"])
    if MENTIONED.fullmatch(address) and before.endswith("@"):
        return f"[{NAME_ENDS.sub('', words)}]({address})"
    if not address.startswith(FOLLOWED):
        return words
    written = address.removeprefix("mailto:").translate(IN_ADDRESS)
    return written if words in (address, written, address.removeprefix("mailto:")) else f"{words} ({written})"
