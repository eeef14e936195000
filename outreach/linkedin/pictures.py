"""A story's picture in the sizes LinkedIn shows: beside a link, square, and upright."""

import base64
from io import BytesIO

from PIL import Image, ImageOps

from outreach.settings import settings
from outreach.stories import images

SIZES = ((1200, 627), (1200, 1200), (1080, 1350))  # pixels: link, square, portrait
PREVIEW = (600, 314)
QUALITY = 85
UPRIGHT_CENTRE = (0.5, 0.4)  # faces are above the middle


def cropped(digest: str, width: int) -> dict[tuple[int, int], bytes] | None:
    """The picture in each of SIZES as JPEG, cropped around its middle and scaled. None when its file is gone."""
    path = images.file(digest, width)
    if path is None:
        return None
    with Image.open(path) as picture:
        whole = picture.convert("RGB")
        return {size: _encoded(_fitted(whole, size)) for size in SIZES}


def inline(picture: bytes) -> str:
    """A small copy as an address that holds the picture itself, for a page that must need no other file."""
    with Image.open(BytesIO(picture)) as opened:
        small = _encoded(opened.resize(PREVIEW, Image.Resampling.LANCZOS))
    return f"data:image/jpeg;base64,{base64.b64encode(small).decode()}"


def public_address(digest: str, width: int) -> str:
    """Where a scheduler fetches the picture."""
    return f"{settings().public_url.rstrip('/')}/images/{digest}-{width}.jpg"


def _fitted(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    return ImageOps.fit(picture, size, Image.Resampling.LANCZOS, centering=UPRIGHT_CENTRE)


def _encoded(picture: Image.Image) -> bytes:
    out = BytesIO()
    picture.save(out, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return out.getvalue()
