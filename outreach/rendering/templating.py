"""Jinja in messages: what a template may say, and sentences for what it may not.

A template is rendered once for many people, so a person's field is only ever printed. That is checked in the
template's syntax tree before anything is rendered, which also finds every misspelt name with its line.
"""

import traceback
from collections.abc import Iterator, Mapping
from functools import lru_cache

from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError, nodes
from jinja2.meta import find_undeclared_variables
from jinja2.sandbox import SandboxedEnvironment

from outreach.errors import PermanentFailure

PERSON = ("given_name", "family_name", "full_name", "greeting", "programme", "party", "confirm_until")
LINKS = ("join", "preferences", "unsubscribe", "rsvp", "survey")
FIELDS = {"person": PERSON, "links": LINKS, "department": ("code", "name")}
PER_PERSON = ("person", "links")

# Blocks that catch printed text could hand a tag to a filter and break it; files do not include each other.
FORBIDDEN = (
    nodes.FilterBlock, nodes.AssignBlock, nodes.Macro, nodes.CallBlock, nodes.Include, nodes.Import, nodes.FromImport,
    nodes.Extends, nodes.Block,
)  # fmt: skip

# Markdown and text: values are escaped for Markdown where they are made, and Markdown escapes for HTML.
PLAIN = SandboxedEnvironment(undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True)
PAGES = SandboxedEnvironment(undefined=StrictUndefined, autoescape=True, trim_blocks=True, lstrip_blocks=True)


@lru_cache(maxsize=4096)
def compiled(file: str, text: str, line: int, names: frozenset[str]) -> Template:
    """A part of a message, checked and ready. `line` is where it begins in its file; `names` are those it may use.

    Raises PermanentFailure: wrong syntax, an unknown name or field, a person's field used otherwise than printed.
    """
    padded = "\n" * (line - 1) + text
    try:
        tree = PLAIN.parse(padded, filename=file)
        _check(file, tree, names)
        return Template.from_code(PLAIN, PLAIN.compile(tree, filename=file), {})
    except TemplateSyntaxError as error:
        raise PermanentFailure(f"{file}, line {error.lineno}: {_sentence(error.message or 'wrong syntax')}") from None


@lru_cache(maxsize=8)
def layout(file: str, text: str, *, escape: bool) -> Template:
    """The layout around every message. It is ours, so it may do what Jinja can. Raises PermanentFailure."""
    environment = PAGES if escape else PLAIN
    try:
        return Template.from_code(environment, environment.compile(text, filename=file), {})
    except TemplateSyntaxError as error:
        raise PermanentFailure(f"{file}, line {error.lineno}: {_sentence(error.message or 'wrong syntax')}") from None


def filled(template: Template, file: str, values: Mapping[str, object]) -> str:
    """The template's text, without the padding before it. Raises PermanentFailure naming the file and line."""
    try:
        return template.render(values).strip()
    except (TemplateError, TypeError, ValueError, ArithmeticError) as error:
        lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file]
        where = f"{file}, line {lines[-1]}" if lines else file
        if "'None' has no attribute" in str(error):
            raise PermanentFailure(
                f"{where}: a version for no special department has no department: put it in "
                "{% if department %} ... {% endif %}."
            ) from None
        raise PermanentFailure(f"{where}: {_sentence(str(error))}") from None


def _check(file: str, tree: nodes.Template, names: frozenset[str]) -> None:
    if block := next(tree.find_all(FORBIDDEN), None):
        raise PermanentFailure(f"{file}, line {block.lineno}: a message may only print, ask (if) and repeat (for).")
    unknown = find_undeclared_variables(tree) - names
    for name in tree.find_all(nodes.Name):
        if name.name in unknown:
            raise PermanentFailure(_unknown(file, name.lineno, name.name, sorted(names)))
    printed = {id(node) for output in tree.find_all(nodes.Output) for node in output.nodes}
    for node, parent in _with_parents(tree):
        if isinstance(node, nodes.Name) and node.name in FIELDS:
            _check_field(file, node, parent, is_printed=id(parent) in printed)


def _check_field(file: str, node: nodes.Name, parent: nodes.Node, *, is_printed: bool) -> None:
    known = FIELDS[node.name]
    if isinstance(parent, nodes.Getattr) and parent.attr not in known:
        raise PermanentFailure(_unknown(file, node.lineno, f"{node.name}.{parent.attr}", list(known)))
    if node.name in PER_PERSON and not (isinstance(parent, nodes.Getattr) and is_printed):
        raise PermanentFailure(_only_printed(file, node, parent))


def _with_parents(tree: nodes.Node) -> Iterator[tuple[nodes.Node, nodes.Node]]:
    for child in tree.iter_child_nodes():
        yield child, tree
        yield from _with_parents(child)


def _unknown(file: str, line: int, name: str, known: list[str]) -> str:
    return f"{file}, line {line}: there is no {name!r}. There are: {', '.join(known)}."


def _only_printed(file: str, node: nodes.Name, parent: nodes.Node) -> str:
    name = f"{node.name}.{parent.attr}" if isinstance(parent, nodes.Getattr) else node.name
    return (
        f"{file}, line {node.lineno}: {name} can only be printed, as {{{{ {name} }}}}, because the text is made once "
        "for many people; to say different things to different people, make it a variant (a file for the department)."
    )


def _sentence(text: str) -> str:
    return text if text.endswith(".") else f"{text}."
