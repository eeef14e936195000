"""The public pages of results: only what is published, in both languages, with every file."""

import json

import pytest

from outreach.results import Results
from outreach.results.charts import charts
from tests.web.conftest import TestClient


def test_without_results_the_page_says_so(sqlite_db: str, client: TestClient) -> None:
    page = client.get("/results?lang=en")
    assert page.status_code == 200
    assert "No results have been published yet." in page.text
    assert client.get("/results/career-15m-2025-06").status_code == 404


@pytest.mark.parametrize(("language", "words"), [("sv", "svarade"), ("en", "answered")])
def test_every_page_and_file_of_a_publication_can_be_read(
    client: TestClient,
    results: list[Results],
    language: str,
    words: str,
) -> None:
    newest = results[0]
    listed = client.get(f"/results?lang={language}").text
    linked = [part.split("?")[0] for part in listed.split('href="/results/')[1:]]
    assert linked == [one.slug for one in results]
    page = client.get(f"/results/{newest.slug}?lang={language}")
    assert page.status_code == 200
    assert words in page.text
    assert page.headers["cache-control"] == "public, max-age=300"
    addresses = {part.split('"')[0].replace("&amp;", "&") for part in page.text.split('="/results/')[1:]}
    assert {address.partition("?")[0].rpartition(".")[2] for address in addresses} >= {"svg", "csv", "json", "xlsx"}
    for address in addresses:
        assert client.get(f"/results/{address}").status_code == 200, address
    assert client.get(f"/results/{newest.slug}/report?lang={language}").status_code == 200


def test_the_data_that_is_downloaded_is_what_was_published(client: TestClient, results: list[Results]) -> None:
    newest = results[0]
    data = json.loads(client.get(f"/results/{newest.slug}/files/data.json").content)
    assert data["tables"] == newest.content["tables"]


@pytest.mark.parametrize(
    "address",
    ["files/../data.csv", "files/secret.csv", "plots/nothing.svg", "plots/activity.exe", "?department=nowhere"],
)
def test_what_is_not_there_is_not_found(client: TestClient, results: list[Results], address: str) -> None:
    assert client.get(f"/results/{results[0].slug}/{address}".replace("/?", "?")).status_code == 404


def test_a_plot_is_drawn_in_either_format(client: TestClient, results: list[Results]) -> None:
    name = charts(results[0], "en")[0].name
    svg = client.get(f"/results/{results[0].slug}/plots/{name}.svg?lang=en")
    assert svg.headers["content-type"] == "image/svg+xml"
    assert b"<svg" in svg.content
    assert client.get(f"/results/{results[0].slug}/plots/{name}.png").content.startswith(b"\x89PNG")
