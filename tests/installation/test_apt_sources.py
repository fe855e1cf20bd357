from __future__ import annotations

from zuoxi.telephony.engine.apt_sources import debian_mirrors, parse

MACHINE = """
http://packages.cloud.example/apt/|cloud-sdk|main|cloud-sdk|cloud-sdk
http://deb.node.example/node_20.x/|nodistro|main|. nodistro|. nodistro
http://mirror.example/debian-security/|bookworm-security|main|Debian|Debian-Security
http://mirror.example/debian/|bookworm|main|Debian|Debian
http://mirror.example/debian/|bookworm-updates|main|Debian|Debian
http://mirror.example/debian/|bookworm|contrib|Debian|Debian
""".splitlines()


def test_the_debian_mirror_is_found_among_others():
    assert [source.uri for source in debian_mirrors(parse(MACHINE))] == ["http://mirror.example/debian/"]


def test_without_lists_every_main_is_tried_and_debian_first():
    unknown = [line.rsplit("|", 2)[0] + "||" for line in MACHINE if line]
    assert [source.uri for source in debian_mirrors(parse(unknown))] == [
        "http://mirror.example/debian/",
        "http://packages.cloud.example/apt/",
        "http://deb.node.example/node_20.x/",
    ]


def test_noise_is_skipped():
    assert parse(["", "W: something", "a|b"]) == []
