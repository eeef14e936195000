"""Pictures from outside, made anew: what they are is told by their content, and nothing of theirs is kept but pixels.

Re-encoding leaves behind the place and time a telephone writes into a picture, and whatever else a file may carry
behind its picture. Files are named by the digest of what was given, so the same picture is kept once.
"""

import os
import re
import threading
import uuid
import warnings
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from struct import error as StructError  # noqa: N812 - named as the exceptions it stands among
from zlib import error as ZlibError  # noqa: N812

from PIL import Image, ImageOps, UnidentifiedImageError

from outreach.errors import PermanentFailure, TemporaryFailure
from outreach.settings import settings
from outreach.story import PICTURE_WIDTHS, picture_widths

MAX_BYTES = 20_000_000
MAX_PIXELS = 30_000_000  # 48 MP telephones give 12 MP unless told otherwise
MIN_SIDE = 100  # pixels: less is a logo or a tracking pixel
MAX_RATIO = 4
ENOUGH = 2 * PICTURE_WIDTHS[-1]  # pixels on the shorter side that are kept until the last scaling
QUALITY = 82
RECIPE = b"1"  # another number when pictures are to be made another way: their names change with it
FORMATS = ("JPEG", "PNG", "WEBP")
# What Pillow raises for files that are cut off, broken or made to break it.
BROKEN = (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError, OverflowError,
          StructError, ZlibError, MemoryError)  # fmt: skip

Image.MAX_IMAGE_PIXELS = MAX_PIXELS
_one_at_a_time = threading.Lock()  # the largest take up to 400 MB while they are made anew


class BadPicture(PermanentFailure):
    """A picture that is refused. `code` names why (`outreach.stories.problems`)."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


@dataclass(frozen=True)
class Kept:
    """A picture of ours. `width`, `height`: pixels of the largest size."""

    digest: str
    width: int
    height: int


def keep(data: bytes) -> Kept:
    """Check a picture, make it anew in each width and keep it. The same again changes nothing.

    Raises BadPicture with a sentence, and TemporaryFailure when the folder cannot be written.
    """
    digest = sha256(RECIPE + data).hexdigest()
    with _one_at_a_time, _quietly():
        return _kept(digest, _flat(_decoded(_opened(data))))


@contextmanager
def _quietly() -> Iterator[None]:
    """Pillow warns of particulars it cannot read, which we do not keep, and of sizes, which we judge ourselves."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _kept(digest: str, largest: Image.Image) -> Kept:
    width = min(largest.width, PICTURE_WIDTHS[-1])
    sizes = {each: _height(largest, each) for each in picture_widths(width)}
    for each, height in sizes.items():
        path = _path(digest, each)
        if not _renewed(path):
            _write(path, _encoded(largest.resize((each, height), Image.Resampling.LANCZOS)))
    return Kept(digest, width, sizes[width])


def file(digest: str, width: int) -> Path | None:
    """The file of a picture in one of its widths; None for what is not there and for what is no digest."""
    path = _path(digest, width)
    return path if re.fullmatch("[0-9a-f]{64}", digest) and path.is_file() else None


def hold(digest: str, width: int) -> bool:
    """Whether a picture that an earlier try left with us is still there; if so, it counts as left just now."""
    path = file(digest, width)
    return path is not None and all(_renewed(each) for each in _sizes(digest))


def remove(digests: Iterable[str]) -> None:
    """Delete every size of these pictures; those that are gone already are no fault."""
    for digest in digests:
        for path in _sizes(digest):
            path.unlink(missing_ok=True)


def forgotten(known: Collection[str], before: datetime) -> list[str]:
    """The digests of pictures here that are not `known` and were last written before then: forms that were left.

    What a broken write left behind (`.part`) is deleted with it.
    """
    pictures = [path for path in _folder().glob("*") if path.is_file() and _written(path) < before]
    for path in (path for path in pictures if path.suffix == ".part"):
        path.unlink(missing_ok=True)
    named = {path.name.partition("-")[0] for path in pictures if path.suffix == ".jpg"}
    return sorted(named.difference(known))


