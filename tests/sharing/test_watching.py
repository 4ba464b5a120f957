"""A watched folder: each new file is scored once by the model, and what is found is told once, in spite of failures."""

import json
import os
import socketserver
import threading
from collections.abc import Iterator
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import update

from dashboard.cli import main
from dashboard.errors import SettingsError
from dashboard.runs.records import RunRecord, RunState
from dashboard.runs.schema import NOTICES
from dashboard.runs.store import Store
from dashboard.settings import AppSettings
from dashboard.sharing.delivery import target_of
from dashboard.sharing.watching import Watch, Wish
from tests.pages.finishing import finish_queued, finish_run

APP = "https://clicks.example.org"


def counts(days: range, loud: int | None = None) -> bytes:
    """Eight users; one of them is loud on the last day."""
    lines = ["user,date,clicks"]
    for user in range(8):
        for day in days:
            much = 900 if user == loud and day == days[-1] else 10 + (user + 3 * day) % 5
            lines.append(f"u{user},2026-03-{day:02d},{much}")
    return "\n".join(lines).encode()


class Hook(ThreadingHTTPServer):
    """A webhook that refuses the first calls."""

    def __init__(self) -> None:
        self.refusals = 0
        self.got: list[tuple[str, dict]] = []
        super().__init__(("127.0.0.1", 0), _HookHandler)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hook?secret=s3cret"


class _HookHandler(BaseHTTPRequestHandler):
    server: Hook

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.server.refusals:
            self.server.refusals -= 1
            self.send_response(503)
        else:
            self.server.got.append((self.headers["Idempotency-Key"], body))
            self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


class _Post(socketserver.StreamRequestHandler):
    """As much of SMTP as takes one mail."""

    def handle(self) -> None:
        self._say("220 ready")
        while line := self.rfile.readline().strip().upper():
            if line.startswith(b"DATA"):
                self._say("354 go on")
                mail = b"".join(iter(self.rfile.readline, b".\r\n"))
                self.server.mails.append(message_from_bytes(mail, policy=policy.default))
            self._say("221 bye" if line == b"QUIT" else "250 fine")
            if line == b"QUIT":
                return

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


def _serving(server: socketserver.BaseServer) -> Iterator:
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def hook() -> Iterator[Hook]:
    yield from _serving(Hook())


@pytest.fixture
def post() -> Iterator[socketserver.TCPServer]:
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Post)
    server.mails = []
    yield from _serving(server)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """An empty store, the one that the command opens too."""
    monkeypatch.setenv("CLICKWATCH_HOME", str(tmp_path / "home"))
    opened = Store.open(AppSettings())
    yield opened
    opened.close()


@pytest.fixture
def run(store: Store) -> RunRecord:
    dataset = store.add_dataset(BytesIO(counts(range(1, 15))), "march.csv", owner="ann")
    return finish_run(store, dataset, "robust-z")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "incoming"
    path.mkdir()
    return path


def watching(
    store: Store, run: RunRecord, folder: Path, *addresses: str, key: bytes | None = None
) -> Watch:
    targets = [target_of(each, AppSettings()) for each in addresses]
    return Watch(store, Wish(folder, run.id, targets, APP, key))


def look_until_quiet(store: Store, watch: Watch) -> None:
    """Look, and do what a worker would, until nothing is under way."""
    for _ in range(20):
        if not watch.look():
            return
        for waiting in store.runs():
            if waiting.state is RunState.QUEUED:
                finish_queued(store, waiting)
    raise AssertionError("it never came to an end")


def make_due(store: Store) -> None:
    with store.engine.begin() as connection:
        connection.execute(update(NOTICES).values(due=0))


def test_each_file_is_scored_after_the_one_before_and_its_findings_are_told_once(
    store: Store, run: RunRecord, folder: Path, hook: Hook
) -> None:
    (folder / "b.csv").write_bytes(counts(range(22, 26), loud=3))
    (folder / "a.csv").write_bytes(counts(range(15, 22)))
    os.utime(folder / "a.csv", (1, 1))  # the older one, of quiet days
    look_until_quiet(store, watching(store, run, folder, hook.address))
    (folder / "again.csv").write_bytes(counts(range(22, 26), loud=3))  # what has come before
    look_until_quiet(store, watching(store, run, folder, hook.address))  # as after a restart

    last, first, _ = store.runs()
    assert (first.dataset_name, first.model_run_id) == ("a.csv", run.id)
    assert (last.dataset_name, last.model_run_id, last.owner) == ("b.csv", first.id, "ann")
    ((_, told),) = hook.got
    assert (told["file"], told["findings"], told["users"]) == ("b.csv", 1, 1)
    assert told["address"] == f"{APP}/review?run={last.id}"
    assert {
        "user": "u3",
        "kind": "spike",
        "start": "2026-03-25",
        "end": "2026-03-25",
        "actual": 900.0,
    }.items() <= told["strongest"][0].items()
    assert told["text"].startswith("Clickwatch: 1 finding of 1 user in b.csv.")
    assert told["address"] in told["text"]


