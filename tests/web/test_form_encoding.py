"""A form in an encoding of its own is refused: what comes of it no database keeps."""

from collections.abc import Callable

import pytest

from tests.web.portal.conftest import TOVE, Visitor, visitor

__all__ = ["visitor"]

PATHS = ["/portal/people", "/sign-in", "/accessibility", "/portal/account/sign-out-everywhere"]
ODD = [("utf-7", b"+2AA-"), ("punycode", b"\xff"), ("unicode_escape", b"\\ud800"), ("UTF-16", b"\x00\xd8")]


def form(said: bytes) -> bytes:
    """Every field these forms have, in one."""
    names = ("who", "email", "fault_story", "csrf", "word")
    parts = [b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (n.encode(), said) for n in names]
    return b"".join(parts) + b"--x--\r\n"


@pytest.mark.parametrize("path", PATHS)
def test_form_in_another_encoding_is_refused(sqlite_db: str, visitor: Callable[[str], Visitor], path: str) -> None:
    tove = visitor(TOVE)
    for charset, said in ODD:
        sent = {"Content-Type": f"multipart/form-data; boundary=x; charset={charset}"}
        assert tove.post(path, content=form(said), headers=sent).status_code == 400, charset


@pytest.mark.parametrize("charset", ["", "; charset=utf-8", "; charset=UTF-8"])
def test_form_as_browsers_send_it_is_read(sqlite_db: str, visitor: Callable[[str], Visitor], charset: str) -> None:
    sent = {"Content-Type": f"multipart/form-data; boundary=x{charset}"}
    tove = visitor(TOVE)
    assert tove.post("/portal/people", content=form(b"no word of ours"), headers=sent).status_code == 403
