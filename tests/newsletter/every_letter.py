"""Judges every version of the sample's newsletter, one for each language and department.

    python -m tests.newsletter.every_letter [--screenshots FOLDER]

Says in a line for each check how many versions it judged and its worst figure, and ends with 1 if any failed. Takes
some minutes; the tests judge a few of the versions the same way.
"""

import argparse
import re
import sys
import tempfile
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from outreach import clock
from outreach.departments import departments
from outreach.rendering.checks import MAX_HTML
from tests.newsletter.judging import (
    CHROMIUM,
    HTML_VALIDATE,
    OF_MAILS,
    SPAMASSASSIN,
    as_mail,
    browser_page,
    html_errors,
    look_at,
    spam_score,
)
from tests.newsletter.letters_of_the_sample import NOW, filled, picture, versions

if TYPE_CHECKING:
    from playwright.sync_api import Route

Letters = Mapping[str, tuple[str, str, str]]  # name -> subject, text, HTML
LOOKS = ((700, "light", "desktop"), (390, "dark", "phone"))  # pixels across, colour scheme, how a screenshot is named
AT_ONCE = 2  # spam filters


@dataclass(frozen=True)
class Verdict:
    """What a check found. `failed`: version -> what is wrong with it."""

    check: str
    judged: int
    worst: str
    failed: Mapping[str, str]

    def sentence(self) -> str:
        return f"{self.check}: {self.judged - len(self.failed)} of {self.judged} passed, worst {self.worst}"


def size(letters: Letters) -> Verdict:
    sizes = {name: len(html.encode()) for name, (_, _, html) in letters.items()}
    failed = {name: f"{found:,} bytes" for name, found in sizes.items() if found >= MAX_HTML}
    name = max(sizes, key=sizes.__getitem__)
    return Verdict(f"size below {MAX_HTML:,} bytes", len(sizes), f"{sizes[name]:,} ({name})", failed)


def validity(letters: Letters) -> Verdict:
    with tempfile.TemporaryDirectory() as folder:
        errors = html_errors(Path(folder), {name: html for name, (_, _, html) in letters.items()}, OF_MAILS)
    worst = f"{max(map(len, errors.values()), default=0)} errors"
    return Verdict("html-validate", len(letters), worst, {name: "; ".join(said) for name, said in errors.items()})


def access(letters: Letters, screenshots: Path | None) -> Verdict:
    failed: dict[str, str] = {}
    most = 0
    with browser_page(show_picture) as page:
        for width, scheme, called in LOOKS:
            for name, (_, _, html) in letters.items():
                problems = look_at(page, html, width, scheme)
                most = max(most, len(problems))
                if problems:
                    failed[f"{name}, {scheme}"] = "\n".join(problems)
                if screenshots:
                    page.screenshot(path=screenshots / f"{name}.{called}.png", full_page=True)
    looks = " and ".join(f"{scheme} at {width} pixels" for width, scheme, _ in LOOKS)
    return Verdict(f"axe-core, {looks}", len(letters) * len(LOOKS), f"{most} problems", failed)


def show_picture(route: "Route") -> None:
    """Give the browser a story's picture, and nothing else."""
    found = re.search(r"/images/([0-9a-f]{64})-\d+\.jpg$", route.request.url)
    if found:
        route.fulfill(body=picture(found[1]), content_type="image/jpeg")
    else:
        route.abort()


def spam(letters: Letters) -> Verdict:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        scores = dict(zip(letters, pool.map(lambda parts: spam_score(as_mail(*parts)), letters.values()), strict=True))
    failed = {name: why for name, (score, why) in scores.items() if score > 0.0}
    name = max(scores, key=lambda name: scores[name][0])
    return Verdict("SpamAssassin at most 0.0", len(scores), f"{scores[name][0]} ({name})", failed)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.newsletter.every_letter", description="Judge every letter.")
    parser.add_argument("--screenshots", type=Path, metavar="FOLDER", help="keep a picture of each, wide and narrow")
    screenshots: Path | None = parser.parse_args().screenshots
    programs = {"chromium": CHROMIUM, "html-validate": HTML_VALIDATE, "spamassassin": SPAMASSASSIN}
    if lacking := [name for name, path in programs.items() if path is None]:
        print(f"Not judged: {', '.join(lacking)} must be installed.", file=sys.stderr)
        return 1
    if screenshots:
        screenshots.mkdir(parents=True, exist_ok=True)
    with clock.frozen(NOW):
        letters = {name: filled(letter) for name, letter in versions((*departments(), None)).items()}
    checks: tuple[Callable[[Letters], Verdict], ...] = (size, validity, partial(access, screenshots=screenshots), spam)
    failures = 0
    for check in checks:
        verdict = check(letters)
        print(verdict.sentence(), flush=True)
        for name, why in verdict.failed.items():
            print(f"  {name}: {why}")
        failures += len(verdict.failed)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
