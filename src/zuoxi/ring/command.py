"""The command line of ``./zuoxi ring``."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import sys
from collections.abc import Coroutine, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from zuoxi.lines import EspeakVoice, Language
from zuoxi.platform.config import Settings, SettingsError
from zuoxi.ring.install_sipp import ensure_sipp
from zuoxi.ring.plan import People, is_number, plan_calls, read_people
from zuoxi.ring.robots import NoCentre, RobotReport, agent_logins, robots
from zuoxi.ring.texts import AGENT_SAYS, CALLER_SAYS, Speaker, speaker
from zuoxi.telephony.phone.audio import RATE, Pcm
from zuoxi.telephony.sipp import CallProgress, SippCallers, SippError, SippPlan


def main(argv: Sequence[str] | None = None) -> int:
    """Exit code 0 when every call was answered or refused by the centre, 1 when some were lost, 2 for wrong options."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    language = _language(arguments)
    say = speaker(language)
    options = _parser(say).parse_args(arguments)
    try:
        settings = Settings.read(options.data)
        wrong = _mistake(options, say)
        if wrong:
            return _fail(wrong)
        people = _people(options.data)
        if options.to is None and not people.hotlines:
            return _fail(say("no_demo", data=options.data, name="demo.json"))
        logins = _logins(options.data) if options.answer else []
        if options.answer and not logins:
            return _fail(say("no_logins", data=options.data))
    except SettingsError as error:
        return _fail(str(error))
    why = ensure_sipp(lambda: _print(say("installing")))
    if why is not None:
        return _fail(say("no_sipp", why=why))
    calls = plan_calls(people, options.count, options.caller, options.to)
    try:
        return asyncio.run(_until_told(_ring(settings, options, calls, logins, say, language)))
    except NoCentre as error:
        return _fail(say("not_running", detail=error))
    except SippError as error:
        return _fail(str(error))
    except KeyboardInterrupt:
        return 130


def _parser(say: Speaker) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="zuoxi ring", description=say("usage"), allow_abbrev=False)
    default = Path(os.environ.get("ZUOXI_DATA", "data"))
    parser.add_argument("--data", type=Path, default=default, help=say("data"))
    parser.add_argument("--from", dest="caller", metavar="N", help=say("from"))
    parser.add_argument("--to", metavar="N", help=say("to"))
    parser.add_argument("--count", type=int, default=1, metavar="N", help=say("count"))
    parser.add_argument("--rate", type=float, default=1.0, metavar="R", help=say("rate"))
    parser.add_argument("--hold", type=float, default=60.0, metavar="S", help=say("hold"))
    parser.add_argument("--answer", type=int, nargs="?", const=2, metavar="N", help=say("answer"))
    parser.add_argument("--language", choices=("zh", "en"), help=say("language"))
    return parser


def _mistake(options: argparse.Namespace, say: Speaker) -> str | None:
    if min(options.count, options.rate, options.hold) <= 0 or (options.answer is not None and options.answer <= 0):
        return say("positive")
    for value in (options.caller, options.to):
        if value is not None and not is_number(value):
            return say("number", value=value)
    return None


