"""Files that browsers keep for a day: none is shown by an address that outlives its content."""

import re
from collections.abc import Callable
from pathlib import Path

from outreach.settings import ROOT
from outreach.web import pages

WEB = ROOT / "templates" / "web"


def test_every_style_and_script_is_named_with_a_mark_of_its_content() -> None:
    shown = {path.name: path.read_text(encoding="utf-8") for path in WEB.rglob("*.html")}
    assert not [name for name, text in shown.items() if re.search(r"/static/[\w-]+\.(css|js)", text)]
    named = {file for text in shown.values() for file in re.findall(r'\bstatic\("([^"]+)"\)', text)}
    assert named | {"report.css"} == {
        path.name for path in (WEB / "static").iterdir() if path.suffix in (".css", ".js")
    }


def test_file_with_other_content_has_another_address(
    home: object, tmp_path: Path, set_environment: Callable[..., None]
) -> None:
    addresses = set()
    for number, content in enumerate(("a", "b", "a")):
        folder = tmp_path / f"templates{number}"
        (folder / "web" / "static").mkdir(parents=True)
        (folder / "web" / "static" / "style.css").write_text(content, encoding="utf-8")
        set_environment(templates_dir=folder)
        addresses.add(pages.static("style.css"))
    assert len(addresses) == 2
