"""The stand-in for SendGrid: what it accepts, what it keeps, and how it fails."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from outreach.errors import PermanentFailure
from outreach.provider_stub import Stub, schema
from outreach.provider_stub.faults import OF_REQUESTS, Faults, parse
from outreach.provider_stub.record import Accepted, Record
from outreach.provider_stub.stub import KEY, LARGEST, MOST_COMPLAINTS
from tests.provider_stub.starting import provider as starting

Start = Callable[..., Stub]
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    with ExitStack() as stack:

        def start_(faults: str = "", **fields: Any) -> Stub:
            return stack.enter_context(starting(tmp_path, faults, **fields))

        yield start_


def mail(*names: str, **changed: Any) -> dict[str, Any]:
    people = [
        {
            "to": [{"email": f"{name}@example.org"}],
            "substitutions": {"-name-": name},
            "custom_args": {"recipient": name},
        }
        for name in names
    ]
    content = [{"type": "text/plain", "value": "Hej -name-"}, {"type": "text/html", "value": "<p>Hej -name-</p>"}]
    sender = {"email": "alumn@example.org"}
    return {"personalizations": people, "from": sender, "subject": "Till -name-", "content": content, **changed}


def post(stub: Stub, body: Any, key: str = KEY, **headers: str) -> httpx.Response:
    content = body if isinstance(body, bytes) else orjson.dumps(body)
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json", **headers}
    return httpx.post(f"{stub.url}/v3/mail/send", content=content, headers=headers, trust_env=False)


def ask(stub: Stub, path: str) -> dict[str, Any]:
    found: dict[str, Any] = httpx.get(f"{stub.url}{path}", trust_env=False).raise_for_status().json()
    return found


def tell(stub: Stub, path: str, what: dict[str, Any]) -> httpx.Response:
    return httpx.post(f"{stub.url}{path}", json=what, trust_env=False)


# What it accepts


def test_a_good_request_is_accepted_and_recorded(start: Start) -> None:
    stub = start()
    answer = post(stub, mail("eva", "bo"))
    assert (answer.status_code, answer.content) == (202, b"")
    message_id = answer.headers["X-Message-Id"]
    assert ask(stub, "/stub/received")["received"] == {"eva": [message_id], "bo": [message_id]}
    assert "." not in message_id


def test_a_refusal_is_worded_as_sendgrids(start: Start) -> None:
    answer = post(start(), mail("eva", "bo!bo@"))
    assert answer.status_code == 400
    [error] = answer.json()["errors"]
    assert (error["field"], error["help"]) == ("personalizations.1.to.0.email", None)
    assert error["message"]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b'{"personalizations": 7}', b"\xff\xfe"])
def test_what_is_no_mail_at_all_is_refused(start: Start, content: bytes) -> None:
    stub = start()
    assert post(stub, content).status_code == 400
    assert stub.record.people == 0


def test_a_wrong_key_a_wrong_type_and_too_many_bytes_are_refused(start: Start) -> None:
    stub = start()
    assert post(stub, mail("eva"), key="SG.other").status_code == 401
    assert post(stub, mail("eva"), **{"Content-Type": "text/plain"}).status_code == 415
    assert post(stub, b" " * (LARGEST + 1)).status_code == 413
    assert httpx.post(f"{stub.url}/v3/elsewhere", trust_env=False).status_code == 404
    assert stub.record.people == 0


def test_a_thousand_people_are_taken_and_one_more_is_not(start: Start) -> None:
    stub = start()
    thousand = mail(*(f"s{number}" for number in range(1000)))
    assert post(stub, thousand).status_code == 202
    thousand["personalizations"][0]["cc"] = [{"email": "more@example.org"}]
    assert [one.field for one in schema.read(orjson.dumps(thousand), NOW)[1]] == ["personalizations"]


def test_an_address_may_not_stand_in_both_to_and_cc(start: Start) -> None:
    body = mail("eva")
    body["personalizations"][0]["cc"] = [{"email": "EVA@example.org"}]
    assert post(start(), body).status_code == 400


def test_a_subject_may_stand_with_each_person_instead(start: Start) -> None:
    body = mail("eva", "bo")
    del body["subject"]
    body["personalizations"][0]["subject"] = "Till Eva"
    answer = post(start(), body)
    assert [error["field"] for error in answer.json()["errors"]] == ["personalizations.1.subject"]


def test_a_thousand_mistakes_do_not_make_an_endless_answer(start: Start) -> None:
    answer = post(start(), mail(*(f"s {number}" for number in range(1000))))
    assert len(answer.json()["errors"]) == MOST_COMPLAINTS


# What it keeps


def test_values_are_put_in_raw_into_subject_content_and_answer_address_not_into_headers(start: Start) -> None:
    stub = start()
    body = mail("eva", reply_to={"email": "-name-@example.org"}, headers={"X-Name": "-name-"})
    body["personalizations"][0]["substitutions"]["-name-"] = "<b>Eva</b>"
    post(stub, body)
    [kept] = ask(stub, "/stub/mails?token=eva")["mails"]
    assert (kept["subject"], kept["text"], kept["html"], kept["reply_to"]) == (
        "Till <b>Eva</b>",
        "Hej <b>Eva</b>",
        "<p>Hej <b>Eva</b></p>",
        "<b>Eva</b>@example.org",
    )
    assert kept["headers"] == {"X-Name": "-name-"}


def test_only_the_last_mails_stay_in_memory_and_all_in_a_folder(start: Start, tmp_path: Path) -> None:
    stub = start(keep=2, folder=tmp_path / "mails")
    post(stub, mail("a", "b", "c"))
    post(stub, mail("d"))
    assert [one.token for one in stub.mails()] == ["c", "d"]
    kept = [orjson.loads(line) for file in (tmp_path / "mails").iterdir() for line in file.read_bytes().splitlines()]
    assert {one["address"] for one in kept} == {f"{name}@example.org" for name in "abcd"}


def test_who_got_two_mails_is_shown(start: Start) -> None:
    stub = start()
    post(stub, mail("eva", "bo"))
    post(stub, mail("eva"))
    counts = ask(stub, "/stub/counts")
    assert (counts["people"], counts["tokens"], counts["twice_count"], counts["twice"]) == (3, 2, 1, ["eva"])
    assert len(ask(stub, "/stub/received?token=eva")["received"]["eva"]) == 2
    assert tell(stub, "/stub/reset", {}).json()["people"] == 0
    assert ask(stub, "/stub/received")["received"] == {}


def test_the_record_outlives_the_stand_in_and_a_torn_line(tmp_path: Path) -> None:
    path = tmp_path / "received.jsonl"
    for number in (1, 2):
        record = Record(path)
        record.append(Accepted(f"message-{number}", 1.0, [("eva", "eva@example.org")]))
        record.close()
    with path.open("ab") as file:
        file.write(b'{"message_id":"torn","at":1.0,"peo')
    record = Record(path)
    assert (record.requests, record.people) == (2, 2)
    assert record.received() == {"eva": ["message-1", "message-2"]}
    record.append(Accepted("message-3", 1.0, [("bo", "bo@example.org")]))
    assert record.received() == {"eva": ["message-1", "message-2"], "bo": ["message-3"]}
    record.close()


def test_many_connections_at_once_lose_nobody(start: Start) -> None:
    stub = start()
    names = [[f"s{thread}-{number}" for number in range(20)] for thread in range(8)]
    threads = [threading.Thread(target=lambda some=some: [post(stub, mail(name)) for name in some]) for some in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(stub.record.received()) == {name for some in names for name in some}
    assert len({accepted.message_id for accepted, _ in stub.record.lines()}) == 160


# How it fails


def test_faults_come_by_schedule_and_by_share_the_same_for_a_seed() -> None:
    faults = parse("429@3, hang@5,500=0.2,reset_after_accept=0.1", seed=7)
    found = [faults.of_request(number) for number in range(1, 5001)]
    assert (found[2], found[4]) == ("429", "hang")
    counted = Counter(found)
    assert 900 < counted["500"] < 1100
    assert 400 < counted["reset_after_accept"] < 600
    assert found == [parse("429@3,hang@5,500=0.2,reset_after_accept=0.1", 7).of_request(n) for n in range(1, 5001)]
    assert found != [parse("429@3,hang@5,500=0.2,reset_after_accept=0.1", 8).of_request(n) for n in range(1, 5001)]


def test_an_address_that_is_refused_stays_refused() -> None:
    faults = parse("bad_address=0.1,bad_address_unnamed@eva@example.org", seed=7)
    addresses = [f"s{number}@example.org" for number in range(1000)]
    bad = {one for one in addresses if faults.of_address(one)}
    assert 60 < len(bad) < 140
    assert bad == {one for one in addresses if faults.of_address(one)}
    assert faults.of_address("eva@example.org") == "bad_address_unnamed"


@pytest.mark.parametrize("words", ["rain=0.1", "429", "429=x", "429=1.5", "429=0.6,500=0.6", "hang@x", "202=1", "99=1"])
def test_a_fault_nobody_knows_is_named(words: str) -> None:
    with pytest.raises(PermanentFailure):
        parse(words)


def test_a_limit_says_when_to_come_back(start: Start) -> None:
    answer = post(start("429@1", wait_seconds=30), mail("eva"))
    assert answer.status_code == 429
    assert 0 < int(answer.headers["X-RateLimit-Reset"]) - datetime.now(UTC).timestamp() <= 31


@pytest.mark.parametrize(
    "fault", [fault for fault in OF_REQUESTS if "hang" not in fault and fault not in ("slow", "500_after_accept")]
)
def test_a_connection_that_is_cut_gives_no_answer_and_serves_the_next(start: Start, fault: str) -> None:
    stub = start(f"{fault}@1")
    with pytest.raises(httpx.TransportError):
        post(stub, mail("eva"))
    assert set(stub.record.received()) == ({"eva"} if fault.endswith("accept") else set())
    assert post(stub, mail("bo")).status_code == 202
    assert stub.outcomes == {fault: 1, "202": 1}


def test_it_can_be_told_to_fail_while_it_runs(start: Start) -> None:
    stub = start()
    assert post(stub, mail("eva")).status_code == 202
    assert tell(stub, "/stub/faults", {"faults": "503=1", "seed": 3}).status_code == 200
    assert post(stub, mail("eva")).status_code == 503
    assert ask(stub, "/stub")["faults"] == {"503": 1.0, "at": {}}
    assert tell(stub, "/stub/faults", {"faults": "rain=1"}).status_code == 400
    assert tell(stub, "/stub/faults", {}).status_code == 400
    assert stub.faults == Faults({"503": 1.0}, seed=3)
