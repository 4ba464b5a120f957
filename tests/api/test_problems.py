"""What cannot be done is answered with a sentence that names it; nothing breaks, and nobody is named in the log."""

import json
from collections.abc import Iterator

import pytest
from structlog import reset_defaults

from dashboard.runs.logs import configure_logging
from dashboard.runs.results import Results
from dashboard.runs.store import Store
from dashboard.sharing.program_tokens import Scope
from tests.api.conftest import LOUD, Served
from tests.api.test_access import VERDICT

RUN = {"dataset_id": "x" * 22}
REFUSED = {
    "a setting out of range": (
        "POST runs", RUN | {"settings": {"epochs": 5_000}}, 422,
        "'settings.epochs' should be less than or equal to 1000; received 5000.",
    ),
    "a setting there is not": (
        "POST runs", RUN | {"settings": {"colour": 1}}, 422,
        "'settings.colour' does not exist; received 1.",
    ),
    "a setting that is no number": (
        "POST runs", RUN | {"settings": {"epochs": "many"}}, 422,
        "'settings.epochs' should be a whole number; received 'many'.",
    ),
    "a model there is not": (
        "POST runs", RUN | {"settings": {"model": "best"}}, 422, "There is no model 'best'.",
    ),
    "a threshold that is none": (
        "POST runs", RUN | {"threshold": {"kind": "budget", "amount": 0.5}}, 422,
        "A budget is a whole number from 1",
    ),
    "a threshold of another kind": (
        "POST runs", RUN | {"threshold": {"budget": 20}}, 422, "'threshold.budget' does not exist",
    ),
    "no dataset": ("POST runs", {}, 422, "'dataset_id' is missing."),
    "an id that is none": (
        "POST runs", {"dataset_id": "../secret"}, 422, "'dataset_id' should match pattern",
    ),
    "no such dataset": ("POST runs", RUN, 404, "There is no such dataset here"),
    "no such address": ("GET nowhere", None, 404, "There is nothing at this address."),
    "no such method": ("PUT runs", {}, 405, "This address takes no such request."),
    "too long a page": ("GET runs?limit=5000", None, 422, "'limit' should be less than"),
    "no such user": ("GET runs/RUN/cells?user=nobody", None, 404, "no user called 'nobody'"),
    "half a threshold": ("GET runs/RUN/users?threshold=budget", None, 422, "is not understood"),
    "a day there is not": (
        "POST runs/RUN/reviews", {"verdicts": [VERDICT | {"start": "2030-01-01"}]}, 404,
        "This run has no time step '2030-01-01'.",
    ),
    "half a text": (
        "POST runs/RUN/reviews", {"verdicts": [VERDICT | {"note": "\ud800"}]}, 422, "'verdicts.0.note'",
    ),
    "a delimiter of two signs": (
        "POST datasets/DATA/readings", {"delimiter": "::"}, 422,
        "'delimiter' should have at most 1 character; received '::'.",
    ),
    "a column there is not": (
        "POST datasets/DATA/readings", {"user": "who"}, 201, "who",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_a_refusal_is_a_sentence(what: str, served: Served) -> None:
    address, body, status, sentence = REFUSED[what]
    method, path = address.replace("RUN", served.run.id).replace("DATA", served.dataset.id).split()
    headers = served.headers() | {"Content-Type": "application/json"}
    content = None if body is None else json.dumps(body)  # escapes half a letter
    answer = served.client.request(method, path, content=content, headers=headers)
    assert answer.status_code == status, answer.text
    assert sentence in answer.json()["problem"]


def test_a_forgotten_file_is_said_and_nothing_kept(served: Served) -> None:
    before = len(served.store.datasets())
    answer = served.client.post("datasets", headers=served.headers())
    assert (answer.status_code, answer.json()["problem"][:18]) == (422, "The body is empty.")
    assert len(served.store.datasets()) == before


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[]", b"1"])
@pytest.mark.parametrize("kind", ["application/json", "text/plain"])
def test_what_is_no_json_object_is_said(served: Served, content: bytes, kind: str) -> None:
    headers = served.headers() | {"Content-Type": kind}
    answer = served.client.post("runs", content=content, headers=headers)
    assert (answer.status_code, answer.json()["problem"][:27]) == (
        422,
        "The body is no JSON object.",
    )


def test_more_than_is_allowed_is_refused_however_it_is_sent(served: Served) -> None:
    large = b"user,date,clicks\n" * 70_000  # 1.2 MB, where 1 MB is allowed
    pieces = lambda: (large[:500_000] for _ in range(5))  # noqa: E731 - a body without a length, each time
    headers = served.headers()
    statuses = [
        served.client.post("datasets", content=large, headers=headers),
        served.client.post("datasets", content=pieces(), headers=headers),
        served.client.post("runs", content=large * 2, headers=headers),
        served.client.post("runs", content=pieces(), headers=headers),
    ]
    assert [each.status_code for each in statuses] == [413] * 4
    assert {each.json()["problem"] for each in statuses} == {
        "The file is larger than the 1 MB allowed here.",
        "A request takes at most 2 MB. Send less at once.",
    }
    assert list(served.store.places.work.iterdir()) == []


def test_without_its_scope_a_file_is_not_taken_in(served: Served) -> None:
    before = len(served.store.datasets())
    headers = served.headers(Scope.DATA_READ)
    assert served.client.post("datasets", content=b"a", headers=headers).status_code == 403
    assert len(served.store.datasets()) == before


@pytest.fixture
def logged() -> Iterator[None]:
    configure_logging("info")
    yield
    reset_defaults()


@pytest.mark.usefixtures("logged")
def test_a_bug_is_logged_by_its_kind_and_answered_without_its_words(
    served: Served, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def break_down(*_: object) -> None:
        raise KeyError(LOUD)

    monkeypatch.setattr(Results, "find_user", break_down)
    address = f"runs/{served.run.id}/cells"
    answer = served.client.get(address, params={"user": LOUD}, headers=served.headers())
    assert answer.status_code == 500
    assert LOUD not in answer.text
    lines = capsys.readouterr().err
    (line,) = [each for each in lines.splitlines() if "request failed" in each]
    assert "error=KeyError" in line
    assert LOUD not in lines
    assert line.split("request=")[1].split()[0] in answer.json()["problem"]


def test_damaged_scores_are_not_answered(served: Served) -> None:
    cells = served.run.folder / "users.parquet"
    kept = cells.read_bytes()
    cells.write_bytes(kept[:-1])
    answer = served.client.get(f"runs/{served.run.id}/users", headers=served.headers())
    cells.write_bytes(kept)
    assert (answer.status_code, "is damaged" in answer.json()["problem"]) == (500, True)


def test_a_full_disk_is_told(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Store, "add_dataset", full)
    answer = served.client.post("datasets", content=b"a", headers=served.headers())
    assert (answer.status_code, answer.json()["problem"][:17]) == (507, "The disk is full.")
