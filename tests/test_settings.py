"""Settings: a slip in them is one sentence, the environment wins, and a secret is never shown."""

from collections.abc import Callable
from pathlib import Path

import pytest

from outreach.errors import PermanentFailure
from outreach.settings import ROOT, SECRET_FIELDS, Settings, settings
from tests.conftest import forget_settings

SetEnvironment = Callable[..., None]
SHIPPED = (ROOT / "config/settings.toml").read_text(encoding="utf-8")


@pytest.fixture
def write_settings(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str | bytes], None]:
    """Use this text as settings.toml."""
    folder = tmp_path / "config"
    folder.mkdir()
    monkeypatch.setenv("OUTREACH_CONFIG_DIR", str(folder))

    def write_(content: str | bytes) -> None:
        (folder / "settings.toml").write_bytes(content.encode() if isinstance(content, str) else content)
        forget_settings()

    return write_


def sentence() -> str:
    with pytest.raises(PermanentFailure) as raised:
        settings()
    said = str(raised.value)
    assert "\n" not in said
    assert "Traceback" not in said
    return said


def test_the_shipped_settings_are_good(home: Path) -> None:
    assert settings().transport == "outbox"
    assert settings().sender.address == "alumn@alumni.example.org"


@pytest.mark.parametrize(
    ("slip", "named"),
    [
        ("batch_sise = 3\n" + SHIPPED, "batch_sise"),
        (SHIPPED.replace("batch_size = 500", 'batch_size = "many"'), "batch_size"),
        (SHIPPED.replace("batch_size = 500", "batch_size = 1001"), "batch_size"),
        (SHIPPED.replace('transport = "outbox"', 'transport = "pigeon"'), "transport"),
        (SHIPPED.replace("import_change_limit = 0.25", "import_change_limit = 25"), "import_change_limit"),
        (SHIPPED.replace("reply_to = ", "replyto = "), "sender.reply_to"),
        (SHIPPED.replace('language = "sv"', 'language = "no"', 1), "coordinators.0.language"),
        ("", "sender"),
    ],
)
def test_a_slip_in_the_file_is_one_sentence_that_names_the_setting(
    write_settings: Callable[[str], None], slip: str, named: str
) -> None:
    write_settings(slip)
    assert sentence().startswith(f"The setting '{named}' cannot be used: ")


@pytest.mark.parametrize("broken", ['public_url = "http', "a = 1\na = 2\n", b"sender = \xff\xfe", "= = ="])
def test_a_file_that_is_not_toml_is_one_sentence_that_names_the_file(
    write_settings: Callable[[str | bytes], None], broken: str | bytes
) -> None:
    write_settings(broken)
    assert "settings.toml" in sentence()


def test_a_secret_in_the_file_is_refused_without_showing_it(write_settings: Callable[[str], None]) -> None:
    write_settings('sendgrid_api_key = "SG.secret"\n' + SHIPPED)
    said = sentence()
    assert "sendgrid_api_key" in said
    assert "SG.secret" not in said


def test_the_environment_wins_over_the_file(home: Path, set_environment: SetEnvironment) -> None:
    set_environment(batch_size=7, transport="smtp", sender__address="kontor@example.org")
    assert (settings().batch_size, settings().transport) == (7, "smtp")
    assert settings().sender.address == "kontor@example.org"
    assert settings().sender.reply_to == "alumn@alumni.example.org"


def test_a_slip_in_the_environment_is_one_sentence_too(home: Path, set_environment: SetEnvironment) -> None:
    set_environment(sender_threads="four")
    assert sentence().startswith("The setting 'sender_threads' cannot be used: ")


def test_a_list_in_the_environment_that_is_none_is_one_sentence(home: Path, set_environment: SetEnvironment) -> None:
    set_environment(coordinators="Anna")
    assert "coordinators" in sentence()


def test_no_secret_is_ever_shown(home: Path, set_environment: SetEnvironment) -> None:
    secret = "hemligt-42"
    set_environment(**dict.fromkeys(SECRET_FIELDS, secret))
    shown = f"{settings()!r} {settings()} {settings().model_dump()} {settings().model_dump_json()}"
    assert secret not in shown
    assert settings().smtp_url.get_secret_value() == secret


def test_a_slip_beside_a_secret_does_not_show_it(home: Path, set_environment: SetEnvironment) -> None:
    set_environment(sendgrid_api_key="hemligt-42", batch_size="many")
    assert "hemligt-42" not in sentence()


def test_every_field_that_holds_a_secret_is_known_as_one() -> None:
    secrets = {name for name, field in Settings.model_fields.items() if "Secret" in str(field.annotation)}
    assert secrets == SECRET_FIELDS


def test_a_database_address_gets_the_driver_we_ship(home: Path, set_environment: SetEnvironment) -> None:
    set_environment(database_url="postgresql://office@db/outreach")
    assert settings().database == "postgresql+psycopg://office@db/outreach"


def test_one_machine_makes_its_own_secret_once_and_keeps_it_to_itself(
    home: Path, set_environment: SetEnvironment
) -> None:
    set_environment(secret_key="")
    first = settings().signing_key()
    forget_settings()
    assert settings().signing_key() == first
    assert len(first) >= 48
    file = settings().data_dir / "secret_key"
    assert file.stat().st_mode & 0o077 == 0