def _written(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _renewed(path: Path) -> bool:
    """Set a file's time to now: nobody tidies it away while its story is being stored. False: it is not there."""
    try:
        os.utime(path)
    except OSError:  # writing it says what is wrong with the folder, if anything is
        return False
    return True


def _sizes(digest: str) -> list[Path]:
    return list(_folder().glob(f"{digest}-*.jpg"))


def _folder() -> Path:
    return settings().data_dir / "images"


def _path(digest: str, width: int) -> Path:
    return _folder() / f"{digest}-{width}.jpg"


def _opened(data: bytes) -> Image.Image:
    """The picture with its header read and judged, before a pixel of it is unpacked."""
    if len(data) > MAX_BYTES:
        raise BadPicture("picture_bytes", f"The picture is larger than {MAX_BYTES // 10**6} MB. Save it smaller.")
    try:
        picture = Image.open(BytesIO(data), formats=FORMATS)
    except UnidentifiedImageError:
        raise BadPicture("picture_type", "The file is no JPEG, PNG or WebP picture, whatever its name says.") from None
    except Image.DecompressionBombError:
        raise _too_many_pixels() from None
    except BROKEN:
        raise _broken() from None
    if picture.width * picture.height > MAX_PIXELS:
        raise _too_many_pixels()
    short, long = sorted(picture.size)
    if short < MIN_SIDE or long > MAX_RATIO * short:
        raise BadPicture(
            "picture_shape",
            f"The picture is {picture.width} by {picture.height} pixels. It needs {MIN_SIDE} on its shorter side, and "
            f"the longer one at most {MAX_RATIO} times that.",
        )
    # A telephone's JPEG may hold further pictures (MPO: depth, previews); the first is the photograph.
    if picture.format != "MPO" and getattr(picture, "is_animated", False):
        raise BadPicture("picture_moves", "The picture moves. Save one frame of it as JPEG or PNG.")
    return picture


def _decoded(picture: Image.Image) -> Image.Image:
    """The pixels, turned as the camera was held, and no more of them than are needed."""
    try:
        picture.draft(None, (ENOUGH, ENOUGH))  # a JPEG is unpacked smaller at once
        picture.load()
        turned = ImageOps.exif_transpose(picture)
        return _plain(turned).reduce(max(1, min(turned.size) // ENOUGH))
    except Image.DecompressionBombError:
        raise _too_many_pixels() from None
    except BROKEN:
        raise _broken() from None


def _plain(picture: Image.Image) -> Image.Image:
    """In a mode that can be scaled."""
    if picture.mode.startswith("I;16"):
        return picture.point(lambda value: value / 256).convert("L")
    if picture.has_transparency_data:
        return picture if picture.mode == "RGBA" else picture.convert("RGBA")
    return picture if picture.mode == "RGB" else picture.convert("RGB")


def _flat(picture: Image.Image) -> Image.Image:
    """Plain colour on white, without anything but pixels."""
    flat = Image.new("RGB", picture.size, "white")
    flat.paste(picture, mask=picture.getchannel("A") if picture.mode == "RGBA" else None)
    return flat


def _height(picture: Image.Image, width: int) -> int:
    return max(1, round(picture.height * width / picture.width))


def _encoded(picture: Image.Image) -> bytes:
    out = BytesIO()
    picture.save(out, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return out.getvalue()


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all: the web never serves half a picture."""
    part = path.with_name(f"{path.name}.{uuid.uuid4().hex}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(content)
        os.replace(part, path)  # noqa: PTH105 - says that it replaces
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise TemporaryFailure(f"The folder of pictures cannot be written: {error.strerror}. Make room.") from None


def _too_many_pixels() -> BadPicture:
    return BadPicture(
        "picture_pixels", f"The picture has more than {MAX_PIXELS // 10**6} million pixels. Save it smaller."
    )


def _broken() -> BadPicture:
    return BadPicture("picture_broken", "The picture is cut off or broken. Save it again and check that it opens.")
