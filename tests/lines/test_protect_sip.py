"""Which addresses the guard is told to leave alone."""

from __future__ import annotations

import pytest

from zuoxi.lines.jobs import _addresses_of, _provider_hosts
from zuoxi.lines.protect_sip import exempt_networks
from zuoxi.platform.config import Settings, SipSettings, TrunkSettings
from zuoxi.telephony.guard import Watch


@pytest.mark.database
async def test_where_our_calls_go_is_never_banned(settings: Settings) -> None:
    trunk = TrunkSettings(
        addresses=("127.0.0.1", "198.51.100.0/24"), server="localhost:5060", user="u", password="p",
        outbound="203.0.113.9:5080",
    )  # fmt: skip
    mine = settings.model_copy(update={"trunk": trunk, "sip": SipSettings(never_banned=("192.0.2.0/28",))})
    assert _provider_hosts(mine) == {"localhost", "203.0.113.9"}
    found = [address for host in _provider_hosts(mine) for address in await _addresses_of(host)]
    watch = Watch(exempt_networks(mine, found))
    for exempt in ("203.0.113.9", "198.51.100.44", "192.0.2.3", "127.0.0.1", "127.0.0.2"):
        assert watch.exempt(exempt), exempt
    assert not watch.exempt("203.0.113.10")
    assert not watch.exempt("127.0.0.9")
    assert await _addresses_of("no-such-host.invalid") == []
