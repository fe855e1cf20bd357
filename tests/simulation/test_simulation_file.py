"""Reading a simulation file: every mistake is said, in both languages, and nothing runs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from zuoxi.simulation.command import half_width, main
from zuoxi.simulation.mistakes import SENTENCES, ScenarioMistakes
from zuoxi.simulation.reading import read_scenario

GOOD = """
start = "09:00"
end = "11:00"
handling = { kind = "fixed", mean = 60 }

[[queue]]
name = "q"

[[hotline]]
number = "4008"
queue = "q"
[hotline.arrivals]
interval_minutes = 60
counts = [10, 20]

[[agents]]
name = "a"
count = 3
skills = { q = 5 }
"""
EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "day.toml"


def write(folder: Path, text: str) -> Path:
    file = folder / "day.toml"
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("old", "new", "where", "code"),
    [
        ('name = "q"', 'name = "q"\nprioriti = 1', "queue[1].prioriti", "unknown_near"),
        ('name = "q"', 'name = "q"\nzzz = 1', "queue[1].zzz", "unknown"),
        ('name = "q"', 'name = ""', "queue[1].name", "not_text"),
        ('name = "q"', 'name = "q"\ntime_limit = -1', "queue[1].time_limit", "too_small"),
        ('name = "q"', 'name = "q"\ntime_limit = "long"', "queue[1].time_limit", "not_number"),
        ('name = "q"', 'name = "q"\ntime_limit = nan', "queue[1].time_limit", "not_number"),
        ('name = "q"', 'name = "q"\npriority = 1.5', "queue[1].priority", "not_whole"),
        ('name = "q"', 'name = "q"\nskill = "none"', "queue[1].skill", "reference"),
        ('queue = "q"', 'queue = "x"', "hotline[1].queue", "reference"),
        ('queue = "q"', 'queue = "q"\nvip_skill = "x"', "hotline[1].vip_skill", "reference"),
        ('queue = "q"', 'queue = "q"\nvip_share = 1.5', "hotline[1].vip_share", "too_large"),
        ("counts = [10, 20]", "counts = [10, -2]", "hotline[1].arrivals.counts[2]", "too_small"),
        ("counts = [10, 20]", "counts = [10, 2, 3]", "hotline[1].arrivals.counts", "too_long"),
        ("counts = [10, 20]", "counts = [10, 2]\nrates = [1]", "hotline[1].arrivals", "either"),
        ("counts = [10, 20]", "counts = 5", "hotline[1].arrivals.counts", "not_list"),
        ("skills = { q = 5 }", "skills = { q = 11 }", "agents[1].skills.q", "too_large"),
        ("skills = { q = 5 }", "", "agents[1].skills", "missing"),
        ("count = 3", "count = 0", "agents[1].count", "too_small"),
        ("count = 3", 'shifts = [{ from = "10:00", to = "09:00" }]', "agents[1].shifts[1]", "order"),
        ("count = 3", 'shifts = [{ from = "9 am", to = "10:00" }]', "agents[1].shifts[1].from", "not_time"),
        ('end = "11:00"', 'end = "08:00"', "end", "order"),
        ('handling = { kind = "fixed", mean = 60 }', "", "handling", "missing"),
        ('kind = "fixed"', 'kind = "never"', "handling.kind", "not_choice"),
        ('handling = { kind = "fixed", mean = 60 }', "handling = 60", "handling", "not_table"),
    ],
)
def test_each_mistake_names_its_place(tmp_path: Path, old: str, new: str, where: str, code: str) -> None:
    assert old in GOOD
    with pytest.raises(ScenarioMistakes) as found:
        read_scenario(write(tmp_path, GOOD.replace(old, new)))
    assert (where, code) in [(dict(mistake.data).get("where"), mistake.code) for mistake in found.value.mistakes]
    for mistake in found.value.mistakes:
        assert mistake.sentence("zh") != mistake.sentence("en")
        assert where in found.value.mistakes[0].sentence("en") or len(found.value.mistakes) > 1


def test_all_mistakes_are_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(ScenarioMistakes) as found:
        read_scenario(write(tmp_path, "seeed = 3\n[[queue]]\n[[hotline]]\n"))
    said = {(dict(mistake.data)["where"], mistake.code) for mistake in found.value.mistakes}
    assert {
        ("seeed", "unknown_near"),
        ("queue[1].name", "missing"),
        ("hotline[1].number", "missing"),
        ("agents", "empty"),
    } <= said


def test_sentences_exist_in_both_languages() -> None:
    assert all(zh and en for zh, en in SENTENCES.values())


def test_the_command_prints_the_same_figures_as_text_and_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = str(write(tmp_path, GOOD))
    assert main([file, "--language", "en"]) == 0
    text = capsys.readouterr().out
    assert main([file, "--json"]) == 0
    plain = json.loads(capsys.readouterr().out)
    assert plain["total"]["offered"] == 30
    assert plain["queues"]["q"]["answered"] == plain["total"]["answered"]
    assert any(line.split()[:2] == ["total", "30"] for line in text.splitlines())


def test_replications_print_an_interval(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(EXAMPLE), "--json", "--replications", "3"]) == 0
    plain = json.loads(capsys.readouterr().out)
    assert plain["replications"] == 3
    assert plain["total"]["asa_seconds"]["half_width"] > 0
    assert half_width([1.0, 2.0, 3.0]) == pytest.approx(4.30 / 3**0.5)
    assert main([str(EXAMPLE), "--replications", "2", "--language=zh"]) == 0
    assert "接通率" in capsys.readouterr().out


@pytest.mark.parametrize(("language", "said"), [("zh_CN.UTF-8", "不能小于"), ("en_US.UTF-8", "at least")])
def test_mistakes_are_printed_in_the_users_language(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, language: str, said: str
) -> None:
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.delenv("LC_MESSAGES", raising=False)
    monkeypatch.setenv("LANG", language)
    assert main([str(write(tmp_path, GOOD.replace("count = 3", "count = -3")))]) == 2
    printed = capsys.readouterr()
    assert said in printed.err
    assert printed.out == ""


def test_files_that_are_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "missing.toml"), "--language", "en"]) == 2
    assert "cannot be read" in capsys.readouterr().err
    assert main([str(write(tmp_path, "a = [")), "--language", "en"]) == 2
    assert "not valid TOML" in capsys.readouterr().err
    assert main([str(write(tmp_path, GOOD)), "--replications", "0", "--language", "en"]) == 2
    assert "positive" in capsys.readouterr().err
