from __future__ import annotations

import os
import signal
import subprocess
from dataclasses import replace

import pytest

from zuoxi.installation import identity
from zuoxi.installation.identity import Identity


@pytest.fixture
def sleeper():
    process = subprocess.Popen(["sleep", "60"], start_new_session=True)
    yield process
    process.kill()
    process.wait()


def test_text_and_back(sleeper):
    who = identity.of(sleeper.pid)
    assert Identity.parse(f"{who} digest-of-the-command") == who
    for nonsense in ("", "12", "a b c", "12 x boot"):
        assert Identity.parse(nonsense) is None


def test_a_successor_with_the_same_number_is_not_hit(sleeper):
    successor = identity.of(sleeper.pid)
    gone = replace(successor, started=successor.started - 1)
    other_boot = replace(successor, boot="another")
    for stale in (gone, other_boot):
        assert not stale.is_alive()
        assert not stale.send(signal.SIGKILL)
    assert sleeper.poll() is None
    assert successor.send(signal.SIGKILL)
    assert sleeper.wait(5) == -signal.SIGKILL
    assert not successor.is_alive()


def test_what_a_dead_leader_left_is_ended_and_a_living_one_is_left_alone():
    leader = subprocess.Popen(
        ["sh", "-c", "sleep 60 & echo $!; wait"], start_new_session=True, stdout=subprocess.PIPE, text=True
    )
    child = identity.of(int(leader.stdout.readline()))
    leader.stdout.close()
    who = identity.of(leader.pid)
    identity.end_session(replace(who, started=who.started - 1))
    assert child.is_alive(), "a session whose number another process leads is not ours"
    leader.kill()
    leader.wait()
    identity.end_session(who)
    assert not child.is_alive()


def test_start_time_is_now_for_a_new_process(sleeper):
    me, new = identity.of(os.getpid()), identity.of(sleeper.pid)
    assert me.start_time() <= new.start_time()
