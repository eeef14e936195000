"""The documentation tells the truth: every command, setting, link, picture and file it names is there."""

import re
import tomllib
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
import typer.main
import yaml
from typer.core import TyperGroup, TyperOption

from outreach.cli.commands import app
from outreach.duties import Duty, Wave
from outreach.models import Base
from outreach.rendering.source import OPTIONAL, REQUIRED
from outreach.settings import ROOT, Settings

OPERATIONS = ROOT / "docs" / "operations.md"
README = ROOT / "README.md"
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("templates/**/README.md")])
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
CODE_BLOCK = re.compile(r"^(?:    .*\n)+", re.MULTILINE)
MAKE = re.compile(r"\bmake ([a-z]+(?:-[a-z]+)*)")
PATH_IN_README = re.compile(r"`((?:config|docs|flows|outreach|tasks|templates|tests)/[\w./-]*\w)`")
MADE_BY_THE_READER = {"outreach/queries/audiences/my_duty.py", "flows/my_duty.py"}  # "How to add a duty"
LARGEST_PICTURE = 200_000  # bytes


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def named(page: Path) -> str:
    return str(page.relative_to(ROOT))


def commands(group: TyperGroup, before: str = "outreach") -> Iterator[tuple[str, list[TyperOption]]]:
    """Every command that does something, by the words a person types, with its options."""
    for name, command in group.commands.items():
        words = f"{before} {name}"
        if isinstance(command, TyperGroup):
            yield from commands(command, words)
        else:
            yield words, [param for param in command.params if isinstance(param, TyperOption)]


def every_command() -> dict[str, list[TyperOption]]:
    group = typer.main.get_command(app)
    assert isinstance(group, TyperGroup)
    return dict(commands(group))


def rows_about(words: str) -> str:
    """The rows of the table of commands that are about one command."""
    return "\n".join(line for line in text(OPERATIONS).splitlines() if line.startswith(f"| `{words}"))


@pytest.mark.parametrize("words", every_command())
def test_every_command_and_option_stands_in_operations(words: str) -> None:
    about = rows_about(words)
    assert about, f"{words} does not stand in docs/operations.md"
    for name in (option.opts[0] for option in every_command()[words]):
        assert re.search(rf"{name}\b", about), f"{words} {name} does not stand in docs/operations.md"


def test_every_command_the_documentation_names_is_there() -> None:
    known = set(every_command()) | {
        "outreach db",
        "outreach events",
        "outreach coordinators",
        "outreach export",
        "outreach person",
        "outreach results",
        "outreach stories",
        "outreach unknown",
    }
    for page in PAGES:
        for words in re.findall(r"(?<![\w./=-])(?:\.venv/bin/)?outreach ([a-z-]+)", _code(text(page))):
            assert f"outreach {words}" in known or words in {"import"}, f"{named(page)} names outreach {words}"


def _code(markdown: str) -> str:
    """What stands in blocks and between backticks."""
    return "\n".join([*CODE_BLOCK.findall(markdown), *re.findall(r"`([^`\n]+)`", markdown)])


def test_every_setting_stands_in_operations_as_a_variable_and_no_other() -> None:
    documented = set(re.findall(r"^\| `OUTREACH_([A-Z_]+)` \|", text(OPERATIONS), re.MULTILINE))
    assert documented == {name.upper() for name in Settings.model_fields}


def test_defaults_of_plain_settings_are_the_documented_ones() -> None:
    shown = dict(re.findall(r"^\| `OUTREACH_([A-Z_]+)` \| `?([^|`]+?)`? \|", text(OPERATIONS), re.MULTILINE))
    for name, field in Settings.model_fields.items():
        if isinstance(field.default, int | float) or (isinstance(field.default, str) and field.default):
            documented = shown[name.upper()]
            default = str(field.default).lower() if isinstance(field.default, bool) else field.default
            same = documented == default if isinstance(default, str) else float(documented) == default
            assert same, f"OUTREACH_{name.upper()} is documented as {documented}"


def test_the_shipped_settings_file_holds_only_documented_values() -> None:
    fields = tomllib.loads(text(ROOT / "config" / "settings.toml"))
    assert set(fields) <= set(Settings.model_fields)


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_relative_link_and_picture_exists(page: Path) -> None:
    for target in LINK.findall(CODE_BLOCK.sub("", text(page))):
        if "://" in target or target.startswith(("#", "mailto:", "{{")) or target == "...":
            continue
        assert (page.parent / target.partition("#")[0]).exists(), f"{named(page)} links to {target}"


def test_every_picture_is_small_and_used() -> None:
    used = {(page.parent / target).resolve() for page in PAGES for target in LINK.findall(text(page))}
    for picture in (ROOT / "docs" / "images").iterdir():
        assert picture.stat().st_size < LARGEST_PICTURE, f"{picture.name} is too large"
        assert picture.resolve() in used, f"no page shows {picture.name}"


def test_every_picture_says_in_words_what_it_shows() -> None:
    for page in PAGES:
        assert not re.search(r"!\[\s*\]", text(page)), f"{named(page)} has a picture without words"


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_make_target_named_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", text(ROOT / "Makefile"), re.MULTILINE))
    assert set(MAKE.findall(_code(text(page)))) <= targets


def test_every_file_the_readme_names_exists() -> None:
    for path in set(PATH_IN_README.findall(text(README))) - MADE_BY_THE_READER:
        found = ROOT / path
        assert found.exists() or found.with_suffix(".py").exists(), f"README.md names {path}"


def test_every_deployment_is_explained_to_the_office() -> None:
    deployments = yaml.safe_load(text(ROOT / "prefect.yaml"))["deployments"]
    for page in (README, ROOT / "docs" / "office.md"):
        for deployment in deployments:
            assert deployment["name"] in text(page) or deployment["name"] == "approve-campaign"
    assert "approve-campaign" in text(ROOT / "docs" / "office.md")


def test_fields_of_duties_and_texts_that_the_pages_name_are_real() -> None:
    fields = set(Duty.model_fields) | set(Wave.model_fields)
    pages = "".join(text(page) for page in PAGES if "decisions" in page.parts or page.name == "architecture.md")
    for name in ("days_from_end", "grace_days", "min_gap_days", "expires_days", "approval"):
        assert f"`{name}`" in pages
        assert name in fields
    for name in (*REQUIRED, "why"):
        assert name in (*REQUIRED, *OPTIONAL)
        assert f"`{name}`" in text(ROOT / "templates" / "email" / "README.md")


def test_decisions_are_numbered_one_after_the_other_and_have_their_three_parts() -> None:
    decisions = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [int(path.name[:4]) for path in decisions] == list(range(1, len(decisions) + 1))
    for path in decisions:
        assert text(path).startswith(f"# {int(path.name[:4])}. ")
        for part in ("**Context.**", "**Decision.**", "**Consequences.**"):
            assert part in text(path), f"{path.name} lacks {part}"


def test_every_table_stands_in_the_architecture_and_every_module_it_names_is_there() -> None:
    told = text(ROOT / "docs" / "architecture.md")
    assert {name for name in Base.metadata.tables if f"`{name}`" not in told} == set()
    paths = set(re.findall(r"`(outreach/[\w/]+\.py)`", told))
    assert paths
    assert {path for path in paths if not (ROOT / path).is_file()} == set()
    layers = told.split("## Layers")[1].split("Tasks never")[0]
    named = {
        f"outreach.{one.strip()}"
        for group, single in re.findall(r"outreach\.(?:\{([^}]+)\}|(\w+))", layers)
        for one in (group or single).split(",")
    }
    assert {name for name in named if find_spec(name) is None} == set()
