"""The password of Prefect's server: one for all who reach it, as `user:password`, sent with every request.

Without `outreach up --lan` nobody but this machine reaches Prefect, and there is none unless the office has chosen one.
"""

import os
import secrets
from pathlib import Path

from outreach.errors import PermanentFailure
from outreach.settings import settings

SERVER, CLIENT = "PREFECT_SERVER_API_AUTH_STRING", "PREFECT_API_AUTH_STRING"  # Prefect's own names


def path() -> Path:
    """Where the one lies that was made here."""
    return settings().data_dir.resolve() / "prefect_password"


def chosen() -> str:
    """The one the office has set in the environment; "" when it has set none.

    Raises PermanentFailure for one that Prefect's server would fall over.
    """
    password = os.environ.get(SERVER) or os.environ.get(CLIENT) or ""
    if not password.isascii():
        raise PermanentFailure(f"{SERVER} has a letter that Prefect cannot compare. Use a-z, digits and signs alone.")
    return password


def of_server(*, lan: bool) -> str:
    """What the server asks for, "" for nothing: the office's own, else with `lan` one that is made once.

    Only its owner may read the file. Raises PermanentFailure as `chosen` does.
    """
    if not lan:
        return chosen() if os.environ.get(SERVER) else ""
    return chosen() or _kept() or _made()


def of_client() -> str:
    """What to send along: the office's own, else the one that was made here; "" for nothing."""
    return chosen() or _kept()


def _kept() -> str:
    try:
        return path().read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise PermanentFailure(f"Prefect's password ({path()}) cannot be read: {error}.") from None


def _made() -> str:
    path().parent.mkdir(parents=True, exist_ok=True)
    password = f"outreach:{secrets.token_urlsafe(24)}"
    with os.fdopen(os.open(path(), os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
        file.write(f"{password}\n")
    return password
