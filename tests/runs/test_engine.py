"""Large files are read, and very many users judged, the same in a run's own process and on a Dask cluster."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from dashboard.cli import main
from dashboard.cli_files import as_one
from dashboard.data import Reading, Understood, body, make_sample, read_panel
from dashboard.data.over import Over
from dashboard.data.panel import Panel
from dashboard.detection import make_settings, partitions
from dashboard.detection.thresholds import Threshold
from dashboard.errors import EngineError, ReadError, SettingsError
from dashboard.runs.counts import save_counts
from dashboard.runs.engine import Cluster, Engine, cluster_of, open_engine
from dashboard.runs.engine.dask import DaskEngine
from dashboard.runs.job import Job, perform
from dashboard.runs.manifest import Dataset
from dashboard.settings import AppSettings, read_settings
from tests.runs.dask_cluster import ROOT, DaskCluster

USED_BY_A_RUN = (
    "dashboard.runs.worker, dashboard.runs.job, dashboard.runs.child, dashboard.cli, app"
)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DaskCluster]:
    made = DaskCluster(tmp_path_factory.mktemp("dask"))
    try:
        for _ in range(2):
            made.add_worker()
        yield made
    finally:
        made.close()


@pytest.fixture
def engine(cluster: DaskCluster) -> Iterator[Engine]:
    with open_engine(Cluster(cluster.address)) as opened:
        yield opened


@pytest.mark.parametrize("features", [1, 2])
def test_a_run_on_a_cluster_has_the_same_cells(
    cluster: DaskCluster,
    panel: Panel,
    features: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(partitions, "MOST_CELLS", 24 * 14 * features // 4)
    monkeypatch.setattr(partitions, "LEAST_USERS", 1)
    panel = replace(panel, values=panel.values[:, :, :features], features=panel.features[:features])
    save_counts(panel, tmp_path)
    tables = []
    for name, where in (("here", None), ("there", Cluster(cluster.address))):
        job = Job(
            dataset=Dataset(name="clicks.csv", digest="0" * 64),
            panel_folder=tmp_path,
            settings=make_settings(model="rhythms"),
            threshold=Threshold(),
            target=tmp_path / name,
            work=tmp_path,
            log_file=tmp_path / "log",
            cluster=where,
        )
        perform(job, lambda _: None)
        tables.append(
            [
                pq.read_table(tmp_path / name / f"{each}.parquet")
                for each in ("cells", "users", "days", "selftest")
            ]
        )
    for here, there in zip(*tables, strict=True):
        assert here.equals(there)
    scores = tables[0][0]["score"].drop_null()
    assert len(scores) == (panel.observed.sum() - 3) * features  # but for the newcomer's three days


HEADER = "who;date;clicks;views;remark\n"
TIMES = [f"{day:02d}.01.2026 {hour}:30" for day in range(1, 29) for hour in (7, 19)]
REMARK = "long so that few rows make a large file " * 4


def _hostile_rows(number: int) -> str:
    """Users in no order and new in each file, cells twice, decimals, empty fields, and quotes."""
    users = [f"user {place % 70}" for place in range(80 + 20 * number)]
    users += ["007", '"zoë"', "x" * 90]
    return "".join(
        f"{user};{time};{place * step % 17};"
        f"{'' if place == step else f'{step % 97}.{place % 9}5'};{REMARK}\n"
        for step, time in enumerate(TIMES, 1)
        for place, user in enumerate(users[:: 1 - 2 * (step % 2)])
    )


@pytest.mark.parametrize(
    ("encoding", "broken"),
    [
        ("utf-8", ["ann;01.01.2026 7:30;many;1;x", "ann;01.01.2026"]),
        ("cp1252", ["ann;31.02.2026 7:30;1;1;x", ";01.01.2026 7:30;1;1;x"]),
    ],
)
def test_a_folder_is_read_on_a_cluster_as_it_is_here(
    engine: Engine,
    encoding: str,
    broken: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(body, "PART_BYTES", body.CHUNK)
    asked = []

    def elsewhere(function, parts):  # noqa: ANN001, ANN202 - an `Over`
        asked.extend(parts)
        return engine.over(function, parts)

    for number in range(3):
        text = HEADER + _hostile_rows(number)
        (tmp_path / f"{number}.csv").write_text(text, encoding)
    here, there = _read(tmp_path), _read(tmp_path, elsewhere)
    assert len(asked) > 2
    assert (there.reading, there.report) == (here.reading, here.report)
    assert there.panel.users == here.panel.users
    assert there.panel.times.equals(here.panel.times)
    assert np.array_equal(there.panel.values, here.panel.values)
    assert np.array_equal(there.panel.observed, here.panel.observed)

    for line in broken:
        (tmp_path / "2.csv").write_text(f"{HEADER}{_hostile_rows(2)}{line}\n", encoding)
        told = []
        for over in (None, elsewhere):
            with pytest.raises(ReadError) as refused:
                _read(tmp_path, over)
            told.append((str(refused.value), refused.value.line, refused.value.value))
        assert told[0] == told[1]
        assert "2.csv" in told[0][0]


def test_models_are_evaluated_on_a_cluster_as_they_are_here(
    cluster: DaskCluster,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(body, "PART_BYTES", 1 << 14)
    monkeypatch.setattr(body, "CHUNK", 1 << 14)
    monkeypatch.setattr(partitions, "MOST_CELLS", 24 * 14)
    monkeypatch.setattr(partitions, "LEAST_USERS", 1)
    counts, labels = tmp_path / "counts.csv", tmp_path / "labels.csv"
    made = make_sample(users=96, days=14, anomalies=0.2, seed=1)
    made.counts.to_csv(counts, index=False)
    made.labels.to_csv(labels, index=False)
    asked, over = [], DaskEngine.over
    monkeypatch.setattr(DaskEngine, "over", lambda *given: asked.append(given[1]) or over(*given))
    told = []
    for address in (None, cluster.address):
        if address:
            monkeypatch.setenv("CLICKWATCH_ENGINE", address)
        assert (
            main(["evaluate", str(counts), "--labels", str(labels), "--model", "rhythms", "--json"])
            == 0
        )
        told.append(json.loads(capsys.readouterr().out))
        del told[-1]["models"]["rhythms"]["seconds"]
    assert told[0] == told[1]
    assert len(asked) == 2  # to read, and to judge


def _read(folder: Path, over: Over | None = None) -> Understood:
    with as_one(folder, Reading()) as given:
        return read_panel(given.path, given.reading, over=over)


def test_answers_come_in_order_and_few_tasks_are_taken_ahead(engine: Engine) -> None:
    taken = []

    def tasks() -> Iterator[int]:
        for number in range(-30, 0):
            taken.append(number)
            yield number

    answers = engine.over(abs, tasks())
    assert next(answers) == 30
    assert len(taken) < 10
    assert list(answers) == list(range(29, 0, -1))


def test_an_error_of_a_part_is_that_of_the_run(engine: Engine) -> None:
    with pytest.raises(ValueError, match="x"):
        list(engine.over(int, ["1", "x"]))


def test_who_is_killed_leaves_the_cluster_free(cluster: DaskCluster, engine: Engine) -> None:
    program = (
        "import time\nfrom dashboard.runs.engine import Cluster, open_engine\n"
        f"with open_engine(Cluster({cluster.address!r})) as engine:\n"
        "    for answer in engine.over(time.sleep, [0, *[2] * 50]):\n"
        "        print('one', flush=True)\n"
    )
    run = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE)
    assert run.stdout.readline() == b"one\n"
    run.send_signal(signal.SIGKILL)
    run.wait()
    began = time.monotonic()
    assert list(engine.over(abs, [-1, -2])) == [1, 2]  # behind one task that each worker is at
    assert time.monotonic() - began < 20
    assert run.stdout.read() == b""


def test_a_part_that_kills_its_worker_ends_the_run_and_one_worker_alone(
    tmp_path: Path,
) -> None:
    cluster = DaskCluster(tmp_path)
    try:
        workers = [cluster.add_worker() for _ in range(2)]
        with open_engine(Cluster(cluster.address)) as engine:
            assert list(engine.over(abs, [-1])) == [1]
            with pytest.raises(EngineError, match="gave a part of the work up"):
                list(engine.over(os._exit, [1]))
            assert list(engine.over(abs, range(-4, 0))) == [4, 3, 2, 1]
        dead = [os.waitpid(pid, os.WNOHANG)[0] for pid in workers]
        assert sorted(pid > 0 for pid in dead) == [False, True]
    finally:
        cluster.close()


def test_a_cluster_that_is_not_there_is_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.runs.engine.dask.PATIENCE_SECONDS", 0.5)
    with (
        open_engine(Cluster("dask://127.0.0.1:9")) as engine,
        pytest.raises(EngineError, match=r"dask://127\.0\.0\.1:9 cannot be reached"),
    ):
        list(engine.over(abs, [1]))


def test_the_engine_is_chosen_by_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert cluster_of(AppSettings()) is None
    monkeypatch.setenv("CLICKWATCH_ENGINE", "dask://scheduler:8786")
    monkeypatch.setenv("CLICKWATCH_ENGINE_TLS", str(tmp_path))
    assert cluster_of(read_settings()) == Cluster("dask://scheduler:8786", tmp_path)
    monkeypatch.setenv("CLICKWATCH_ENGINE", "scheduler:8786")
    with pytest.raises(SettingsError, match="CLICKWATCH_ENGINE cannot be used"):
        read_settings()


def test_without_a_cluster_dask_is_never_imported() -> None:
    program = (
        f"import sys\nimport {USED_BY_A_RUN}\n"
        "from dashboard.runs.engine import open_engine\n"
        "with open_engine(None) as engine:\n"
        "    assert list(engine.over(abs, [-1])) == [1]\n"
        "loaded = {'dask', 'distributed'} & set(sys.modules)\n"
        "sys.exit(f'imported: {loaded}' if loaded else 0)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
