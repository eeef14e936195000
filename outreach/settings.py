"""Settings: `config/settings.toml`, overridden by `OUTREACH_*` variables. Secrets come from the environment only."""

import os
import secrets
import tomllib
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from outreach.errors import PermanentFailure

ROOT = Path(__file__).resolve().parent.parent
SECRET_FIELDS = {"secret_key", "sendgrid_api_key", "sendgrid_webhook_key", "smtp_url", "oidc_client_secret"}


class Sender(BaseModel):
    """Who writes: stands in From, Reply-To and in the footer of every message."""

    name_sv: str
    name_en: str
    address: str
    reply_to: str
    postal_address: str
    university_sv: str
    university_en: str

    def name(self, language: str) -> str:
        return self.name_sv if language == "sv" else self.name_en

    def university(self, language: str) -> str:
        return self.university_sv if language == "sv" else self.university_en


class Coordinator(BaseModel):
    """Someone at the office or a department who may approve. Departments' own stand in `departments.csv`."""

    name: str
    email: str
    language: Literal["sv", "en"] = "sv"


class Shortcoming(BaseModel):
    """Something the office knows is not accessible, in the words of its statement."""

    model_config = ConfigDict(extra="forbid")

    sv: str
    en: str


class Accessibility(BaseModel):
    """What the accessibility statement says of the office. Empty: the university's name, the address of `sender`."""

    model_config = ConfigDict(extra="forbid")

    responsible_sv: str = ""
    responsible_en: str = ""
    contact: str = ""
    phone: str = ""
    published_on: date | None = None
    reviewed_on: date | None = Field(default=None, description="When somebody at the office last went through it")
    supervisor: str = "Digg"
    supervisor_url: str = "https://www.digg.se/tdosanmalan"
    known: list[Shortcoming] = Field(default_factory=list)


class Privacy(BaseModel):
    """Who answers for people's data, as the privacy pages say it. Empty: the university's name, no address."""

    model_config = ConfigDict(extra="forbid")

    controller_sv: str = ""
    controller_en: str = ""
    protection_officer: str = Field(default="", description="The data-protection officer's e-mail address")
    registrar: str = Field(default="", description="Where one asks for public records, an e-mail address")
    read_more: str = Field(default="", description="The university's own page about personal data")


class Retention(BaseModel):
    """How long what is kept of people is kept, and where it is written before it goes."""

    never_joined_years: int = Field(default=5, ge=1, le=100, description="After the studies of who never joined")
    left_years: int = Field(default=2, ge=1, le=100, description="After somebody left the network")
    event_answer_days: int = Field(default=730, ge=30, description="Then an answer to an event is nobody's")
    audit_days: int = Field(default=1825, ge=365, description="Who did what to whom")
    archive_days: int = Field(default=30, ge=1, description="The files of what was deleted go after this")
    folder: Path | None = Field(default=None, description="Where they lie; None: retention in the data directory")