def test_a_webhook_that_fails_is_told_later_with_the_same_key_and_only_once(
    store: Store, run: RunRecord, folder: Path, hook: Hook
) -> None:
    hook.refusals = 2
    (folder / "later.csv").write_bytes(counts(range(15, 22), loud=3))
    watch = watching(store, run, folder, hook.address)
    look_until_quiet(store, watch)
    watch.look()
    assert (hook.refusals, hook.got) == (1, [])  # it waits before it tries again
    for _ in range(3):
        make_due(store)
        watch.look()
    assert [key for key, _ in hook.got] == [f"{run.id}-1"]
    kept = store.places.home.joinpath("clickwatch.db").read_bytes()
    assert b"s3cret" not in kept


def test_what_cannot_be_scored_is_told_too(
    store: Store, run: RunRecord, folder: Path, hook: Hook
) -> None:
    (folder / "broken.csv").write_bytes(b"user,date,clicks\nu1,2026-03-15,many\n")
    (folder / ".hidden.csv").write_bytes(counts(range(15, 17)))
    (folder / "half.csv.part").write_bytes(counts(range(15, 17)))
    look_until_quiet(store, watching(store, run, folder, hook.address))
    ((_, told),) = hook.got
    assert told["text"].startswith("Clickwatch could not score broken.csv.")
    assert "Line 2 has 'many'" in told["problem"]


def test_a_file_that_still_grows_is_left_alone(store: Store, run: RunRecord, folder: Path) -> None:
    watch = watching(store, run, folder)
    file = folder / "growing.csv"
    whole = counts(range(15, 22))
    for end in (100, 200, len(whole)):
        file.write_bytes(whole[:end])
        assert watch.look()
        assert len(store.runs()) == 1
    look_until_quiet(store, watch)
    assert len(store.runs()) == 2


def test_pseudonyms_are_told_where_wanted(
    store: Store, run: RunRecord, folder: Path, hook: Hook
) -> None:
    (folder / "later.csv").write_bytes(counts(range(15, 22), loud=3))
    look_until_quiet(store, watching(store, run, folder, hook.address, key=b"k" * 32))
    ((_, told),) = hook.got
    assert told["strongest"][0]["user"].startswith("user-")
    assert "u3" not in json.dumps(told)


def test_a_mail_says_the_same(
    store: Store,
    run: RunRecord,
    folder: Path,
    post: socketserver.TCPServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(SettingsError, match="CLICKWATCH_SMTP_URL"):
        watching(store, run, folder, "mailto:team@example.org")
    monkeypatch.setenv("CLICKWATCH_SMTP_URL", f"smtp://127.0.0.1:{post.server_address[1]}")
    monkeypatch.setenv("CLICKWATCH_MAIL_FROM", "clickwatch@example.org")
    (folder / "later\nBcc: all@example.org.csv").write_bytes(counts(range(15, 22), loud=3))
    look_until_quiet(store, watching(store, run, folder, "mailto:team@example.org"))
    (mail,) = post.mails
    assert (mail["To"], mail["From"]) == ("team@example.org", "clickwatch@example.org")
    assert mail["Subject"].startswith("Clickwatch: 1 finding of 1 user in later")
    assert mail["Bcc"] is None
    assert "u3: spike. 900 clicks" in mail.get_content()


def test_the_command_scores_what_is_there_and_ends(
    store: Store,
    run: RunRecord,
    folder: Path,
    hook: Hook,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (folder / "later.csv").write_bytes(counts(range(15, 22), loud=3))

    def work() -> None:
        while not stop.wait(0.1):
            for waiting in store.runs():
                if waiting.state is RunState.QUEUED:
                    finish_queued(store, waiting)

    stop = threading.Event()
    worker = threading.Thread(target=work)
    worker.start()
    try:
        code = main(["watch", str(folder), "--run", run.id, "--to", hook.address, "--once"])
    finally:
        stop.set()
        worker.join()
    assert code == 0
    assert len(hook.got) == 1
    said = capsys.readouterr()
    assert "u3" not in said.out + said.err
    assert "s3cret" not in said.out + said.err


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["nowhere", "--run", "RUN"], "nowhere is not a folder."),
        ([".", "--run", "missing"], "no such run"),
        ([".", "--run", "RUN", "--to", "ftp://x"], "--to takes https://ADDRESS or mailto:"),
    ],
)
def test_what_cannot_be_watched_is_refused_in_a_sentence(
    arguments: list[str],
    problem: str,
    run: RunRecord,
    capsys: pytest.CaptureFixture[str],
) -> None:
    given = [run.id if one == "RUN" else one for one in arguments]
    assert main(["watch", *given, "--once"]) == 2
    assert problem in capsys.readouterr().err
