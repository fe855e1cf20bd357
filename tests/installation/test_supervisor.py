"""Supervision with real processes: small shells instead of the six parts."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
from pathlib import Path

import pytest

from zuoxi.installation import identity, processes
from zuoxi.installation import supervisor as supervision
from zuoxi.installation.parts import Part
from zuoxi.installation.processes import end_leftovers
from zuoxi.installation.supervisor import AlreadyRunning, PartFailed, StopRequested, Supervisor


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def supervisor(tmp_path: Path, said: list[str]):
    made = Supervisor(tmp_path / "run", tmp_path / "logs", said.append)
    made.acquire()
    yield made
    made.stop()


def shell(folder: Path, name: str, script: str = "exec sleep 60", **options) -> Part:
    ready = folder / f"{name}.ready"
    return Part(name, ("/bin/sh", "-c", f"touch {ready}; {script}"), folder, ready.exists, **options)


def pid_of(supervisor: Supervisor, name: str) -> int:
    return supervisor.running[name].process.pid


def test_a_killed_part_comes_back_and_the_others_stay(supervisor: Supervisor, tmp_path: Path):
    for name in ("one", "two"):
        supervisor.start(shell(tmp_path, name))
    supervisor.wait_healthy(["one", "two"])
    first, other = pid_of(supervisor, "one"), pid_of(supervisor, "two")
    supervisor.running["one"].since -= 3600
    os.kill(first, signal.SIGKILL)
    supervisor.running["one"].child.wait()
    supervisor.watch(0)
    assert pid_of(supervisor, "one") != first
    assert supervisor.running["one"].restarts == 1
    assert supervisor.running["one"].is_alive()
    assert pid_of(supervisor, "two") == other


def test_stop_goes_the_other_way_round_and_leaves_strangers_alone(
    supervisor: Supervisor, tmp_path: Path, said: list[str]
):
    stranger = subprocess.Popen(["sleep", "60"])
    order = tmp_path / "order"
    for name in ("one", "two", "three"):
        script = f"trap 'echo {name} >>{order}; kill $!; exit' TERM; sleep 60 & wait"
        supervisor.start(shell(tmp_path, name, script))
    supervisor.wait_healthy(["one", "two", "three"])
    processes = [known.process for known in supervisor.running.values()]
    supervisor.stop()
    assert order.read_text().split() == ["three", "two", "one"]
    assert not any(process.is_alive() for process in processes)
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


def test_a_part_that_ignores_the_signal_is_ended_all_the_same(supervisor: Supervisor, tmp_path: Path):
    part = shell(tmp_path, "deaf", "trap '' TERM; while :; do sleep 0.1; done", stop=((signal.SIGTERM, 0.2),))
    supervisor.start(part)
    supervisor.wait_healthy(["deaf"])
    process = supervisor.running["deaf"].process
    supervisor.stop()
    assert not process.is_alive()


def test_a_part_that_never_comes_up_is_given_up_with_its_last_words(supervisor: Supervisor, tmp_path: Path):
    part = Part("broken", ("/bin/sh", "-c", "echo the disk is on fire; exit 3"), tmp_path, lambda: False)
    supervisor.start(part)
    with pytest.raises(PartFailed, match="the disk is on fire"):
        supervisor.wait_healthy(["broken"])


def test_a_part_that_runs_in_vain_is_started_anew_and_said(supervisor: Supervisor, tmp_path: Path, said: list[str]):
    """As an engine without its port: it lives and will never be well."""
    starts: list[int] = []
    part = Part(
        "vain", ("sleep", "60"), tmp_path, lambda: len(starts) > 1, prepare=lambda: starts.append(1),
        flaw=lambda: "its port is taken" if len(starts) == 1 else None,
    )  # fmt: skip
    supervisor.start(part)
    first = supervisor.running["vain"].process
    supervisor.wait_healthy(["vain"])
    assert not first.is_alive()
    assert "its port is taken" in said
    assert json.loads((tmp_path / "run" / "state.json").read_text())["parts"]["vain"]["note"] == "its port is taken"


def test_what_a_dead_part_left_behind_is_ended_before_it_starts_again(supervisor: Supervisor, tmp_path: Path):
    """As nginx: killed, its workers would go on holding the port."""
    supervisor.start(shell(tmp_path, "master", f"sleep 60 & echo $! >{tmp_path}/worker.new; "
                           f"mv {tmp_path}/worker.new {tmp_path}/worker; wait"))  # fmt: skip
    supervisor.wait_healthy(["master"])
    while not (tmp_path / "worker").exists():
        supervisor.watch(0)
    worker = identity.of(int((tmp_path / "worker").read_text()))
    os.kill(pid_of(supervisor, "master"), signal.SIGKILL)
    supervisor.running["master"].child.wait()
    supervisor.watch(0)
    assert not worker.is_alive()


def test_one_supervisor_to_a_data_folder(supervisor: Supervisor, tmp_path: Path, said: list[str]):
    with pytest.raises(AlreadyRunning):
        Supervisor(tmp_path / "run", tmp_path / "logs", said.append).acquire()


def forsaken(tmp_path: Path, *scripts: tuple[str, str]) -> list[int]:
    """Parts whose supervisor is gone without a word, as after its kill -9: it ran in a process of its own."""
    child = os.fork()
    if child == 0:
        lost = Supervisor(tmp_path / "run", tmp_path / "logs", lambda _: None)
        lost.acquire()
        for name, script in scripts:
            lost.start(shell(tmp_path, name, script))
        lost.wait_healthy([name for name, _ in scripts])
        os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
    return [identity.read(tmp_path / "run" / f"{name}.process").pid for name, _ in scripts]


def test_parts_of_a_killed_supervisor_are_adopted_and_watched(tmp_path: Path, said: list[str]):
    pid, changed = forsaken(tmp_path, ("one", "exec sleep 60"), ("two", "exec sleep 61"))
    later = Supervisor(tmp_path / "run", tmp_path / "logs", said.append)
    later.acquire()
    assert sorted(later.leftovers()) == ["one", "two"]
    later.start(shell(tmp_path, "one", "exec sleep 60"))
    later.start(shell(tmp_path, "two", "exec sleep 62"))  # is to be started in another way now
    later.wait_healthy(["one", "two"])
    assert pid_of(later, "one") == pid
    assert pid_of(later, "two") != changed
    adopted = later.running["one"].process
    adopted.send(signal.SIGKILL)
    while adopted.is_alive():
        pass
    later.watch(0)
    later.wait_healthy(["one"])
    assert pid_of(later, "one") != pid
    later.stop()


def test_down_ends_the_parts_of_a_killed_supervisor_only(tmp_path: Path):
    forsaken(tmp_path, ("one", "exec sleep 60"))
    stranger = subprocess.Popen(["sleep", "60"])
    # a note whose process number now belongs to someone else
    stale = identity.of(stranger.pid)
    (tmp_path / "run" / "two.process").write_text(f"{stale.pid} {stale.started - 5} {stale.boot} x")
    one = identity.read(tmp_path / "run" / "one.process")
    assert end_leftovers(tmp_path / "run", ("one", "two")) == ["one"]
    assert not one.is_alive()
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


def test_a_request_to_stop_interrupts_waiting_and_steps(supervisor: Supervisor, tmp_path: Path):
    supervisor.start(Part("slow", ("sleep", "60"), tmp_path, lambda: False))
    supervisor.stop_requested = True
    with pytest.raises(StopRequested):
        supervisor.wait_healthy(["slow"])
    with pytest.raises(StopRequested):
        supervisor.run_step("step", ("sleep", "60"), {})


def test_a_step_that_fails_says_why(supervisor: Supervisor):
    with pytest.raises(PartFailed, match="no such table"):
        supervisor.run_step("migrate", ("/bin/sh", "-c", "echo no such table >&2; exit 1"), {})


def test_parts_get_no_terminal_and_no_open_files_of_ours(supervisor: Supervisor, tmp_path: Path):
    with socket.socket() as ours:
        ours.set_inheritable(False)
        script = f"ls -l /proc/self/fd >{tmp_path}/files; tty >{tmp_path}/tty; exec sleep 60"
        supervisor.start(shell(tmp_path, "one", script))
        while not (tmp_path / "tty").exists() or not (tmp_path / "tty").read_text():
            supervisor.watch(0)
    assert "socket" not in (tmp_path / "files").read_text()
    assert "lock" not in (tmp_path / "files").read_text()
    assert (tmp_path / "tty").read_text().strip() == "not a tty"


def test_a_log_that_has_grown_large_begins_anew_while_its_part_writes_on(
    supervisor: Supervisor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    log, earlier = tmp_path / "logs" / "one.log", tmp_path / "logs" / "one.log.1"
    script = "n=0; while :; do n=$((n+1)); echo line $n; sleep 0.001; done"
    supervisor.start(shell(tmp_path, "one", script))
    supervisor.wait_healthy(["one"])

    def wait_for(size: int) -> None:
        while log.stat().st_size < size:
            time.sleep(0.01)

    wait_for(2000)
    supervisor.watch(0)
    assert not earlier.exists()
    monkeypatch.setattr(supervision, "LOG_LIMIT", 1000)
    supervisor.watch(0)
    assert earlier.read_text().startswith("line 1\n")
    wait_for(200)
    assert log.read_bytes().startswith(b"line "), "the part goes on at the new beginning"
    wait_for(1001)
    with monkeypatch.context() as patched:

        def full(*_: object) -> None:
            raise OSError(28, "No space left on device")

        patched.setattr(processes.shutil, "copyfile", full)
        supervisor.watch(0)
    assert log.stat().st_size < 1000
    assert not earlier.exists()


def test_a_full_disk_does_not_end_the_supervisor(
    supervisor: Supervisor, tmp_path: Path, said: list[str], monkeypatch: pytest.MonkeyPatch
):
    supervisor.start(shell(tmp_path, "one"))
    supervisor.wait_healthy(["one"])
    supervisor.running["one"].since -= 3600
    first = pid_of(supervisor, "one")

    really_open = Path.open

    def full(path: Path, mode: str = "r", *rest: object, **options: object) -> object:
        if mode.startswith("r"):
            return really_open(path, mode, *rest, **options)
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "open", full)
        supervisor.running["one"].process.send(signal.SIGKILL)
        supervisor.running["one"].child.wait()
        supervisor.watch(0)
        assert "one cannot be started: No space left on device" in said
    supervisor.running["one"].next_start = 0
    supervisor.watch(0)
    assert pid_of(supervisor, "one") != first


def test_a_step_dies_with_a_killed_supervisor(tmp_path: Path):
    note = tmp_path / "step"
    child = os.fork()
    if child == 0:
        lost = Supervisor(tmp_path / "run", tmp_path / "logs", lambda _: None)
        lost.acquire()
        lost.run_step("demo", ("/bin/sh", "-c", f"echo $$ >{note}.new; mv {note}.new {note}; exec sleep 60"), {})
        os._exit(1)
    while not note.exists():
        time.sleep(0.01)
    step = identity.of(int(note.read_text()))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    while step.is_alive():
        time.sleep(0.01)
