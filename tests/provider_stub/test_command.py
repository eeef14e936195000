"""`outreach provider-stub`, as a process of its own."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

COMMAND = [sys.executable, "-c", "from outreach.cli import main; main()", "provider-stub"]


@contextmanager
def started(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, str]]]:
    """The process, and what it tells a sender to set."""
    with subprocess.Popen([*COMMAND, "--port", "0", *arguments], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        told: dict[str, str] = {}
        for line in process.stdout:
            if line.startswith("#"):
                break
            told |= dict(re.findall(r"^export (\w+)=(.+)$", line))
        try:
            yield process, told
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(20)


def post(told: dict[str, str], token: str) -> int:
    body = {
        "personalizations": [{"to": [{"email": f"{token}@example.org"}], "custom_args": {"recipient": token}}],
        "from": {"email": "alumn@example.org"},
        "subject": "Hej",
        "content": [{"type": "text/plain", "value": "Hej"}],
    }
    headers = {"Authorization": f"Bearer {told['OUTREACH_SENDGRID_API_KEY']}"}
    address = f"{told['OUTREACH_SENDGRID_HOST']}/v3/mail/send"
    return httpx.post(address, json=body, headers=headers, trust_env=False).status_code


def test_it_says_what_to_set_and_its_record_outlives_a_kill(tmp_path: Path) -> None:
    record = ["--record", str(tmp_path / "received.jsonl"), "--faults", "503@2"]
    with started(*record, "--events", "http://127.0.0.1:9/webhooks/sendgrid") as (process, told):
        assert told["OUTREACH_TRANSPORT"] == "sendgrid"
        assert told["OUTREACH_SENDGRID_WEBHOOK_KEY"]
        assert [post(told, token) for token in ("eva", "bo", "åke".encode().hex())] == [202, 503, 202]
        os.kill(process.pid, signal.SIGKILL)
    with started(*record) as (process, told):
        received = httpx.get(f"{told['OUTREACH_SENDGRID_HOST']}/stub/received", trust_env=False).json()["received"]
        assert set(received) == {"eva", "åke".encode().hex()}
    assert process.returncode == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--faults", "rain=1"], "'rain' is no fault"),
        (["--events", "http://x", "--report", "y=1"], "nothing to report"),
    ],
)
def test_a_slip_is_one_sentence(arguments: list[str], words: str) -> None:
    done = subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, check=False, timeout=30)
    assert (done.returncode, done.stdout) == (1, "")
    assert words in done.stderr
    assert "Traceback" not in done.stderr
