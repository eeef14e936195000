"""The command line: `outreach ...`. Every failure ends in one sentence and an exit status, never in a traceback."""

import logging
import sys
import traceback

from outreach.errors import OutreachError, TemporaryFailure

EXIT_FAILED, EXIT_UNEXPECTED, EXIT_TRY_LATER = 1, 70, 75  # 70 and 75 as in sysexits.h


def main() -> None:
    """Run the command and leave with its exit status."""
    from outreach.cli.commands import app

    try:
        app()
    except OutreachError as error:
        print(error, file=sys.stderr)
        sys.exit(EXIT_TRY_LATER if isinstance(error, TemporaryFailure) else EXIT_FAILED)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception:  # noqa: BLE001 - the last line of defence: a user never sees a traceback, the log does
        print(f"Something unexpected went wrong. The details are in {_log()}.", file=sys.stderr)
        sys.exit(EXIT_UNEXPECTED)


def _log() -> str:
    """Write the traceback where the people who run the machine look. Returns the file's name."""
    from outreach.settings import settings

    try:
        folder = settings().data_dir / "log"
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "outreach.log").open("a", encoding="utf-8") as file:
            file.write(traceback.format_exc())
    except (OSError, OutreachError):
        logging.getLogger("outreach").exception("unexpected")
        return "the lines above"
    return str(folder / "outreach.log")
