"""Whose figures a page shows: the whole university's, for the central office, or one department's."""

from dataclasses import dataclass

from starlette.exceptions import HTTPException

from outreach import departments
from outreach.duties import Language
from outreach.queries.snapshots import WHOLE
from outreach.viewer import Viewer
from outreach.web import texts
from outreach.web.planner import whose


@dataclass(frozen=True)
class Scope:
    """Whose figures one looks at. `code`: a department's, WHOLE for the university."""

    code: str
    name: str


def scopes(viewer: Viewer, language: Language) -> list[Scope]:
    """Those the viewer may choose among, first what is shown when nothing is chosen."""
    codes = departments.departments() if viewer.departments is None else viewer.departments
    named = sorted((Scope(code, whose(code, language)) for code in codes), key=lambda scope: scope.name.casefold())
    say = texts.speaker(language)
    return [Scope(WHOLE, say("portal.scope_whole")), *named] if viewer.central else named


def chosen(among: list[Scope], of: str) -> Scope:
    """The one with the code `of`, the first for "". Raises HTTPException 404 for what is not among them."""
    found = next((scope for scope in among if scope.code == of), None) if of else among[0]
    if found is None:
        raise HTTPException(404)
    return found