class Settings(BaseSettings):
    """Everything an office may set. Field names are the keys of `settings.toml` and, upper-cased, of `OUTREACH_*`."""

    model_config = SettingsConfigDict(env_prefix="OUTREACH_", env_nested_delimiter="__", extra="forbid")

    sender: Sender
    coordinators: list[Coordinator] = Field(default_factory=list, description="The central office's own")
    accessibility: Accessibility = Field(default_factory=Accessibility)
    privacy: Privacy = Field(default_factory=Privacy)

    config_dir: Path = ROOT / "config"
    templates_dir: Path = ROOT / "templates"
    data_dir: Path = ROOT / "var"
    database_url: str = ""
    public_url: str = "http://127.0.0.1:8400"
    web_host: str = Field(default="127.0.0.1", description="Where the web listens")
    web_port: int | None = Field(default=None, ge=1, le=65535, description="None: see up.environment.web_address")
    prefect_url: str = "http://127.0.0.1:4200"
    prefect_ui_url: str = Field(default="", description="Where browsers find Prefect, when that is not prefect_url")
    secret_key: SecretStr = SecretStr("")

    transport: Literal["outbox", "smtp", "sendgrid"] = "outbox"
    outbox_dir: Path | None = None
    smtp_url: SecretStr = SecretStr("smtp://127.0.0.1:25")
    sendgrid_api_key: SecretStr = SecretStr("")
    sendgrid_host: str = "https://api.sendgrid.com"
    sendgrid_region: Literal["global", "eu"] = "eu"
    sendgrid_webhook_key: SecretStr = SecretStr("")
    bounce_maildir: Path | None = Field(default=None, description="Where the mail server lays returned mail")

    batch_size: int = Field(default=500, ge=1, le=1000, description="People in one request to the provider")
    sender_threads: int = Field(default=4, ge=1, le=8)
    sender_processes: int = Field(default=1, ge=1, le=8, description="For a large campaign by SendGrid")
    claim_minutes: int = Field(default=10, ge=1, description="A batch claimed longer ago than this has lost its worker")
    messages_an_hour: int | None = Field(default=None, ge=30, description="By all workers together; None: no limit")
    requests_a_second: float | None = Field(default=None, gt=0, le=1000, description="To SendGrid, by all together")
    quiet_hours: str = Field(
        default="",
        pattern=r"^(([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d)?$",
        description="Office time in which nobody is written to, like 21:00-07:00",
    )
    unknown_resend_hours: int = Field(default=24, ge=1, description="Before that nobody unknown is written to again")
    event_keep_days: int = Field(default=90, ge=7, description="What the provider reported is deleted after this")
    soft_bounce_limit: float = Field(default=3.0, gt=0, description="Soft bounces that suppress an address")
    soft_bounce_halving_days: int = Field(default=30, ge=1, description="A soft bounce weighs half after this")
    import_change_limit: float = Field(default=0.25, ge=0, le=1, description="Share of the register a file may change")
    retention: Retention = Field(default_factory=Retention)
    drop_keep_days: int = Field(default=30, ge=1, description="Files that were read are deleted after this")
    join_link_days: int = Field(default=180, ge=1)
    approval_link_days: int = Field(default=14, ge=1)
    sign_in_link_minutes: int = Field(default=15, ge=1, le=1440, description="A mailed link signs in for so long")
    session_hours: int = Field(default=12, ge=1, le=168, description="A coordinator signs in again after this")
    oidc_issuer: str = Field(
        default="",
        pattern=r"^(https://[^\s]+|http://(127\.0\.0\.1|localhost|\[::1\])(:\d+)?(/[^\s]*)?)?$",
        description="The university's OpenID Connect issuer; empty: signing in by mailed links alone",
    )
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr = SecretStr("")
    oidc_name_sv: str = "Logga in med universitetets konto"
    oidc_name_en: str = "Sign in with your university account"
    oidc_trust_email: bool = Field(default=False, description="The issuer's own addresses need no email_verified")
    goal_share_joined: float = Field(default=0.90, description="KTH's published aim (2009) for each graduating class")

    @field_validator("quiet_hours")
    @classmethod
    def a_night_ends(cls, hours: str) -> str:
        if hours and hours[:5] == hours[6:]:
            raise ValueError("the quiet hours would never end")
        return hours

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        config_dir = Path(os.environ.get("OUTREACH_CONFIG_DIR") or ROOT / "config")
        toml = TomlConfigSettingsSource(settings_cls, config_dir / "settings.toml")
        if written := sorted(SECRET_FIELDS & toml().keys()):
            raise PermanentFailure(
                f"The secret {written[0]!r} stands in settings.toml. Take it out and set OUTREACH_{written[0].upper()}."
            )
        return init_settings, env_settings, toml

    @property
    def prefect_pages(self) -> str:
        """Where a person's browser finds Prefect."""
        return self.prefect_ui_url.rstrip("/") or self.prefect_url

    @property
    def outbox(self) -> Path:
        return self.outbox_dir or self.data_dir / "outbox"

    @property
    def database(self) -> str:
        """The SQLAlchemy address; a file in the data directory unless one is set."""
        url = self.database_url or f"sqlite:///{self.data_dir / 'outreach.db'}"
        return url.replace("postgresql://", "postgresql+psycopg://", 1)

    def signing_key(self) -> bytes:
        """The secret every link and suppression hash is keyed with.

        On one machine it makes itself on first use (a file only the owner reads); several hosts must share
        `OUTREACH_SECRET_KEY`.
        """
        if key := self.secret_key.get_secret_value():
            return key.encode()
        path = self.data_dir / "secret_key"
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(48))
        except FileExistsError:
            pass
        return path.read_bytes()


@cache
def settings() -> Settings:
    """The settings of this process, read once. Raises PermanentFailure naming the field or file that is wrong."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise PermanentFailure(f"The setting {name!r} cannot be used: {first['msg']}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PermanentFailure(f"config/settings.toml cannot be read: {error}.") from None
    except SettingsError as error:  # a list or table in an environment variable that is not JSON
        raise PermanentFailure(f"The environment's settings cannot be used: {error}.") from None