async def _until_told(work: Coroutine[Any, Any, int]) -> int:
    """SIGTERM and a closed terminal end the calls as Ctrl-C does: callers hang up, robots sign out, SIPp is gone."""
    task = asyncio.ensure_future(work)
    told: list[signal.Signals] = []

    def end(how: signal.Signals) -> None:
        told.append(how)
        task.cancel()

    for each in (signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(each, end, each)
    try:
        return await task
    except asyncio.CancelledError:
        if not told:
            raise
        return 128 + told[0]


async def _ring(
    settings: Settings,
    options: argparse.Namespace,
    calls: list[tuple[str, str]],
    logins: list[tuple[str, str]],
    say: Speaker,
    language: str,
) -> int:
    caller_voice = await asyncio.to_thread(_voice, CALLER_SAYS, language)
    report = RobotReport()
    chance = Random()  # noqa: S311 - how robots behave is no secret
    async with AsyncExitStack() as stack:
        if options.answer:
            agent_voice = await asyncio.to_thread(_voice, AGENT_SAYS, language)
            names, report = await stack.enter_async_context(
                robots(
                    settings,
                    logins,
                    options.answer,
                    agent_voice,
                    chance,
                    lambda name, number: _print(say("robot_took", name=name, number=number)),
                    lambda name, why: _print(say("robot_stopped", name=name, why=why)),
                )
            )
            if not names:
                return _fail(say("no_robot"))
            _print(say("robots", count=len(names), names="、".join(names) if language == "zh" else ", ".join(names)))
        _print(say("placing", count=len(calls)))
        server = "127.0.0.1", settings.ports.sip
        plan = SippPlan(server, calls, hold=options.hold, rate=options.rate, sound=caller_voice)
        callers = await stack.enter_async_context(SippCallers(plan))
        await _follow(callers, say)
    _print(_summary(callers.calls, report, say))
    return 1 if any(call.state in ("lost", "planned") for call in callers.calls) else 0


async def _follow(callers: SippCallers, say: Speaker) -> None:
    """Print each call when it ends."""
    shown: set[int] = set()
    try:
        while len(shown) < len(callers.calls):
            await callers.reached("over", len(shown) + 1)
            for index, call in enumerate(callers.calls):
                if call.over and index not in shown:
                    shown.add(index)
                    _print(_line(call, say))
    except SippError:
        for index, call in enumerate(callers.calls):
            if index not in shown:
                _print(_line(call, say))


def _line(call: CallProgress, say: Speaker) -> str:
    answered, talked = say("never"), 0.0
    if call.answered_at is not None and call.placed_at is not None:
        answered = say("after", seconds=call.answered_at - call.placed_at)
        talked = (call.ended_at or call.answered_at) - call.answered_at
    end = say(call.state, status=call.status)
    return say("line", caller=call.caller, dialled=call.dialled, answered=answered, talked=talked, end=end)


def _summary(calls: list[CallProgress], report: RobotReport, say: Speaker) -> str:
    states = [call.state for call in calls]
    counted = {state: states.count(state) for state in ("released", "hung_up", "refused")}
    lines = [
        say(
            "summary",
            count=len(calls),
            answered=sum(call.answered_at is not None for call in calls),
            other=len(calls) - sum(counted.values()),
            **counted,
        )
    ]
    if report.by_agent:
        lines.append(say("handled"))
        lines += [f"  {name:<12} {count}" for name, count in report.by_agent.most_common()]
        lines.append("  " + "  ".join(f"{code} {count}" for code, count in report.by_disposition.most_common()))
    return "\n".join(lines)


def _voice(texts: tuple[str, str], language: str) -> Pcm:
    """A sentence with a pause behind it, as the telephone carries it."""
    spoken = Language.ZH if language == "zh" else Language.EN
    samples = EspeakVoice().synthesise(texts[0 if language == "zh" else 1], spoken)
    sound = np.concatenate([samples, np.zeros(2 * RATE)])
    return np.asarray(np.clip(sound, -1, 1) * 32767, dtype=np.int16)


def _people(data: Path) -> People:
    try:
        demo = json.loads((data / "demo.json").read_text("utf-8"))
    except (OSError, ValueError):
        demo = {}
    return read_people(demo, Random())  # noqa: S311 - which customer calls first is no secret


def _logins(data: Path) -> list[tuple[str, str]]:
    try:
        return agent_logins((data / "demo-logins.json").read_text("utf-8"))
    except (OSError, ValueError, KeyError):
        return []


def _language(arguments: Sequence[str]) -> str:
    for index, argument in enumerate(arguments):
        value = argument.partition("=")[2] or (arguments[index + 1] if index + 1 < len(arguments) else "")
        if argument.partition("=")[0] == "--language" and value in ("zh", "en"):
            return value
    chosen = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return "zh" if chosen.lower().startswith("zh") else "en"


def _print(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _fail(text: str) -> int:
    sys.stderr.write(text + "\n")
    return 2
