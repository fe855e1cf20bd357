"""The guard's decisions and its reading of the engine's log, without an engine."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zuoxi.telephony import guard
from zuoxi.telephony.guard import Ban, Kind, Offence, Refusals, Verdict

WATCHED = "203.0.113.7"
NOW = 1_700_000_000.0


def watch(*named: str) -> guard.Watch:
    return guard.Watch(guard.never_banned(named))


def feed(watching: guard.Watch, kind: Kind, count: int, *, every: float = 1.0, at: float = NOW) -> Verdict | None:
    for number in range(count):
        verdict = watching.observe(Offence(kind, WATCHED, at + number * every))
        if verdict is not None:
            return verdict
    return None


@pytest.mark.parametrize("limit", guard.LIMITS, ids=lambda limit: f"{limit.kind}-{limit.count}")
def test_each_limit_is_reached_by_its_count_and_not_before(limit: guard.Limit) -> None:
    every = limit.seconds / limit.count * 0.9
    assert feed(watch(), limit.kind, limit.count - 1, every=every) is None
    verdict = feed(watch(), limit.kind, limit.count, every=every)
    assert verdict is not None
    assert (verdict.address, verdict.kind) == (WATCHED, limit.kind)


def test_a_phone_with_an_old_name_that_asks_each_half_minute_is_let_be() -> None:
    assert feed(watch(), Kind.STRANGER, 59, every=61.0) is None


def test_an_address_that_proved_a_password_is_not_banned_for_what_can_be_forged() -> None:
    watching = watch()
    watching.observe(Offence(Kind.PROVEN, WATCHED, NOW))
    for kind in (Kind.STRANGER, Kind.UNANSWERED, Kind.MALFORMED):
        assert feed(watching, kind, 1000, every=0.01, at=NOW + 1) is None
    wrong = feed(watching, Kind.WRONG_PASSWORD, 1000, at=NOW + 1)
    assert wrong is not None
    assert wrong.count > 6, "an office has more patience than a stranger, and not for ever"
    later = feed(watching, Kind.STRANGER, 1000, every=0.01, at=NOW + 3700)
    assert later is not None, "an hour later the proof is old"


def test_the_challenge_that_a_phone_answers_is_no_offence() -> None:
    watching = watch()
    for number in range(2000):
        at = NOW + number
        assert watching.observe(Offence(Kind.UNANSWERED, WATCHED, at)) is None
        assert watching.observe(Offence(Kind.PROVEN, WATCHED, at + 0.1)) is None


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "127.0.0.2", "::1", "198.51.100.9", "::ffff:198.51.100.9", "nonsense"]
)
def test_trunk_and_edge_are_never_banned(address: str) -> None:
    watching = watch("198.51.100.0/24")
    for number in range(500):
        assert watching.observe(Offence(Kind.WRONG_PASSWORD, address, NOW + number)) is None


def test_bans_grow_longer_and_stop_growing() -> None:
    lengths = [guard.ban_seconds(earlier) for earlier in range(10)]
    assert lengths == sorted(lengths)
    assert lengths[0] == 600
    assert lengths[-1] == 86400


def test_what_was_forgiven_is_not_counted_again() -> None:
    watching = watch()
    assert feed(watching, Kind.STRANGER, 9) is None
    watching.forgive(WATCHED, NOW + 8)
    assert feed(watching, Kind.STRANGER, 9) is None, "the same lines read again"
    assert feed(watching, Kind.STRANGER, 10, at=NOW + 20) is not None


EVENT = (
    '[2026-11-22T19:21:03.988] SECURITY[958] res_security_log.c: SecurityEvent="{event}",'
    'EventTV="2026-11-22T19:21:03.988+0000",Severity="Error",Service="PJSIP",EventVersion="1",AccountID="{account}",'
    'SessionID="{session}",LocalAddress="IPV4/UDP/127.0.0.1/21213",RemoteAddress="IPV4/UDP/203.0.113.7/37653"{tail}'
)
CHALLENGE = ',Challenge="17/da",Response="b39",ExpectedResponse=""'


def line(event: str, account: str = "<unknown>", session: str = "abc", tail: str = ',Challenge=""') -> str:
    return EVENT.format(event=event, account=account, session=session, tail=tail)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (line("ChallengeSent"), Kind.STRANGER),
        (line("ChallengeSent", "a01"), Kind.UNANSWERED),
        (line("ChallengeResponseFailed", "a01", tail=CHALLENGE), Kind.WRONG_PASSWORD),
        (line("ChallengeResponseFailed", tail=CHALLENGE), Kind.WRONG_PASSWORD),
        (line("SuccessfulAuth", "a01", tail=',UsingPassword="1"'), Kind.PROVEN),
        (
            "[2026-11-22T19:21:09.996] WARNING[946] pjproject: <?>: \t       sip_transport.c Dropping 101 bytes packet "
            "from UDP 203.0.113.7:43372 : PJSIP syntax error exception when parsing 'From' header",
            Kind.MALFORMED,
        ),
    ],
)
def test_lines_are_read(text: str, kind: Kind) -> None:
    found = guard.parse_line(text)
    assert found is not None
    assert (found.kind, found.address) == (kind, WATCHED)


@pytest.mark.parametrize(
    "text",
    [
        line("RequestBadFormat"),
        line("ChallengeSent").replace("IPV4/UDP/203", "IPV4/WS/203"),
        "[2026-11-22T19:21:03.988] WARNING[1] res_pjsip.c: " + line("ChallengeSent"),
        "[2026-11-22T19:21:03.988] NOTICE[1] res_pjsip/pjsip_distributor.c: Request 'INVITE' failed",
        "",
    ],
)
def test_other_lines_tell_nothing(text: str) -> None:
    assert guard.parse_line(text) is None


@given(st.text(alphabet='abcXYZ019",=\\/.<> []', max_size=60))
def test_a_senders_own_words_never_name_another_address(words: str) -> None:
    """The Call-ID and the answer to a challenge are chosen by the sender."""
    poison = f'{words}",LocalAddress="IPV4/UDP/1.1.1.1/1",RemoteAddress="IPV4/UDP/6.6.6.6/1'
    quoted = poison.replace("\\", "\\\\").replace('"', '\\"')
    for text in (
        line("ChallengeSent", session=poison),
        line("ChallengeSent", session=poison + '",Challenge="'),
        line("ChallengeResponseFailed", session=poison, tail=CHALLENGE),
        line("ChallengeResponseFailed", tail=f',Challenge="{quoted}",Response="{quoted}",ExpectedResponse=""'),
    ):
        found = guard.parse_line(text)
        assert found is None or found.address == WATCHED


def test_the_file_is_read_as_it_grows_and_emptied_when_large(tmp_path: Path) -> None:
    path = tmp_path / "security.log"
    reader = guard.SecurityLog(path, largest=2000)
    assert list(reader.read()) == []
    whole = line("ChallengeSent") + "\n"
    path.write_text(whole + whole[:40])
    assert len(list(reader.read())) == 1
    with path.open("a") as file:
        file.write(whole[40:])
    assert len(list(reader.read())) == 1
    with path.open("a") as file:
        file.write(whole * 10)
    assert len(list(reader.read())) == 10
    assert path.stat().st_size == 0
    with path.open("a") as file:
        file.write(whole)
    assert len(list(reader.read())) == 1
    other = tmp_path / "other"
    other.write_text(whole * 2)
    other.replace(path)
    assert len(list(reader.read())) == 2, "another file under the same name"


class KeptBans:
    """Bans in memory; ``away`` makes it fail like a database that is gone."""

    def __init__(self) -> None:
        self.bans: list[Ban] = []
        self.away = False

    async def recent(self, since: float) -> Sequence[Ban]:
        if self.away:
            raise ConnectionError
        return list(self.bans)

    async def add(self, verdict: Verdict, banned: float, until: float) -> None:
        if self.away:
            raise ConnectionError
        self.bans.append(Ban(verdict.address, banned, until))


class ToldRefusals:
    """Remembers what the engine was told."""

    def __init__(self) -> None:
        self.refused: set[str] = set()

    async def hold(self, addresses: Sequence[str]) -> None:
        self.refused = set(addresses)


async def test_bans_hold_without_the_database_are_kept_later_expire_and_are_lifted(tmp_path: Path) -> None:
    path, bans, told = tmp_path / "security.log", KeptBans(), ToldRefusals()
    offence = guard.parse_line(line("ChallengeSent"))
    assert offence is not None
    now = [offence.at + 1]
    guarding = guard.Guard(watch(), guard.SecurityLog(path), cast(Refusals, told), bans, lambda: now[0])
    bans.away = True
    path.write_text((line("ChallengeSent") + "\n") * 10)
    await guarding.step()
    assert told.refused == {WATCHED}
    assert bans.bans == []
    bans.away = False
    await guarding.step()
    assert [ban.address for ban in bans.bans] == [WATCHED]
    now[0] += 601
    await guarding.step()
    assert told.refused == set(), "ten minutes are over"
    # another guard (the worker was killed) reads the same log again and bans nobody for it
    other = guard.Guard(watch(), guard.SecurityLog(path), cast(Refusals, told), bans, lambda: now[0])
    await other.step()
    assert len(bans.bans) == 1
    bans.bans.append(Ban(WATCHED, now[0], now[0] + 1000))
    now[0] += 3
    await other.step()
    assert told.refused == {WATCHED}
    bans.bans[-1] = Ban(WATCHED, now[0] - 3, now[0] + 1000, lifted=now[0])
    now[0] += 3
    await other.step()
    assert told.refused == set()


async def test_a_ban_of_the_trunk_that_was_stored_earlier_is_not_carried_out(tmp_path: Path) -> None:
    bans, told = KeptBans(), ToldRefusals()
    bans.bans = [Ban("198.51.100.9", NOW, NOW + 1000)]
    reader = guard.SecurityLog(tmp_path / "none")
    await guard.Guard(watch("198.51.100.9"), reader, cast(Refusals, told), bans, lambda: NOW + 1).step()
    assert told.refused == set()
