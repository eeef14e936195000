"""The pictures of stories, as `outreach.stories.images` made them. Their name is their content's, so they never change.

Anybody may fetch one, and from anywhere: they stand in letters that are read in a browser, on pages of other hosts.
"""

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response

from outreach.stories import images
from outreach.story import Picture
from outreach.web.pages import at

router = APIRouter()

HEADERS = {"Cache-Control": "public, max-age=31536000, immutable", "Cross-Origin-Resource-Policy": "cross-origin"}


@router.get("/images/{name}")
def show(name: str) -> Response:
    """`<digest>-<width>.jpg`. 404 for every other name, and for what is not there any more."""
    stem, _, ending = name.rpartition(".")
    digest, _, width = stem.partition("-")
    plain = width.isascii() and width.isdecimal() and len(width) <= 5 and str(int(width)) == width
    found = images.file(digest, int(width)) if ending == "jpg" and plain else None
    if found is None:
        raise HTTPException(404)
    return FileResponse(found, media_type="image/jpeg", headers=HEADERS)


def address(picture: Picture, widest: int = 640) -> str:
    """The path of the largest size that is at most `widest` pixels wide, or of the smallest there is."""
    fitting = [width for width in picture.widths if width <= widest] or [picture.widths[0]]
    return at(f"/images/{picture.digest}-{fitting[-1]}.jpg")
