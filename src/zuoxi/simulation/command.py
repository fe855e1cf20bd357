"""``./zuoxi simulate FILE.toml``: run the day, print its figures."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable
from math import sqrt
from pathlib import Path
from random import Random
from statistics import mean, stdev
from typing import Any
from unicodedata import east_asian_width

from zuoxi.simulation.measures import Figures
from zuoxi.simulation.mistakes import ScenarioMistakes
from zuoxi.simulation.reading import read_scenario
from zuoxi.simulation.run import simulate
from zuoxi.simulation.scenario import Scenario

# Two-sided 95 % quantiles of Student's t by degrees of freedom; beyond the table the normal's 1.96 is near enough.
_T95 = (12.71, 4.30, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26, 2.23, 2.20, 2.18, 2.16, 2.14, 2.13)

_TEXTS: dict[str, tuple[str, str]] = {
    "usage": ("在模拟时间中运行路由,打印当天指标", "run the routing over simulated time and print the day's figures"),
    "file": ("模拟文件(TOML)", "the simulation file (TOML)"),
    "json": ("输出 JSON", "print JSON"),
    "replications": ("重复次数(种子依次不同)", "how many times, each with a seed of its own"),
    "language": ("输出语言", "language of the output"),
    "wrong": ("{file} 中有 {count} 处需要修改:", "{file}: {count} to mend:"),
    "positive": ("--replications 必须为正整数。", "--replications must be a positive whole number."),
    "queue": ("队列", "queue"),
    "total": ("合计", "total"),
    "offered": ("呼入", "offered"),
    "answered": ("接通", "answered"),
    "abandoned": ("放弃", "abandoned"),
    "timed_out": ("超时", "timed out"),
    "answer_rate": ("接通率", "answer rate"),
    "service_level": ("服务水平", "service level"),
    "asa_seconds": ("平均应答(秒)", "ASA (s)"),
    "longest_wait_seconds": ("最长等待(秒)", "longest wait (s)"),
    "aht_seconds": ("平均处理时长(秒)", "AHT (s)"),
    "occupancy": ("占用率", "occupancy"),
    "utilisation": ("工时利用率", "utilisation"),
    "signed_in_hours": ("签入工时(小时)", "signed-in hours"),
    "callbacks": ("待回呼", "callbacks"),
    "runs": (
        "{count} 次模拟的平均值 ± 95% 置信区间半宽(种子 {seed} 起)",
        "means of {count} runs ± half the 95 % confidence interval (seeds from {seed})",
    ),
    "run": ("种子 {seed}", "seed {seed}"),
}
_COLUMNS = (
    "offered",
    "answered",
    "abandoned",
    "timed_out",
    "answer_rate",
    "service_level",
    "asa_seconds",
    "longest_wait_seconds",
)
_SHARES = {"answer_rate", "service_level", "occupancy", "utilisation"}


def main(argv: list[str] | None = None) -> int:
    """Exit code 0, or 2 when the file or the options cannot be used (each mistake as a sentence on stderr)."""
    arguments = sys.argv[1:] if argv is None else argv
    language = _language(arguments)
    say = _speaker(language)
    parser = argparse.ArgumentParser(prog="zuoxi simulate", description=say("usage"), allow_abbrev=False)
    parser.add_argument("file", type=Path, metavar="FILE.toml", help=say("file"))
    parser.add_argument("--json", action="store_true", help=say("json"))
    parser.add_argument("--replications", type=int, default=1, metavar="N", help=say("replications"))
    parser.add_argument("--language", choices=("zh", "en"), help=say("language"))
    options = parser.parse_args(arguments)
    if options.replications < 1:
        sys.stderr.write(say("positive") + "\n")
        return 2
    try:
        scenario = read_scenario(options.file)
    except ScenarioMistakes as found:
        sys.stderr.write(say("wrong", file=options.file, count=len(found.mistakes)) + "\n")
        for mistake in found.mistakes:
            sys.stderr.write(f"- {mistake.sentence(language)}\n")
        return 2
    days = replicate(scenario, options.replications)
    if options.json:
        sys.stdout.write(json.dumps(_plain(scenario, days), ensure_ascii=False, indent=2) + "\n")
    else:
        sys.stdout.write(_table(scenario, days, say))
    return 0


def replicate(scenario: Scenario, count: int) -> list[Figures]:
    """The day ``count`` times, with seeds seed, seed + 1, …"""
    # Repeatable, not secret: the standard generator is what is wanted.
    return [simulate(scenario, Random(scenario.seed + number)) for number in range(count)]  # noqa: S311


def half_width(values: list[float]) -> float:
    """Half of the 95 % confidence interval of the mean, by Student's t; 0 for a single value."""
    if len(values) < 2:
        return 0.0
    quantile = _T95[len(values) - 2] if len(values) - 2 < len(_T95) else 1.96
    return quantile * stdev(values) / sqrt(len(values))


