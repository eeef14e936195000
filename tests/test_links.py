"""Signed links: read back as they were made, and by nobody's effort as anything else."""

import hmac
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from outreach import clock, links
from outreach.links import ExpiredLink, InvalidLink, Link
from tests.conftest import NOON, forget_settings

FEW = examples(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
part = st.text(st.characters(exclude_characters=".", exclude_categories=["Cs"]), min_size=1, max_size=40)
TOMORROW = NOON + timedelta(days=1)


@FEW
@given(subject=part, about=part.filter(lambda text: text != links.NOTHING) | st.just(""))
def test_any_subject_reads_back_as_it_was(home: Path, subject: str, about: str) -> None:
    assert links.read("join", links.token("join", subject, about)) == Link("join", subject, about)
    assert links.read("join", links.token("join", subject, about, TOMORROW)) == Link("join", subject, about)


@FEW
@given(forged=st.text(max_size=80))
@example("")
@example("...")
@example("p-1.-.-.")
@example("p-1.-.zz.AAAAAAAAAAAAAAAAAAAAAAAA")
@example("p-1.-.-.ÅÄÖ")
@example("p-1.-.-.\x00")
def test_nothing_made_up_is_ours(home: Path, forged: str) -> None:
    with pytest.raises(InvalidLink, match="not complete or not ours"):
        links.read("join", forged)


@FEW
@given(data=st.data())
def test_one_changed_character_makes_a_link_not_ours(home: Path, data: st.DataObject) -> None:
    token = links.token("join", "p-anna", "newsletter", TOMORROW)
    at = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.characters(exclude_characters=token[at], exclude_categories=["Cs"]))
    with pytest.raises(InvalidLink):
        links.read("join", token[:at] + other + token[at + 1 :])


def test_a_link_cut_off_anywhere_is_not_ours(home: Path) -> None:
    token = links.token("join", "p-anna", expires=TOMORROW)
    for length in range(len(token)):
        with pytest.raises(InvalidLink):
            links.read("join", token[:length])


def test_a_link_does_not_open_another_page(home: Path) -> None:
    token = links.token("join", "p-anna")
    for use in ("preferences", "unsubscribe", "approve", "joi", ""):
        with pytest.raises(InvalidLink):
            links.read(use, token)


def test_the_signature_of_ones_own_link_does_not_fit_another_person(home: Path) -> None:
    mine = links.token("join", "p-anna").rpartition(".")[2]
    with pytest.raises(InvalidLink):
        links.read("join", f"p-erik.-.-.{mine}")


def test_the_parts_of_a_link_cannot_be_shifted(home: Path) -> None:
    """A purpose cannot become an expiry, nor a subject a purpose."""
    subject, about, stamp, signature = links.token("unsubscribe", "p-anna", "newsletter").split(".")
    for claim in ([about, subject, stamp], [subject, stamp, about], [subject, about], [subject, about, stamp, stamp]):
        with pytest.raises(InvalidLink):
            links.read("unsubscribe", ".".join([*claim, signature]))


def test_a_link_holds_to_the_second_it_expires_and_not_longer(home: Path) -> None:
    token = links.token("join", "p-anna", expires=TOMORROW)
    with clock.frozen(TOMORROW):
        assert links.read("join", token).subject == "p-anna"
    with clock.frozen(TOMORROW + timedelta(seconds=1)), pytest.raises(ExpiredLink, match="has expired"):
        links.read("join", token)


def test_an_expired_link_that_was_never_ours_is_not_called_expired(home: Path) -> None:
    yesterday = format(int((NOON - timedelta(days=1)).timestamp()), "x")
    with pytest.raises(InvalidLink):
        links.read("join", f"p-anna.-.{yesterday}.{'A' * 24}")


def test_a_link_that_never_expires_holds_for_years(home: Path) -> None:
    token = links.token("unsubscribe", "p-anna", "newsletter")
    with clock.frozen(NOON + timedelta(days=3650)):
        assert links.read("unsubscribe", token) == Link("unsubscribe", "p-anna", "newsletter")


def test_another_offices_secret_signs_nothing_of_ours(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    token, hashed = links.token("join", "p-anna"), links.address_hash("anna@example.org")
    monkeypatch.setenv("OUTREACH_SECRET_KEY", "another-secret")
    forget_settings()
    with pytest.raises(InvalidLink):
        links.read("join", token)
    assert links.address_hash("anna@example.org") != hashed


def test_signatures_are_compared_in_constant_time(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every reading of a link that has the right shape goes through `hmac.compare_digest`."""
    compared: list[int] = []
    compare = hmac.compare_digest

    def watched(one: bytes, other: bytes) -> bool:
        compared.append(len(one))
        return compare(one, other)

    monkeypatch.setattr(hmac, "compare_digest", watched)
    token = links.token("join", "p-anna")
    links.read("join", token)
    with pytest.raises(InvalidLink):
        links.read("join", token[:-1] + ("A" if token[-1] != "A" else "B"))
    assert compared == [24, 24]


def test_an_address_hash_is_keyed_and_stands_apart_from_links(home: Path) -> None:
    first = links.address_hash("anna@example.org")
    assert first == links.address_hash("anna@example.org") != links.address_hash("anne@example.org")
    assert len(first) == 64


def test_a_link_survives_a_mail_and_an_address_bar(home: Path) -> None:
    address = links.url("join", links.token("join", "p-anna", expires=TOMORROW))
    assert address.isascii()
    assert address.startswith("http://127.0.0.1:8400/join/p-anna.-.")
    assert ".." not in address.removeprefix("http://127.0.0.1:8400")
