"""Whatever is sent to the API, it answers as its document says and never breaks."""

import warnings
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from outreach.web.api.app import create_api
from outreach.web.app import create_app
from tests.spine.conftest import Student, enrol, run_duty
from tests.web.api.test_api import key_of
from tests.web.portal.prefect_stand_in import PrefectStandIn, prefect

with warnings.catch_warnings():  # it knows a newer httpx by another name
    warnings.simplefilter("ignore")
    import schemathesis
    from schemathesis import GenerationMode
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi.checks import (
        content_type_conformance,
        response_headers_conformance,
        response_schema_conformance,
        status_code_conformance,
    )

__all__ = ["enrol", "prefect"]

CONFORMS = [
    not_a_server_error,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
]
EXAMPLES = 12
OPERATIONS = [
    ("GET", "/duties"),
    ("GET", "/duties/{duty}"),
    ("POST", "/duties/{duty}/runs"),
    ("POST", "/duties/graduation-invitation/runs"),  # with its own parameters: those that fit start a run
    ("GET", "/runs"),
    ("GET", "/runs/{run_id}"),
    ("GET", "/campaigns"),
    ("GET", "/campaigns/{campaign_id}"),
]


def test_every_call_of_the_document_is_tried() -> None:
    told = create_api().openapi()["paths"]
    assert {(method.upper(), path) for path, item in told.items() for method in item} <= set(OPERATIONS)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["fits", "does not fit"])
@pytest.mark.parametrize(("method", "path"), OPERATIONS)
@pytest.mark.filterwarnings("ignore")
def test_the_api_answers_as_its_document_says(
    sqlite_db: str,
    prefect: PrefectStandIn,
    enrol: Callable[..., Any],
    method: str,
    path: str,
    mode: GenerationMode,
) -> None:
    enrol(Student("a", department="arkeologi"))
    run_duty(department="arkeologi", approve=False)
    headers = {"Authorization": f"Bearer {key_of('arkeologi')}"}
    schema = schemathesis.openapi.from_asgi("/api/openapi.json", create_app(), headers=headers)
    operation = schema[path][method]
    known = {"duty": "graduation-invitation", "campaign_id": 1} if mode is GenerationMode.POSITIVE else {}
    named = {name: value for name, value in known.items() if "{" + name + "}" in path}

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(data=st.data())
    def answers(data: st.DataObject) -> None:
        case = data.draw(operation.as_strategy(generation_mode=mode))
        if data.draw(st.booleans()):
            case.path_parameters.update(named)
        case.call_and_validate(headers=headers, checks=CONFORMS)

    answers()
    if path == "/duties/graduation-invitation/runs" and mode is GenerationMode.POSITIVE:
        assert prefect.runs  # the document says well enough what starts a run
