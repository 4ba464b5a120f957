"""Requests made up from the description: whatever is sent, the answer is one that is described."""

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.api.conftest import LOUD, Served
from tests.api.test_access import TABLE
from tests.generated import TIMES

EXAMPLES = 12 * TIMES  # of each address
CHECKS = (
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
)


@pytest.fixture(scope="module")
def described(served: Served) -> schemathesis.BaseSchema:
    return schemathesis.openapi.from_asgi("/api/v1/openapi.json", served.app)


@pytest.mark.parametrize("address", TABLE)
def test_every_answer_is_as_described(
    address: str, served: Served, described: schemathesis.BaseSchema
) -> None:
    method, path = address.split(" ")
    operation = described[path][method]
    headers = served.headers()

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(
        case=st.one_of(
            operation.as_strategy(),
            operation.as_strategy(generation_mode=schemathesis.GenerationMode.NEGATIVE),
        ),
        known=st.booleans(),
    )
    def send(case: schemathesis.Case, *, known: bool) -> None:
        if known and method != "DELETE":  # often of something that there is, which stays
            ids = {"run_id": served.run.id, "dataset_id": served.dataset.id}
            case.path_parameters.update(
                {name: ids[name] for name in case.path_parameters if name in ids}
            )
            if "user" in (case.query or {}):
                case.query["user"] = LOUD
        case.call_and_validate(headers=headers, checks=CHECKS)

    send()
