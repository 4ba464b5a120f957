"""The whole way by programs: against the real server, with its real worker."""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from dashboard.runs.records import RunState
from dashboard.sharing.program_tokens import TokenBook, TokenTerms
from tests.api.conftest import ANN, EVERYTHING, LOUD, bearer
from tests.browser.server import ROOT, Server
from tests.pages.conftest import counts_csv

README = (ROOT / "README.md").read_text("utf-8")
TINY = {"model": "stacked", "units": [2], "epochs": 2, "batch_size": 8, "seed": 1}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    started = Server(tmp_path_factory.mktemp("server"), log_level="error")
    try:
        yield started.start()
    finally:
        started.close()


@pytest.fixture(scope="module")
def token(server: Server) -> str:
    return TokenBook(server.store.engine).make(ANN, TokenTerms("a program", EVERYTHING, 3_600))[1]


@pytest.fixture(scope="module")
def api(server: Server, token: str) -> Iterator[httpx.Client]:
    address = f"{server.address}/api/v1"
    with httpx.Client(base_url=address, headers=bearer(token), timeout=120) as client:
        yield client


def done(answer: httpx.Response) -> dict:
    assert answer.is_success, answer.text
    return answer.json()


def follow(api: httpx.Client, run_id: str) -> dict:
    """Ask how a run stands until it has ended."""
    deadline = time.monotonic() + 240
    while not RunState((run := done(api.get(f"/runs/{run_id}")))["state"]).is_final:
        assert time.monotonic() < deadline
        time.sleep(0.3)
    return run


def test_a_file_becomes_scores_and_reviews(api: httpx.Client) -> None:
    wrong = done(api.post("/datasets?name=clicks.csv", content=b"nothing"))
    assert (wrong["readable"], wrong["problem"] is None) == (False, False)
    sent = done(api.post("/datasets?name=clicks.csv", content=counts_csv()))
    assert (sent["report"]["users"], sent["report"]["times"]) == (12, 14)
    assert done(api.get(f"/datasets/{sent['id']}/preview"))["columns"] == ["user", "date", "clicks"]
    data = done(api.post(f"/datasets/{sent['id']}/readings", json={"missing": "unknown"}))
    assert data["asked"]["missing"] == "unknown"

    asked = {
        "dataset_id": data["id"],
        "settings": TINY,
        "threshold": {"kind": "budget", "amount": 1},
    }
    run = follow(api, done(api.post("/runs", json=asked))["id"])
    assert (run["state"], run["epoch"], run["settings"]["units"]) == ("finished", 2, [2])
    here = f"/runs/{run['id']}"
    assert [epoch["epoch"] for epoch in done(api.get(f"{here}/history"))] == [1, 2]

    results = done(api.get(f"{here}/results"))
    assert (results["scored_users"], results["anomalous_users"]) == (12, 1)
    users = done(api.get(f"{here}/users?limit=5"))
    rest = done(api.get(f"{here}/users?limit=5&offset=10"))
    assert [user["rank"] for user in users["items"] + rest["items"]] == [1, 2, 3, 4, 5, 11, 12]
    assert (users["items"][0]["user"], users["total"]) == (LOUD, 12)
    assert done(api.get(f"{here}/users", params={"user": LOUD}))["items"] == users["items"][:1]
    finding = done(api.get(f"{here}/findings", params={"user": LOUD}))["items"][0]
    day = next(
        day for day in done(api.get(f"{here}/days"))["items"] if day["time"] == finding["start"]
    )
    assert day["anomalous_users"] == 1
    cells = done(api.get(f"{here}/cells", params={"user": LOUD}))["items"]
    assert [cell["actual"] for cell in cells if cell["anomaly"]] == [500.0]
    stricter = done(api.get(f"{here}/results?threshold=value:1000"))
    assert (stricter["anomalous_cells"], stricter["findings"]) == (0, 0)
    lines = api.get(f"{here}/files/cells.csv").text.splitlines()
    assert len(lines) == 1 + results["scored_cells"]
    assert api.get(f"{here}/files/users.parquet").content[:4] == b"PAR1"

    verdict = {name: finding[name] for name in ("user", "start", "end")} | {"verdict": "anomaly"}
    (kept,) = done(api.post(f"{here}/reviews", json={"verdicts": [verdict | {"note": "a script"}]}))
    assert done(api.get(f"{here}/reviews"))["items"] == [kept]
    unseen = verdict | {"on_top_of": 0}
    assert done(api.post(f"{here}/reviews", json={"verdicts": [unseen]})) == [kept]  # sent again
    late = api.post(f"{here}/reviews", json={"verdicts": [unseen | {"verdict": "normal"}]})
    assert late.status_code == 409
    assert done(api.delete(f"{here}/reviews/last")) == [kept]
    assert done(api.get(f"{here}/reviews"))["total"] == 0

    later = done(
        api.post("/datasets?name=later.csv", content=counts_csv().replace(b"-03-", b"-04-"))
    )
    scored = follow(api, done(api.post(f"{here}/scorings", json={"dataset_id": later["id"]}))["id"])
    assert (scored["state"], scored["model_run_id"]) == ("finished", run["id"])

    assert api.delete(here).status_code == api.delete(f"/datasets/{later['id']}").status_code == 204
    assert api.get(here).status_code == 404


def test_a_run_is_cancelled(api: httpx.Client) -> None:
    data = done(api.post("/datasets?name=long.csv", content=counts_csv()))
    asked = {"dataset_id": data["id"], "settings": TINY | {"epochs": 1_000, "patience": 0}}
    run = done(api.post("/runs", json=asked))
    unfinished = api.get(f"/runs/{run['id']}/findings")
    assert unfinished.status_code == 409
    assert "There are scores when it has finished" in unfinished.json()["problem"]
    done(api.post(f"/runs/{run['id']}/cancel"))
    assert follow(api, run["id"])["state"] == "cancelled"


def test_the_session_of_the_readme_does_as_it_says(
    server: Server, token: str, tmp_path: Path
) -> None:
    if shutil.which("curl") is None:
        pytest.fail("The session of the README needs curl. Install it: apt-get install curl")
    (session,) = re.findall(r"```sh\n(TOKEN=.*?)```", README, re.DOTALL)
    lines = session.replace("TOKEN=clickwatch_...", f"TOKEN={token}")
    lines = lines.replace("http://127.0.0.1:8501", server.address)
    (tmp_path / "clicks.csv").write_bytes(counts_csv())
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    ran = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", lines],
        cwd=tmp_path,
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr + ran.stdout
    assert f'"user":"{LOUD}"' in ran.stdout
    assert (tmp_path / "users.csv").read_text("utf-8-sig").startswith("rank,user,error,score")


def test_a_browser_gets_no_cookie_and_no_page_of_the_api(server: Server) -> None:
    seen = httpx.get(f"{server.address}/api/v1/openapi.json", headers={"Accept": "text/html"})
    assert "set-cookie" not in seen.headers
    assert seen.json()["servers"] == [{"url": "/api/v1"}]
    assert httpx.get(f"{server.address}/api/v1/docs").status_code == 404
    assert not {"level=error", "Traceback"} & set(server.log.split())
