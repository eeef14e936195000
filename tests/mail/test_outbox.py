"""The outbox: a file a person, whole or not there, never written over."""

import os
import stat
from collections.abc import Callable
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from outreach.mail.outbox import Outbox
from outreach.outgoing import OutgoingBatch, Proof
from tests.mail.conftest import addressee

Letter = Callable[..., OutgoingBatch]
FOLDER = Path("graduation-invitation/2026-HT/central/1/1")


def written(folder: Path) -> list[str]:
    """The addresses written to, one entry a file."""
    parsed = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in folder.rglob("*.eml")]
    return sorted(str(mail["To"]) for mail in parsed)


def test_each_person_gets_one_file_in_the_batchs_folder(tmp_path: Path, letter: Letter) -> None:
    result = Outbox(tmp_path).send(letter("a", "b"))
    assert (result.proof, result.refused, result.not_sent) == (Proof.ACCEPTED, {}, frozenset())
    assert written(tmp_path / FOLDER) == ["a@students.example.org", "b@students.example.org"]
    assert sorted(path.name[:2] for path in (tmp_path / FOLDER).iterdir()) == ["a-", "b-"]


def test_a_second_sending_shows_as_second_files_beside_the_first(tmp_path: Path, letter: Letter) -> None:
    Outbox(tmp_path).send(letter("a"))
    (first,) = (tmp_path / FOLDER).iterdir()
    content = first.read_bytes()
    Outbox(tmp_path).send(letter("a"))
    assert first.read_bytes() == content
    assert written(tmp_path) == ["a@students.example.org"] * 2


def test_someone_whose_mail_cannot_be_made_is_refused_and_the_others_get_theirs(tmp_path: Path, letter: Letter) -> None:
    result = Outbox(tmp_path).send(letter("a", addressee("bad", address="two@x.org, lines@x.org"), "c"))
    assert result.proof is Proof.ACCEPTED
    assert result.refused == {"bad": "cannot_compose"}
    assert written(tmp_path) == ["a@students.example.org", "c@students.example.org"]


def test_a_folder_that_cannot_be_made_proves_that_nobody_was_written_to(tmp_path: Path, letter: Letter) -> None:
    (tmp_path / "outbox").write_text("a file where the folder should be")
    result = Outbox(tmp_path / "outbox").send(letter("a", "b"))
    assert result.proof is Proof.NOT_SENT
    assert "cannot be written" in result.sentence


def test_when_the_disk_fills_up_half_way_the_rest_is_proven_not_sent(tmp_path: Path, letter: Letter) -> None:
    """A disk that takes no more stands here as a file name the file system refuses."""
    unwritable = addressee("b" * 300, address="b@students.example.org")
    result = Outbox(tmp_path).send(letter("a", unwritable, "c"))
    assert result.proof is Proof.ACCEPTED
    assert result.not_sent == {unwritable.token, "c"}
    assert "cannot be written" in result.sentence
    assert written(tmp_path) == ["a@students.example.org"]


def test_a_half_written_mail_is_never_seen(tmp_path: Path, letter: Letter) -> None:
    """Every name a reader looks for appears by renaming: at no moment does an .eml file hold less than its mail."""
    seen: list[tuple[str, int]] = []
    rename = os.rename

    def watched(source: Path, target: Path) -> None:
        seen.append((Path(source).suffix + Path(target).suffix, Path(source).stat().st_size))
        assert not Path(target).exists()
        rename(source, target)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "rename", watched)
        Outbox(tmp_path).send(letter("a", "b"))
    sizes = sorted(path.stat().st_size for path in tmp_path.rglob("*.eml"))
    assert [kind for kind, _ in seen] == [".part.eml"] * 2
    assert sorted(size for _, size in seen) == sizes
    assert all(stat.S_ISREG(path.stat().st_mode) for path in tmp_path.rglob("*.eml"))
