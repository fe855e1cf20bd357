"""Settings: read once, checked whole, and said in a sentence when they must be mended."""

from __future__ import annotations

from pathlib import Path

import pytest

from zuoxi.platform.config import PublicSettings, Settings, SettingsError

GOOD = """
[installation]
id = "abcd1234"
demo = true

[public]
host = "127.0.0.1"
port = 22080

[ports]
postgres = 22001
asterisk_http = 22002
sip = 22003
rtp_first = 22100
rtp_last = 22199
api = 22004
switchboard = 22005

[database]
owner_dsn = "postgresql://zuoxi_owner:hidden-owner@127.0.0.1:22001/zuoxi"
app_dsn = "postgresql://zuoxi_app:hidden-app@127.0.0.1:22001/zuoxi"
narrow_dsn = "postgresql://zuoxi_narrow:hidden-narrow@127.0.0.1:22001/zuoxi"

[ari]
url = "http://127.0.0.1:22002"
user = "zuoxi"
password = "hidden-ari"

[secrets]
session = "hidden-session-secret"
desk_token = "hidden-desk-secret"
first_administrator = "hidden-first"
"""


def _write(folder: Path, text: str) -> Path:
    (folder / "settings.toml").write_text(text, "utf-8")
    return folder


def test_good_settings_are_read(tmp_path: Path) -> None:
    settings = Settings.read(_write(tmp_path, GOOD))
    assert settings.ports.api == 22004
    assert settings.public.origin == "http://127.0.0.1:22080"
    assert settings.folder("recordings") == tmp_path / "recordings"
    assert settings.folder("engine") == tmp_path / "asterisk"


def test_secrets_are_not_shown(tmp_path: Path) -> None:
    assert "hidden" not in repr(Settings.read(_write(tmp_path, GOOD)))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("port = 22080", "port = 99999", "public.port"),
        ('id = "abcd1234"', 'id = "A B"', "installation.id"),
        ("rtp_last = 22199", "rtp_last = 22100", "rtp_last must be larger than rtp_first"),
        ("port = 22080", 'port = 22080\nscheme = "https"', "certificate and key must be given"),
        ("api = 22004", "", "ports.api: Field required"),
        ("demo = true", "demo = true\ncolour = 1", "installation.colour"),
        ('session = "hidden-session-secret"', 'session = "hidden"', "secrets.session"),
        ("[installation]", "[installation", "is not valid TOML"),
    ],
)
def test_faults_are_said_without_the_values(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in GOOD
    with pytest.raises(SettingsError) as raised:
        Settings.read(_write(tmp_path, GOOD.replace(old, new)))
    assert said in str(raised.value)
    assert "hidden" not in str(raised.value)


def test_a_missing_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"Run `\./zuoxi up` first"):
        Settings.read(tmp_path)


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("127.0.0.1", True),
        ("127.3.2.1", True),
        ("localhost", True),
        ("::1", True),
        ("0.0.0.0", False),
        ("192.168.1.5", False),
        ("zuoxi.example", False),
    ],
)
def test_which_addresses_only_this_machine_reaches(host: str, local: bool) -> None:
    assert PublicSettings(host=host, port=80).local_only is local


def test_usual_ports_are_left_out_of_the_origin() -> None:
    assert PublicSettings(host="zuoxi.example", port=80).origin == "http://zuoxi.example"
    assert PublicSettings(host="::1", port=8080).origin == "http://[::1]:8080"
