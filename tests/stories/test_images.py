"""Pictures from outside: told by their content, made anew with nothing but pixels, or refused in one sentence."""

import struct
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PIL import Image

from outreach.errors import TemporaryFailure
from outreach.settings import settings as office_settings
from outreach.stories import images
from outreach.stories.images import BadPicture, keep
from tests.stories.conftest import picture_bytes

pytestmark = pytest.mark.usefixtures("home")

SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)" width="400" height="400"/>'
HTML = b"<!doctype html><title>x</title><script>alert(1)</script>"


def png_that_says(width: int, height: int) -> bytes:
    """A PNG whose header promises a size and whose data is a few bytes: what a bomb looks like before it goes off."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


def moving(form: str) -> bytes:
    frames = [Image.new("RGB", (200, 200), colour) for colour in ("red", "blue", "green")]
    out = BytesIO()
    frames[0].save(out, form, save_all=True, append_images=frames[1:])
    return out.getvalue()


def files() -> set[str]:
    return {path.name for path in (office_settings().data_dir / "images").glob("*")}


def opened(path: Path | None) -> Image.Image:
    assert path is not None
    picture = Image.open(path)
    picture.load()
    return picture


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_picture_is_kept_as_jpeg_in_each_width(form: str) -> None:
    kept = keep(picture_bytes((1600, 800), form))
    assert (kept.width, kept.height) == (1200, 600)
    assert files() == {f"{kept.digest}-{width}.jpg" for width in (320, 640, 1200)}
    for width in (320, 640, 1200):
        picture = opened(images.file(kept.digest, width))
        assert (picture.format, picture.size) == ("JPEG", (width, width // 2))


@pytest.mark.parametrize(
    ("width", "widths"), [(200, {200}), (320, {320}), (900, {320, 640, 900}), (1200, {320, 640, 1200})]
)
def test_picture_is_never_scaled_up(width: int, widths: set[int]) -> None:
    kept = keep(picture_bytes((width, 300)))
    assert files() == {f"{kept.digest}-{each}.jpg" for each in widths}


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_large_picture_keeps_its_shape(form: str) -> None:
    kept = keep(picture_bytes((5000, 4500), form))
    assert (kept.width, kept.height) == (1200, 1080)
    assert opened(images.file(kept.digest, 1200)).size == (1200, 1080)


def test_same_picture_is_kept_once_and_made_the_same_again() -> None:
    data = picture_bytes()
    first = keep(data)
    before = {name: (office_settings().data_dir / "images" / name).read_bytes() for name in files()}
    images.remove([first.digest])
    assert files() == set()
    assert keep(data) == first
    assert {name: (office_settings().data_dir / "images" / name).read_bytes() for name in files()} == before


def test_place_time_comments_and_what_hangs_behind_a_picture_are_gone() -> None:
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    exif.get_ifd(0x8825).update({1: "N", 2: (59.0, 21.0, 48.0), 3: "E", 4: (18.0, 3.0, 29.0)})
    data = picture_bytes(exif=exif.tobytes(), comment=b"SecretComment") + b"<script>SecretTail</script>"
    assert Image.open(BytesIO(data)).getexif().get_ifd(0x8825)
    kept = keep(data)
    for width in (320, 400):
        path = images.file(kept.digest, width)
        picture = opened(path)
        assert path is not None
        assert not picture.getexif()
        assert set(picture.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive", "progression"}
        assert b"Secret" not in path.read_bytes()


def test_picture_is_turned_as_the_camera_was_held() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned a quarter to the right
    kept = keep(picture_bytes((400, 300), exif=exif.tobytes()))
    assert (kept.width, kept.height) == (300, 400)


def test_what_is_transparent_becomes_white() -> None:
    out = BytesIO()
    Image.new("RGBA", (200, 200), (255, 0, 0, 0)).save(out, "PNG")
    kept = keep(out.getvalue())
    assert opened(images.file(kept.digest, 200)).getpixel((100, 100)) == (255, 255, 255)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_png_is_taken(mode: str) -> None:
    out = BytesIO()
    Image.new(mode, (200, 200)).save(out, "PNG")
    assert keep(out.getvalue()).width == 200


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "picture_type"),
        (SVG, "picture_type"),
        (HTML, "picture_type"),
        (b"\x89PNG\r\n\x1a\n" + SVG, "picture_type"),
        (picture_bytes(form="GIF"), "picture_type"),
        (picture_bytes(form="TIFF"), "picture_type"),
        (png_that_says(8000, 5000), "picture_pixels"),
        (png_that_says(60_000, 60_000), "picture_pixels"),
        (png_that_says(2_000_000_000, 2_000_000_000), "picture_pixels"),
        (png_that_says(2000, 2000), "picture_broken"),
        (picture_bytes()[:-200], "picture_broken"),
        (picture_bytes(form="PNG")[:-40], "picture_broken"),
        (picture_bytes(form="WEBP")[:-20], "picture_broken"),
        (picture_bytes((1, 1)), "picture_shape"),
        (picture_bytes((99, 200)), "picture_shape"),
        (picture_bytes((1000, 200)), "picture_shape"),
        (moving("PNG"), "picture_moves"),
        (moving("WEBP"), "picture_moves"),
        (picture_bytes() + b"\0" * images.MAX_BYTES, "picture_bytes"),
    ],
    ids=[
        "empty", "svg", "html", "svg after the marks of PNG", "gif", "tiff", "40 MP", "3600 MP", "more than can be",
        "hollow", "cut jpeg", "cut png", "cut webp", "tracking pixel", "narrow", "very wide", "moving png",
        "moving webp", "21 MB",
    ],
)  # fmt: skip
def test_bad_picture_is_refused_and_leaves_nothing(data: bytes, code: str) -> None:
    with pytest.raises(BadPicture) as refused:
        keep(data)
    assert refused.value.code == code
    assert str(refused.value).endswith(".")
    assert files() == set()


def test_forty_megapixels_are_refused_before_a_pixel_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    def unpacked(_: Image.Image) -> None:
        raise AssertionError("it was unpacked")

    monkeypatch.setattr(Image.Image, "load", unpacked)
    with pytest.raises(BadPicture, match="30 million"):
        keep(png_that_says(8000, 5000))


@given(
    st.sampled_from(["JPEG", "PNG", "WEBP"]), st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 255)), max_size=8)
)
@example("PNG", [(8, 255)])
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_spoilt_picture_is_either_kept_or_refused(form: str, changes: list[tuple[int, int]]) -> None:
    data = bytearray(picture_bytes(form=form))
    for at, value in changes:
        data[at % len(data)] = value
    try:
        kept = keep(bytes(data))
    except BadPicture:
        return
    assert opened(images.file(kept.digest, kept.width)).size == (kept.width, kept.height)


@pytest.mark.parametrize("digest", ["../../etc/passwd", "*", "", "A" * 64, "a" * 63])
def test_only_digests_are_looked_for(digest: str) -> None:
    assert images.file(digest, 320) is None


def test_folder_that_cannot_be_written_is_said() -> None:
    office_settings().data_dir.mkdir(parents=True)
    (office_settings().data_dir / "images").write_text("a file where the folder should be")
    with pytest.raises(TemporaryFailure, match="cannot be written"):
        keep(picture_bytes())
