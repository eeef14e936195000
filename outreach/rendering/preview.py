"""A preview: every variant as files, and a page that shows them as readers will see them."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from outreach import tags
from outreach.departments import departments
from outreach.errors import PermanentFailure
from outreach.rendering.examples import example_values
from outreach.rendering.variants import Rendered
from outreach.settings import settings

PAGE = "preview.html.jinja"
DARK = "@media (prefers-color-scheme: dark)"
LANGUAGE_NAMES = {"sv": "Svenska", "en": "English"}


@dataclass(frozen=True)
class Shown:
    """One variant on the page: what it is for, and the names of its files."""

    title: str
    language: str
    language_name: str
    department: str
    subject: str
    preheader: str
    stem: str


def write_preview(
    rendered: Sequence[Rendered],
    folder: Path,
    values: Callable[[str], Mapping[str, str]] = example_values,
) -> Path:
    """Write each variant as .html and .txt, filled for an example person, and index.html; returns the index's path.

    Beside them lie .light.html and .dark.html for the page's frames.

    `values` gives the example person's values in a language. Raises PermanentFailure when the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        shown = [
            _write(variant, stem, folder, values(variant.language))
            for variant, stem in zip(rendered, _stems(rendered), strict=True)
        ]
        index = folder / "index.html"
        index.write_text(_page(shown), encoding="utf-8")
    except OSError as error:
        raise PermanentFailure(f"The preview cannot be written to {folder}: {error.strerror}.") from None
    return index


def _stems(rendered: Sequence[Rendered]) -> list[str]:
    """What the files of each variant are called: message and variant, and a number where several texts share both."""
    stems: list[str] = []
    met: Counter[str] = Counter()
    for one in rendered:
        name = f"{one.message}.{one.variant}"
        met[name] += 1
        stems.append(name if met[name] == 1 else f"{name}.{met[name]}")
    return stems


def _write(variant: Rendered, stem: str, folder: Path, values: Mapping[str, str]) -> Shown:
    nonce = tags.nonce_in(variant.subject, variant.preheader, variant.html, variant.text)
    replacements = tags.substitutions(nonce, values)
    subject, preheader = (tags.fill(part, replacements) for part in (variant.subject, variant.preheader))
    html = tags.fill(variant.html, replacements)
    files = {
        "html": html,
        "light.html": html.replace(DARK, "@media not all"),  # so that both looks show on any screen
        "dark.html": html.replace(DARK, "@media all"),
        "txt": f"{subject}\n\n{tags.fill(variant.text, replacements)}",
    }
    for ending, content in files.items():
        (folder / f"{stem}.{ending}").write_text(content, encoding="utf-8")
    code = variant.department_code
    return Shown(
        title=variant.message,
        language=variant.language,
        language_name=LANGUAGE_NAMES[variant.language],
        department=departments()[code].name("sv") if code else "Alla institutioner",
        subject=subject,
        preheader=preheader,
        stem=stem,
    )


def _page(shown: Sequence[Shown]) -> str:
    loader = FileSystemLoader(settings().templates_dir / "email")
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    return environment.get_template(PAGE).render(shown=shown)
