"""A watched folder or object store: each new file is scored once by the model, and what is found is told once, in spite of failures."""

import hashlib
import json
import os
import socketserver
import threading
from collections.abc import Iterator
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import update

from dashboard.cli import main
from dashboard.errors import AwayError, SettingsError
from dashboard.runs.inbox import Inbox
from dashboard.runs.records import RunRecord, RunState
from dashboard.runs.schema import NOTICES
from dashboard.runs.store import Store
from dashboard.settings import AppSettings
from dashboard.sharing import watching as watching_module
from dashboard.sharing.delivery import target_of
from dashboard.sharing.watching import Watch, Wish
from tests.pages.finishing import finish_queued, finish_run
from tests.runs.s3_server import BUCKET, KEY, SECRET, S3Server

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
    store: Store, run: RunRecord, folder: Path | str, *addresses: str, key: bytes | None = None
) -> Watch:
    targets = [target_of(each, AppSettings()) for each in addresses]
    return Watch(store, Wish(str(folder), run.id, targets, APP, key))


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


def test_objects_are_scored_and_told_once_and_not_fetched_again_to_know_that(
    store: Store, run: RunRecord, hook: Hook, s3: S3Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = s3.address("incoming")
    hook.refusals = 1
    watch = watching(store, run, place, hook.address)
    assert not watch.look()  # nothing is there, not even the prefix
    s3.put("incoming/a.csv", counts(range(15, 22)))
    s3.put("incoming/b.csv", counts(range(22, 26), loud=3))
    s3.put("incoming/.hidden.csv", counts(range(15, 17)))
    s3.put("incoming/deeper/c.csv", counts(range(15, 17)))
    look_until_quiet(store, watch)
    s3.put("incoming/again.csv", counts(range(22, 26), loud=3))  # what has come before
    make_due(store)
    look_until_quiet(store, watching(store, run, place, hook.address))  # as after a restart

    assert [one.dataset_name for one in store.runs()] == ["b.csv", "a.csv", "march.csv"]
    ((_, told),) = hook.got
    assert (told["file"], told["strongest"][0]["user"]) == ("b.csv", "u3")

    monkeypatch.delattr(Inbox, "fetch")
    look_until_quiet(store, watching(store, run, place, hook.address))


def test_an_object_that_is_written_again_while_it_is_fetched_is_left_for_the_next_look(
    s3: S3Server, tmp_path: Path
) -> None:
    inbox = Inbox.at(s3.address("changing"))
    s3.put("changing/a.csv", b"first")
    (listed,) = inbox.files()
    s3.put("changing/a.csv", b"second")
    assert inbox.fetch(listed, tmp_path / "file", 100) is None
    (listed,) = inbox.files()
    assert inbox.fetch(listed, tmp_path / "file", 100) == hashlib.sha256(b"second").hexdigest()
    assert inbox.fetch(listed, tmp_path / "file", 3) == hashlib.sha256(b"sec").hexdigest()
    s3.files.delete_file(f"{BUCKET}/changing/a.csv")
    assert inbox.fetch(listed, tmp_path / "file", 100) is None


@pytest.mark.usefixtures("s3")
def test_an_object_store_that_is_away_is_asked_again_later_and_its_key_stands_nowhere(
    store: Store,
    run: RunRecord,
    hook: Hook,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gone = S3Server()
    place = gone.address("incoming").replace(f"s3://{BUCKET}", f"s3://{KEY}:{SECRET}@later")
    gone.close()
    came_back = []

    def wait(_seconds: float) -> None:
        if not came_back:
            came_back.append(S3Server(gone.host))  # without its bucket
        elif not hook.got:
            came_back[0].files.create_dir("later")
            came_back[0].put("incoming/later.csv", counts(range(15, 22), loud=3), bucket="later")
        for waiting in store.runs():
            if waiting.state is RunState.QUEUED:
                finish_queued(store, waiting)
        if hook.got:
            raise KeyboardInterrupt

    monkeypatch.setattr(watching_module, "time", SimpleNamespace(sleep=wait))
    given = ["watch", place, "--run", run.id, "--to", hook.address]
    assert main([*given, "--once"]) == 2  # cron does it again
    said = capsys.readouterr()
    assert "The place that is watched cannot be reached in this moment" in said.err
    assert main(given) == 130
    came_back[0].close()
    assert [told["file"] for _, told in hook.got] == ["later.csv"]
    after = capsys.readouterr()
    for reason in ("cannot be reached in this moment", "there is no such bucket"):
        assert reason in after.out + after.err
    kept = store.places.home.joinpath("clickwatch.db").read_bytes().decode("latin-1")
    for text in (said.out, said.err, after.out, after.err, kept):
        assert KEY not in text
        assert SECRET not in text


def test_a_file_that_cannot_be_kept_now_is_taken_in_later(
    tmp_path: Path, folder: Path, hook: Hook
) -> None:
    share = tmp_path / "share"
    share.mkdir()
    store = Store.open(AppSettings(home=tmp_path / "other", artefacts=share.as_uri()))
    dataset = store.add_dataset(BytesIO(counts(range(1, 15))), "march.csv", owner="ann")
    watch = watching(store, finish_run(store, dataset, "robust-z"), folder, hook.address)
    (folder / "later.csv").write_bytes(counts(range(15, 22), loud=3))
    watch.look()
    share.rename(tmp_path / "not-mounted")
    with pytest.raises(AwayError):
        watch.look()
    (tmp_path / "not-mounted").rename(share)
    look_until_quiet(store, watch)
    assert [told["file"] for _, told in hook.got] == ["later.csv"]
    store.close()


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
        (["s3://KEY:S3CRET@x y/z", "--run", "RUN"], "that is no address of files"),
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
    said = capsys.readouterr()
    assert problem in said.err
    assert "S3CRET" not in said.out + said.err
