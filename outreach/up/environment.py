"""The addresses and the environment that everything `outreach up` starts is given."""

import os
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import make_url

from outreach import prefect_password
from outreach.errors import PermanentFailure
from outreach.settings import settings

MARK = "OUTREACH_UP"  # names the stack a process belongs to, so that none can be left behind
PART = "OUTREACH_UP_PART"
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
ANY_HOST = "0.0.0.0"  # noqa: S104 - only where `--lan` asks for it
BEHIND_A_PROXY = 8400  # where the web listens when public_url is not this machine's own address
KEPT = ("PREFECT_SERVER_", "PREFECT_LOGGING_")


def mark() -> str:
    """What tells one stack from another on the same machine: there is one stack a data directory."""
    return str(settings().data_dir.resolve())


def prefect_home() -> Path:
    return settings().data_dir.resolve() / "prefect"


def log_dir() -> Path:
    return settings().data_dir.resolve() / "log"


def port_of(url: str) -> int:
    parts = urlsplit(url)
    return parts.port or (443 if parts.scheme == "https" else 80)


def web_address(*, lan: bool = False) -> tuple[str, int]:
    """Host and port the web listens on.

    On this machine alone it is the port of public_url, and with `lan` too, since the web is then reached directly.
    Otherwise a reverse proxy stands before it, and it is 8400 unless web_port says something else.
    Raises PermanentFailure when other machines shall reach the web, but public_url would lead each to itself: its links
    would not work, and the outbox would be open to all.
    """
    host, here = ANY_HOST if lan else settings().web_host, urlsplit(settings().public_url).hostname in LOOPBACK
    if here and host not in LOOPBACK:
        raise PermanentFailure(
            f"public_url is {settings().public_url}, which other machines cannot reach. "
            "Set OUTREACH_PUBLIC_URL to the address they have for this one, for example http://alumni.local:8400."
        )
    direct = here or lan
    return host, settings().web_port or (port_of(settings().public_url) if direct else BEHIND_A_PROXY)


def prefect_address(*, lan: bool = False) -> tuple[str, int]:
    """Host and port Prefect's server listens on. Raises PermanentFailure when the setting names another machine."""
    host = urlsplit(settings().prefect_url).hostname or ""
    if host not in LOOPBACK:
        raise PermanentFailure(
            f"outreach up starts Prefect on this machine, but prefect_url is {settings().prefect_url}. "
            "Set it to http://127.0.0.1:4200, or start a worker for the server there."
        )
    return ANY_HOST if lan else "127.0.0.1", port_of(settings().prefect_url)


def prefect_pages(*, lan: bool = False) -> str:
    """Where browsers find Prefect: with `lan` under this machine's name in public_url, unless a setting says where."""
    if settings().prefect_ui_url or not lan:
        return settings().prefect_pages
    host = urlsplit(settings().public_url).netloc.rpartition("@")[2].removesuffix(f":{port_of(settings().public_url)}")
    return f"http://{host}:{port_of(settings().prefect_url)}"


def _whole_paths() -> dict[str, str]:
    """Runs start in a temporary folder, so every path that is relative to ours has to be told in full."""
    url = make_url(settings().database)
    if url.get_backend_name() == "sqlite" and url.database:
        url = url.set(database=str(Path(url.database).resolve()))
    return {
        "OUTREACH_DATA_DIR": mark(),
        "OUTREACH_CONFIG_DIR": str(settings().config_dir.resolve()),
        "OUTREACH_TEMPLATES_DIR": str(settings().templates_dir.resolve()),
        "OUTREACH_OUTBOX_DIR": str(settings().outbox.resolve()),
        "OUTREACH_DATABASE_URL": url.render_as_string(hide_password=False),
    }


def _password(*, lan: bool) -> dict[str, str]:
    """The server asks for it, and the worker, its runs and the web send it along."""
    password = prefect_password.of_server(lan=lan)
    return {prefect_password.SERVER: password, prefect_password.CLIENT: password} if password else {}


def environment(*, lan: bool = False) -> dict[str, str]:
    """The environment of the server, the worker and every run it starts.

    The caller's own Prefect settings (profile, cloud address, key) are left out; what is meant for a server stays, so
    that an office can move it to PostgreSQL. Raises PermanentFailure for a password Prefect cannot use.
    """
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith("PREFECT") or name.startswith(KEPT)
    }
    home = prefect_home()
    return {
        **inherited,
        MARK: mark(),
        **_whole_paths(),
        **_password(lan=lan),
        "PYTHONUNBUFFERED": "1",
        "DO_NOT_TRACK": "1",
        "NO_PROXY": ",".join(filter(None, [os.environ.get("NO_PROXY", ""), "127.0.0.1,localhost"])),
        "PREFECT_HOME": str(home),
        "PREFECT_API_URL": f"{settings().prefect_url}/api",
        "PREFECT_SERVER_UI_API_URL": f"{prefect_pages(lan=lan)}/api",  # what a browser asks
        "OUTREACH_PREFECT_UI_URL": prefect_pages(lan=lan),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_UI_V2_ENABLED": "false",  # V2 loses schedules' parameters and calls an analytics host
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        "PREFECT_SERVER_UI_STATIC_DIRECTORY": str(home / "ui"),
        "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30",
        "PREFECT_WORKER_QUERY_SECONDS": "2",
        "PREFECT_CLI_PROMPT": "false",
        "PREFECT_CLI_COLORS": "false",
    }
