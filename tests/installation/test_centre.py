"""Whole centres, started and stopped as a person does it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.fixtures.centre import Centre, started_centre, zuoxi

from zuoxi.installation import identity
from zuoxi.installation.parts import ORDER


@pytest.fixture(scope="module")
def empty_centre() -> Iterator[Centre]:
    with started_centre("--no-demo") as made:
        yield made


def get(url: str) -> int:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return int(answer.status)


def test_six_parts_answer_under_an_unprivileged_account(empty_centre: Centre):
    found = empty_centre.status()
    assert found["phase"] == "ready"
    assert set(found["parts"]) == set(ORDER)
    for name, part in found["parts"].items():
        assert part["running"], name
        assert part["healthy"], name
        assert Path(f"/proc/{part['pid']}").stat().st_uid != 0, f"{name} runs as root"
    for path in ("/", "/api/health", "/desk/health"):
        assert get(empty_centre.url + path) == 200
    assert empty_centre.data.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("part", ORDER)
def test_any_part_may_die_and_comes_back(empty_centre: Centre, part: str):
    before = {name: empty_centre.wait_well(name) for name in ORDER}
    old = empty_centre.kill(part)
    empty_centre.wait_well(part, not_pid=old)
    after = {name: empty_centre.wait_well(name) for name in ORDER}
    assert {name for name in ORDER if before[name] != after[name]} == {part}


def test_a_sip_port_that_was_taken_is_replaced_and_said(empty_centre: Centre):
    """Another program takes the port while the engine is away: calls go on at another one, and everybody is told."""
    empty_centre.wait_well("switchboard")
    old = empty_centre.settings.ports.sip
    before = empty_centre.wait_well("asterisk")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        empty_centre.kill("asterisk")
        while True:
            with contextlib.suppress(OSError):
                stranger.bind(("127.0.0.1", old))
                break
        empty_centre.wait_well("asterisk", not_pid=before)
        new = empty_centre.settings.ports.sip
        assert new != old
        found = zuoxi("status", "--data", str(empty_centre.data)).stdout
        assert f"Port {old} is another program's: SIP is on port {new} now." in found
        told = [line for line in empty_centre.log("supervisor").splitlines() if f"SIP is on port {new}" in line]
        assert len(told) == 1
        for name in ORDER:
            empty_centre.wait_well(name)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as caller:
        caller.settimeout(30)
        caller.connect(("127.0.0.1", new))
        host, port = caller.getsockname()
        caller.send(
            f"OPTIONS sip:{host}:{new} SIP/2.0\r\nVia: SIP/2.0/UDP {host}:{port};branch=z9hG4bK1;rport\r\n"
            f"From: <sip:a@{host}>;tag=1\r\nTo: <sip:b@{host}>\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\n"
            f"Max-Forwards: 70\r\nContent-Length: 0\r\n\r\n".encode()
        )
        assert caller.recv(4096).startswith(b"SIP/2.0 ")


def test_up_again_says_that_it_runs_and_changes_nothing(empty_centre: Centre):
    before = empty_centre.status()["supervisor"]
    again = zuoxi("up", "--data", str(empty_centre.data), expect=0)
    assert empty_centre.url in again.stdout
    assert empty_centre.status()["supervisor"] == before


def test_a_second_centre_comes_and_ctrl_c_ends_it_alone(empty_centre: Centre):
    before = {name: empty_centre.pid(name) for name in ORDER}
    with started_centre("--no-demo") as second:
        one, two = (set(each.settings.ports.model_dump(exclude_none=True).values()) for each in (empty_centre, second))
        assert not one & two
        assert empty_centre.settings.installation.id != second.settings.installation.id
        assert get(second.url + "/api/health") == 200
        supervisor = identity.of(int(second.status()["supervisor"]))
        parts = [identity.of(second.pid(name)) for name in ORDER]
        supervisor.send(signal.SIGINT)
        while supervisor.is_alive():
            time.sleep(0.05)
        assert not [part for part in parts if part.is_alive()]
        assert second.status()["phase"] == "stopped"
    assert {name: empty_centre.pid(name) for name in ORDER} == before
    assert get(empty_centre.url + "/api/health") == 200


def test_parts_outlive_a_killed_supervisor_and_are_taken_over(empty_centre: Centre):
    before = {name: empty_centre.pid(name) for name in ORDER}
    os.kill(int(empty_centre.status()["supervisor"]), signal.SIGKILL)
    while empty_centre.status()["phase"] != "unsupervised":
        time.sleep(0.05)
    assert get(empty_centre.url + "/api/health") == 200
    port = str(empty_centre.settings.public.port)
    zuoxi("up", "--detach", "--data", str(empty_centre.data), "--port", port, expect=0)
    assert {name: empty_centre.wait_well(name) for name in ORDER} == before


def test_the_one_time_secret_is_shown_only_until_it_was_used(empty_centre: Centre):
    """Parts that outlived a killed supervisor spare the test a whole start."""

    def taken_over() -> str:
        os.kill(int(empty_centre.status()["supervisor"]), signal.SIGKILL)
        while empty_centre.status()["phase"] != "unsupervised":
            time.sleep(0.05)
        return zuoxi("up", "--detach", "--data", str(empty_centre.data), expect=0).stdout

    secret = empty_centre.settings.secrets.first_administrator.get_secret_value()
    assert secret in taken_over()
    body = {"secret": secret, "login": "boss", "password": "a long enough one", "name": "老板", "tenant_name": "好家"}
    request = urllib.request.Request(
        empty_centre.url + "/api/first-administrator",
        json.dumps(body).encode(),
        {"Content-Type": "application/json", "X-Zuoxi": "1"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        assert answer.status == 204
    said = taken_over()
    assert empty_centre.url in said
    assert secret not in said
    assert "first administrator" not in said


def test_up_on_a_running_centre_says_where_it_is_and_keeps_its_log(empty_centre: Centre):
    log = empty_centre.data / "logs" / "supervisor.log"
    before = log.read_bytes()
    said = zuoxi("up", "--detach", "--data", str(empty_centre.data), expect=0).stdout
    assert empty_centre.url in said
    assert log.read_bytes() == before


def test_logs_show_what_a_part_said(empty_centre: Centre):
    said = zuoxi("logs", "postgres", "--data", str(empty_centre.data), expect=0).stdout
    assert "ready to accept connections" in said
    assert zuoxi("logs", "teapot", "--data", str(empty_centre.data)).returncode == 2


def test_whoever_writes_a_log_appends_so_that_it_may_be_cut_short(empty_centre: Centre):
    logs = empty_centre.data / "logs"
    found: dict[str, set[str]] = {}
    writers = {name: empty_centre.pid(name) for name in ORDER} | {
        "supervisor": int(empty_centre.status()["supervisor"])
    }
    for name, pid in writers.items():
        for opened in Path(f"/proc/{pid}/fd").iterdir():
            with contextlib.suppress(OSError):
                target = opened.readlink()
                if target.parent == logs:
                    flags = Path(f"/proc/{pid}/fdinfo/{opened.name}").read_text().split("flags:")[1].split()[0]
                    assert int(flags, 8) & os.O_APPEND, (name, target)
                    found.setdefault(name, set()).add(target.name)
    assert all(f"{name}.log" in found[name] for name in writers)


def test_no_secret_stands_in_a_log_or_a_command_line(empty_centre: Centre):
    content = (empty_centre.data / "settings.toml").read_text()
    secrets = [word for line in content.splitlines() for word in line.replace(":", '"').replace("@", '"').split('"')]
    secrets = [word for word in secrets if len(word) >= 32 and "/" not in word]
    assert len(secrets) >= 6
    shown = content.split("first_administrator = ")[1].split('"')[1]
    texts = {log.name: log.read_text(errors="replace") for log in (empty_centre.data / "logs").glob("*.log")}
    for name in ORDER:
        texts[f"command of {name}"] = Path(f"/proc/{empty_centre.pid(name)}/cmdline").read_text(errors="replace")
    for where, text in texts.items():
        for secret in (*secrets, *([] if where == "supervisor.log" else [shown])):
            assert secret not in text, where


def test_what_cannot_be_served_is_said_in_a_sentence(empty_centre: Centre, tmp_path: Path):
    taken = str(empty_centre.settings.public.port)
    place = empty_centre.data.parent
    refused = zuoxi("up", "--detach", "--data", str(place / "other"), "--port", taken)
    assert refused.returncode == 1
    assert f"Port {taken} of 127.0.0.1 is taken" in refused.stdout
    assert "Traceback" not in refused.stdout + refused.stderr
    refused = zuoxi("up", "--detach", "--data", str(place / "other"), "--host", "192.0.2.77")
    assert refused.returncode == 1
    assert "192.0.2.77 is not an address of this machine" in refused.stdout
    refused = zuoxi("up", "--data", str(place / "other"), "--certificate", "/nowhere.pem", "--key", "/nowhere.key")
    assert refused.returncode == 2
    assert "There is no file /nowhere.pem" in refused.stdout
    refused = zuoxi("up", "--data", str(place / "other"), "--certificate", "/nowhere.pem")
    assert "go together" in refused.stdout
    assert not (place / "other").exists(), "what is refused leaves nothing unfinished"
    refused = zuoxi("fly")
    assert refused.returncode == 1
    assert "there is no command «fly»" in refused.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can hand a folder to the account")
def test_a_folder_that_the_account_cannot_reach_is_said(empty_centre: Centre):
    closed = empty_centre.data.parent / "closed"
    closed.mkdir(mode=0o700)
    refused = zuoxi("up", "--data", str(closed / "data"))
    assert refused.returncode == 1
    assert "cannot reach" in refused.stdout
    strange = empty_centre.data.parent / "strange"
    strange.mkdir()
    (strange / "thesis.txt").write_text("precious")
    refused = zuoxi("up", "--data", str(strange))
    assert "holds files that are not Zuoxi's" in refused.stdout
    assert (strange / "thesis.txt").stat().st_uid == 0


def test_status_as_json_is_json_alone(empty_centre: Centre):
    done = subprocess.run(
        [str(Path(os.environ["ZUOXI_CLONE"]) / "zuoxi"), "status", "--json", "--data", str(empty_centre.data)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert json.loads(done.stdout)["phase"] == "ready"
    assert done.returncode == 0
    assert done.stderr == ""


def test_a_first_run_that_was_cut_off_is_mended(empty_centre: Centre):
    """The last one: it makes the centre anew."""
    zuoxi("down", "--data", str(empty_centre.data), expect=0)
    # as if the machine had lost power while the database was made
    cluster = empty_centre.data / "postgres" / "cluster"
    cluster.rename(cluster.with_name("cluster.building"))
    (empty_centre.data / "run" / "prompts-spoken").unlink()
    zuoxi("up", "--detach", "--data", str(empty_centre.data), expect=0)
    assert all(part["healthy"] for part in empty_centre.status()["parts"].values())
