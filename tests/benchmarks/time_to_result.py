"""How long it takes from Train to finished scores, beside a plain Keras script.

    python -m tests.benchmarks.time_to_result [--users 2000] [--days 40] [--model counts]
        [--epochs 50] [--measured 5]

Train is pressed as the page does it: the run goes through the queue of a new data home to a worker that
a server would start, once this has got ready. Printed: when after the press the first look was there,
when each stage began, and when the scores were finished, by the clock and in processor seconds of the
training process, which other work on the machine moves less; and the seconds that the run itself tells.

Then a plain script (import Keras, build an encoder-decoder of 100 units, fit in batches of 32, predict) is
measured in a process of its own for `--measured` epochs, and reckoned up to `--epochs`; 0: none is.
"""

import argparse
import json
import statistics
import subprocess
import sys
import time
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from dashboard.data.sample import make_sample
from dashboard.detection import make_settings
from dashboard.runs.artefacts import open_manifest
from dashboard.runs.first_look import read_first_look
from dashboard.runs.records import RunRecord, RunState
from dashboard.runs.store import Store
from dashboard.runs.supervisor import WorkerHandle, start_worker
from dashboard.settings import AppSettings

ROOT = Path(__file__).parents[2]
LOOK_SECONDS = 0.02
QUIET_SECONDS = 2.0  # without work, after which a process is taken to have got ready
PLAIN = """
import json, sys, time
def now(): return time.perf_counter(), time.process_time()
marks = [now()]
import keras
import numpy as np
users, days, epochs = map(int, sys.argv[1:])
random = np.random.default_rng(0)
windows = random.uniform(-1, 1, (users, days, 1)).astype("float32")
layers = keras.layers
network = keras.Sequential([
    keras.Input((days, 1)), layers.LSTM(100), layers.RepeatVector(days),
    layers.LSTM(100, return_sequences=True),
    layers.TimeDistributed(layers.Dense(1, activation="tanh")),
])
network.compile(loss="mse", optimizer="adam", metrics=["mae"])
marks.append(now())
note = keras.callbacks.LambdaCallback(on_epoch_end=lambda *_: marks.append(now()))
network.fit(windows, windows, epochs=epochs, batch_size=32, shuffle=False, verbose=0, callbacks=[note])
network.predict(windows, verbose=0)
marks.append(now())
print(json.dumps(np.diff(marks, axis=0).T.tolist()))
"""


def get_ready(workers: WorkerHandle) -> psutil.Process:
    """Wait until a process waits for a job; return it."""
    while True:
        family = [
            each
            for worker in workers.pids
            for each in psutil.Process(worker).children(recursive=True)
            if each.ppid() != worker
        ]
        if family and _is_quiet(family[0]):
            return family[0]
        time.sleep(LOOK_SECONDS)


def _is_quiet(process: psutil.Process) -> bool:
    before = _work(process)
    time.sleep(QUIET_SECONDS)
    return before > 1 and _work(process) == before


def _work(process: psutil.Process) -> float:
    try:
        used = process.cpu_times()
    except psutil.Error:
        return 0.0
    return used.user + used.system


def press(store: Store, dataset_id: str, model: str, process: psutil.Process) -> RunRecord:
    """Train, telling of each thing as it happens; return the run when it has ended."""
    work = spent = _work(process)
    began = time.perf_counter()
    run = store.queue_run(dataset_id, make_settings(model=model))
    seen: set[str] = set()

    def tell(what: str) -> None:
        if what not in seen:
            seen.add(what)
            clock = time.perf_counter() - began
            print(f"{clock:8.2f} s{spent - work:8.2f} s  {what}", flush=True)

    while not run.state.is_final:
        spent = max(spent, _work(process))
        if read_first_look(run.log_file) is not None:
            tell("first look")
        if run.stage:
            tell(f"epoch {run.epoch} done" if run.stage == "train" else f"stage {run.stage}")
        time.sleep(LOOK_SECONDS)
        run = store.run(run.id)
    tell(f"the run has {run.state}")
    return run


def measure_plain(users: int, days: int, epochs: int, measured: int) -> None:
    """Measure the plain script and print what all its epochs would take."""
    command = [sys.executable, "-c", PLAIN, str(users), str(days), str(measured)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    print(f"plain Keras, {measured} epochs measured and {epochs} reckoned from their median:")
    for of, seconds in zip(("the clock", "the processor"), json.loads(done.stdout), strict=True):
        start, first, *others, predict = seconds
        usual = statistics.median(others or [first])
        total = start + first + usual * (epochs - 1) + predict
        print(f"{total:8.1f} s  of {of}: start {start:.1f}, first epoch {first:.1f},", end=" ")
        print(f"another {usual:.2f}, predict {predict:.1f}")


def main() -> int:
    """Press Train and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--users", type=int, default=2_000)
    parser.add_argument("--days", type=int, default=40)
    parser.add_argument("--model", default="counts")
    parser.add_argument("--epochs", type=int, default=50)
    parser.add_argument("--measured", type=int, default=5)
    chosen = parser.parse_args()
    with TemporaryDirectory(prefix="clickwatch-benchmark-") as home:
        settings = AppSettings(home=Path(home))
        store = Store.open(settings)
        counts = make_sample(chosen.users, chosen.days).counts
        dataset = store.add_dataset(BytesIO(counts.to_csv(index=False).encode()), "sample.csv")
        began = time.perf_counter()
        workers = start_worker(settings)
        try:
            waiting = get_ready(workers)
            ready = time.perf_counter() - began - QUIET_SECONDS
            print(f"{chosen.users:,} users x {chosen.days} days, {chosen.model}")
            print(f"the worker was ready {ready:.1f} s after it was started; then Train:")
            run = press(store, dataset.id, chosen.model, waiting)
        finally:
            workers.stop()
        if run.state is RunState.FINISHED:
            seconds = open_manifest(run.folder).timings.model_dump(exclude={"epochs"})
            print("of the run:", ", ".join(f"{name} {each:.2f}" for name, each in seconds.items()))
        store.close()
    if chosen.measured:
        measure_plain(chosen.users, chosen.days, chosen.epochs, chosen.measured)
    return int(run.state is not RunState.FINISHED)


if __name__ == "__main__":
    sys.exit(main())
