from __future__ import annotations

import socket
import stat
from pathlib import Path

import pytest

from zuoxi.installation import ports, settings_file
from zuoxi.installation.ports import Reservations
from zuoxi.installation.settings_file import SettingsFileError, Wishes
from zuoxi.platform.config import Settings, SettingsError


@pytest.fixture
def taken():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def settled(content: dict, wishes: Wishes = Wishes()) -> dict:
    """As an ``up`` that ends at once: its reservations are gone."""
    with Reservations() as reserved:
        return settings_file.settle(content, wishes, reserved)


def made(wishes: Wishes) -> dict:
    return settled(settings_file.first(wishes, None), wishes)


def test_a_new_installation_is_readable_and_closed_to_others(tmp_path: Path):
    content = made(Wishes(port=free_port(), demo=False))
    settings_file.write(tmp_path, content)
    assert stat.S_IMODE((tmp_path / "settings.toml").stat().st_mode) == 0o600
    settings = Settings.read(tmp_path)
    assert settings.public.origin == f"http://127.0.0.1:{content['public']['port']}"
    assert not settings.installation.demo
    assert f":{settings.ports.postgres}/" in settings.database.app_dsn.get_secret_value()
    assert settings.ari.url.endswith(f":{settings.ports.asterisk_http}")
    numbers = [v for k, v in content["ports"].items() if not k.startswith("rtp")] + [content["public"]["port"]]
    assert len(set(numbers)) == len(numbers)


def test_two_installations_share_no_secret():
    one, two = made(Wishes(port=free_port())), made(Wishes(port=free_port()))
    assert not set(one["secrets"].values()) & set(two["secrets"].values())
    assert one["ari"]["password"] != two["ari"]["password"]
    assert one["database"] != two["database"]


def test_kept_ports_stay_and_taken_ones_are_replaced_everywhere(taken: int):
    content = made(Wishes(port=free_port()))
    again = settled(content)
    assert again == content
    content["ports"]["postgres"] = taken
    old = f"@127.0.0.1:{taken}/"
    for name, dsn in content["database"].items():
        content["database"][name] = f"{dsn.split('@')[0]}{old}zuoxi"
    mended = settled(content)
    assert mended["ports"]["postgres"] != taken
    assert all(f":{mended['ports']['postgres']}/zuoxi" in dsn and old not in dsn for dsn in mended["database"].values())


def test_someone_elses_database_is_left_alone():
    content = made(Wishes(port=free_port()))
    content["database"] = dict.fromkeys(content["database"], "postgresql://u:p@db.example:5432/zuoxi")
    assert settled(content)["database"] == content["database"]


def test_a_taken_public_port_is_said(taken: int):
    with pytest.raises(SettingsFileError, match=rf"Port {taken} .* --port"):
        made(Wishes(port=taken))


def test_an_address_that_is_not_ours_is_said():
    with pytest.raises(SettingsFileError, match=r"192\.0\.2\.77 is not an address of this machine"):
        made(Wishes(port=free_port(), host="192.0.2.77"))


def test_another_host_means_https_and_going_back_means_http(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(settings_file, "bind_address", lambda host: host)
    monkeypatch.setattr(settings_file.ports, "is_free", lambda *_, **__: True)
    content = made(Wishes(port=18080))
    away = settled(content, Wishes(host="10.1.2.3"))
    assert (away["public"]["scheme"], away["public"]["host"]) == ("https", "10.1.2.3")
    assert settled(away)["public"]["scheme"] == "https"
    back = settled(away, Wishes(host="127.0.0.1"))
    assert back["public"]["scheme"] == "http"
    assert "certificate" not in back["public"]


def test_a_broken_file_is_said(tmp_path: Path):
    (tmp_path / "settings.toml").write_text("[public\n")
    with pytest.raises(SettingsFileError, match="cannot be read"):
        settings_file.load(tmp_path)


def test_the_trunks_addresses_are_kept_and_checked(tmp_path: Path):
    wishes = Wishes(port=free_port(), trunk=("192.0.2.0/24", "198.51.100.7"))
    content = made(wishes)
    again = settled(content)
    settings_file.write(tmp_path, again)
    assert Settings.read(tmp_path).trunk.addresses == ("127.0.0.1", "192.0.2.0/24", "198.51.100.7")
    content["trunk"]["addresses"] = ["the provider"]
    settings_file.write(tmp_path, content)
    with pytest.raises(SettingsError, match="addresses"):
        Settings.read(tmp_path)
    content["trunk"] = {"server": "sip.example"}
    settings_file.write(tmp_path, content)
    with pytest.raises(SettingsError, match="needs user and password"):
        Settings.read(tmp_path)


def test_the_same_command_again_changes_nothing_and_another_does():
    wishes = Wishes(port=free_port(), host="127.0.0.1", trunk=("192.0.2.1",), demo_logins_public=True)
    content = made(wishes)
    assert not settings_file.changes(content, wishes)
    assert not settings_file.changes(content, Wishes())
    for other in (
        Wishes(port=content["public"]["port"] + 1),
        Wishes(host="127.0.0.5"),
        Wishes(certificate=Path("/a"), key=Path("/b")),
        Wishes(demo_logins_public=False),
        Wishes(trunk=("192.0.2.2",)),
    ):
        assert settings_file.changes(content, other), other


def test_centres_that_start_at_the_same_time_choose_apart():
    """Nobody listens yet: the second must keep away from what the first has only chosen."""
    numbers = []
    with Reservations() as one, Reservations() as two:
        for reserved in (one, two):
            wishes = Wishes()
            content = settings_file.settle(settings_file.first(wishes, None), wishes, reserved)
            numbers.append({content["public"]["port"], *content["ports"].values(), content["ports"]["sip"] + 1})
        assert not numbers[0] & numbers[1]
        wanted = content["public"]["port"]
        with pytest.raises(SettingsFileError, match=f"Port {wanted} "):
            made(Wishes(port=wanted))
    assert made(Wishes(port=wanted))["public"]["port"] == wanted


def test_another_sip_port_is_free_reserved_and_written(tmp_path: Path):
    content = made(Wishes(port=free_port()))
    settings_file.write(tmp_path, content)
    old = content["ports"]["sip"]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger, Reservations() as reserved:
        stranger.bind(("127.0.0.1", old))
        port = settings_file.another_sip_port(tmp_path, ("127.0.0.1",), reserved)
        assert port != old
        with socket.socket() as over_tls:
            over_tls.bind(("127.0.0.1", port + 1))
        assert ports.is_free(port, udp=True)
        with Reservations() as other:
            assert not other.take(port, ("127.0.0.1",))
    assert settings_file.load(tmp_path) == content | {"ports": content["ports"] | {"sip": port}}
