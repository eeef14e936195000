"""One Prefect for all flow tests: starting it takes most of their time."""

from collections.abc import Iterator

import pytest
from prefect.testing.utilities import prefect_test_harness

from tests.spine.conftest import enrol, own_templates

__all__ = ["enrol", "own_templates"]


@pytest.fixture(scope="session", autouse=True)
def prefect_for_tests() -> Iterator[None]:
    with prefect_test_harness(server_startup_timeout=120):
        yield