def _language(arguments: list[str]) -> str:
    for index, argument in enumerate(arguments):
        if argument == "--language" and index + 1 < len(arguments):
            return "en" if arguments[index + 1] == "en" else "zh"
        if argument.startswith("--language="):
            return "en" if argument.endswith("=en") else "zh"
    chosen = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return "zh" if chosen.lower().startswith("zh") else "en"


def _speaker(language: str) -> Callable[..., str]:
    place = 0 if language == "zh" else 1
    return lambda key, **data: _TEXTS[key][place].format(**data)


def _plain(scenario: Scenario, days: list[Figures]) -> dict[str, Any]:
    runs = [day.plain() for day in days]
    return {"seed": scenario.seed, "replications": len(runs), **_merged(runs)}


def _merged(runs: list[dict[str, Any]]) -> dict[str, Any]:
    """One run as it is; several as the means, with the half widths of their intervals beside them."""
    if len(runs) == 1:
        return runs[0]
    merged: dict[str, Any] = {}
    for key, first in runs[0].items():
        if isinstance(first, dict):
            merged[key] = _merged([run[key] for run in runs if key in run])
        else:
            values = [float(run[key]) for run in runs]
            merged[key] = {"mean": mean(values), "half_width": half_width(values)}
    return merged


def _table(scenario: Scenario, days: list[Figures], say: Callable[..., str]) -> str:
    runs = [day.plain() for day in days]
    names = [queue.id for queue in scenario.configuration.queues if any(queue.id in run["queues"] for run in runs)]
    rows = [[say("queue"), *(say(column) for column in _COLUMNS)]]
    for name in names:
        rows.append([name, *_cells([run["queues"][name] for run in runs if name in run["queues"]], _COLUMNS)])
    rows.append([say("total"), *_cells([run["total"] for run in runs], _COLUMNS)])
    widths = [max(_width(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = []
    for row in rows:
        first = row[0] + " " * (widths[0] - _width(row[0]))
        lines.append(
            "  ".join([first, *(" " * (w - _width(cell)) + cell for cell, w in zip(row[1:], widths[1:], strict=True))])
        )
    lines.insert(1, "-" * (sum(widths) + 2 * (len(widths) - 1)))
    lines.append("")
    agents = ("aht_seconds", "occupancy", "utilisation", "signed_in_hours")
    found = _cells([run["agents"] for run in runs], agents)
    lines.append("   ".join(f"{say(name)} {cell}" for name, cell in zip(agents, found, strict=True)))
    lines.append(f"{say('callbacks')} {_cells(runs, ('callbacks',))[0]}")
    lines.append(say("runs", count=len(runs), seed=scenario.seed) if len(runs) > 1 else say("run", seed=scenario.seed))
    return "\n".join(lines) + "\n"


def _cells(rows: list[dict[str, float]], columns: tuple[str, ...]) -> list[str]:
    cells = []
    for column in columns:
        values = [float(row[column]) for row in rows]
        centre, half = mean(values), half_width(values)
        if column in _SHARES:
            text = f"{centre * 100:.1f}%" if len(values) == 1 else f"{centre * 100:.1f}% ±{half * 100:.1f}"
        elif len(values) > 1:
            text = f"{centre:.1f} ±{half:.1f}"
        else:
            text = f"{centre:.1f}" if column.endswith(("seconds", "hours")) else f"{centre:.0f}"
        cells.append(text)
    return cells


def _width(text: str) -> int:
    """Columns on a terminal: wide characters take two."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


if __name__ == "__main__":
    raise SystemExit(main())
