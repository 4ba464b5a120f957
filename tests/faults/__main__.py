"""Do every fault to real processes and tell what came of it: `python -m tests.faults`.

A fault that is not survived ends the program with what was wrong.
"""

import argparse
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.faults.backup import back_up_in_use
from tests.faults.cluster import lose_the_scheduler
from tests.faults.damage import damage_everything
from tests.faults.disk import fill_the_disk
from tests.faults.kills import STAGES, kill_at_random
from tests.faults.memory import run_out_of_memory
from tests.faults.network import pull_a_cable
from tests.faults.stopping import let_the_clock_jump, share_one_home, stop_while_training

NEEDS_ROOT = "network"


def tell_kills(kills: int, seed: int) -> str:
    """Kill at random instants."""
    done = kill_at_random(kills, seed)
    stages = Counter()
    for (_, stage), times in done.kills.items():
        stages[stage] += times
    victims = Counter()
    for (victim, _), times in done.kills.items():
        victims[victim] += times
    return (
        f"{done.kills.total()} kills ({_listed(victims)}), while {_listed(stages, STAGES)}; "
        f"{done.finished} runs finished, {done.retried} of them after a retry; {done.seconds:.0f} s"
    )


def tell_damage(seed: int) -> str:
    """Harm each file, then the database."""
    done = damage_everything(seed)
    return (
        f"{done.files} harmed files found out, {done.starts} starts on harmed records refused; "
        f"{done.seconds:.0f} s"
    )


def tell_disk() -> str:
    """Fill the disk."""
    done = fill_the_disk()
    return "\n".join([*_lines(done.told), f"{done.seconds:.0f} s"])


def tell_memory() -> str:
    """Ask for more memory than there may be."""
    done = run_out_of_memory()
    read = f"reading the wide file took {done.reading_mb:.0f} MB at most; {done.seconds:.0f} s"
    return "\n".join([*_lines(done.told), read])


def tell_stop() -> str:
    """Send SIGTERM."""
    done = stop_while_training()
    return f"all processes gone {done.stop_seconds:.1f} s after SIGTERM; {done.seconds:.0f} s"


def tell_clock(folder: Path) -> str:
    """Let the clock jump."""
    done = let_the_clock_jump(folder)
    return (
        f"{done.jumps} jumps of a day, no run lost; the run of a worker killed before a jump back "
        f"was taken up after {done.taken_up_seconds:.1f} s; {done.seconds:.0f} s"
    )


def tell_two(folder: Path) -> str:
    """Start two servers on one data home."""
    done = share_one_home(folder)
    return f"{done.runs} runs finished by two servers, one of them killed; {done.seconds:.0f} s"


def tell_backup() -> str:
    """Back up and restore while in use."""
    done = back_up_in_use()
    return (
        f"{done.runs} runs and {done.reviews} reviews restored from {done.megabytes:.1f} MB, made in "
        f"{done.backup_seconds:.1f} s while a training and reviews went on; {done.seconds:.0f} s"
    )


def tell_cluster(folder: Path) -> str:
    """Kill a cluster's scheduler."""
    done = lose_the_scheduler(folder)
    return (
        f"the run had failed {done.failed_seconds:.1f} s after its scheduler's death, the next one finished, "
        f"and so did the retry; {done.freed_seconds:.1f} s after a cancellation the cluster was free; "
        f"{done.seconds:.0f} s"
    )


def tell_network(folder: Path) -> str:
    """Cut a worker of a cluster off."""
    done = pull_a_cable(folder)
    return (
        f"the other worker did all that was left, {done.waited_seconds:.0f} s after the cable of one was "
        f"pulled; every part was answered once; {done.seconds:.0f} s"
    )


def main() -> None:
    """Go through the faults that are asked for."""
    with TemporaryDirectory(prefix="faults-") as name:
        folder = Path(name)
        parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
        parser.add_argument("--kills", type=int, default=100)
        parser.add_argument("--seed", type=int, default=0)
        tellers: dict[str, Callable[[argparse.Namespace], Callable[[], str]]] = {
            "kills": lambda asked: partial(tell_kills, asked.kills, asked.seed),
            "damage": lambda asked: partial(tell_damage, asked.seed),
            "disk": lambda _: tell_disk,
            "memory": lambda _: tell_memory,
            "stop": lambda _: tell_stop,
            "clock": lambda _: partial(tell_clock, folder),
            "two": lambda _: partial(tell_two, folder),
            "backup": lambda _: tell_backup,
            "cluster": lambda _: partial(tell_cluster, folder),
            NEEDS_ROOT: lambda _: partial(tell_network, folder),
        }
        parser.add_argument("--only", choices=tellers, action="append")
        asked = parser.parse_args()
        for fault in asked.only or [one for one in tellers if one != NEEDS_ROOT]:
            print(f"{fault}: {tellers[fault](asked)()}", flush=True)


def _listed(counted: Counter, order: tuple[str, ...] = ()) -> str:
    names = [*(one for one in order if one in counted), *sorted(set(counted) - set(order))]
    return ", ".join(f"{name} {counted[name]}" for name in names)


def _lines(told: dict[str, str]) -> list[str]:
    return ["", *(f"  {what}: {sentence}" for what, sentence in told.items())]


if __name__ == "__main__":
    main()
