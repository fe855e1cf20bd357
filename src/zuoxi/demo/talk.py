"""The sound of a few of the demo's newest calls, so that there is something to listen to before anybody has called.

Written as the telephone engine writes it (raw, caller left, what the caller hears right); the worker makes recordings
of it as of any other call.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from zuoxi.lines import EspeakVoice, Language, Synthesiser, compose

_RATE = 8000
_CALLS = 4
_SHORTEST_S, _LONGEST_S = 25, 110

# (who speaks, what): a is the agent, c the caller.
_ORDERING: tuple[tuple[str, str], ...] = (
    ("a", "您好,好家购物,很高兴为您服务"),
    ("c", "你好,我想订电视上那款产品"),
    ("a", "好的,请问您贵姓,送货地址和以前一样吗"),
    ("c", "一样的,货到付款"),
    ("a", "好的,已经为您下单,三到五天送到,请保持电话畅通"),
    ("c", "好的,谢谢,再见"),
    ("a", "感谢您的来电,再见"),
)
_ASKING: tuple[tuple[str, str], ...] = (
    ("a", "您好,好家购物,很高兴为您服务"),
    ("c", "你好,我想问一下我的货到哪里了"),
    ("a", "请稍等,我帮您查一下"),
    ("a", "您的包裹已经到达当地,明天派送"),
    ("c", "好的,谢谢,再见"),
    ("a", "感谢您的来电,再见"),
)


@dataclass(frozen=True, slots=True)
class Heard:
    """A call of which there shall be sound. Durations in seconds."""

    call: str
    waited: float
    talked: float
    ordered: bool
    ended_at: datetime


async def newest(session: AsyncSession) -> list[Heard]:
    """The newest calls of a length that a made-up conversation fills."""
    rows = await session.execute(
        text(
            "select call, waited_s, talked_s, disposition = 'ordered' as ordered, ended_at from contact"
            " where outcome = 'answered' and talked_s between :shortest and :longest and waited_s < 20"
            " order by started_at desc limit :calls"
        ),
        {"shortest": _SHORTEST_S, "longest": _LONGEST_S, "calls": _CALLS},
    )
    return [Heard(row.call, row.waited_s, row.talked_s, bool(row.ordered), row.ended_at) for row in rows]


def write_sound(folder: Path, calls: Sequence[Heard], voice: Synthesiser | None = None) -> None:
    """Write the raw sound of the calls into ``folder``; what is there already stays."""
    speaker = voice or EspeakVoice()
    music = compose(7)
    spoken: dict[tuple[str, str], NDArray[np.float64]] = {}
    folder.mkdir(parents=True, exist_ok=True)
    for heard in calls:
        lines = _ORDERING if heard.ordered else _ASKING
        for who, words in lines:
            if (who, words) not in spoken:
                sound = speaker.synthesise(words, Language.ZH)
                spoken[who, words] = _deeper(sound) if who == "c" else sound
        sides = _conversation(heard, [(who, spoken[who, words]) for who, words in lines], music)
        path = folder / f"{heard.call}.raw"
        beside = path.with_suffix(".making")  # the worker looks for .raw only
        beside.write_bytes((np.clip(sides.T, -1, 1) * 32767).round().astype("<i2").tobytes())
        os.utime(beside, (heard.ended_at.timestamp(), heard.ended_at.timestamp()))
        beside.replace(path)


def _conversation(
    heard: Heard, parts: Sequence[tuple[str, NDArray[np.float64]]], music: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Caller and agent (2 × samples): music while the caller waits, then one after the other with pauses that fill the
    time that they talked."""
    waited, talked = int(heard.waited * _RATE), int(heard.talked * _RATE)
    sides: NDArray[np.float64] = np.zeros((2, waited + talked))
    sides[1, :waited] = music[:waited]
    pause = max(0, talked - sum(sound.size for _, sound in parts)) // (len(parts) + 1)
    at = waited + min(pause, _RATE)
    for who, sound in parts:
        end = min(at + sound.size, sides.shape[1])
        sides[0 if who == "c" else 1, at:end] = sound[: end - at]
        at = end + pause
        if at >= sides.shape[1]:
            break
    return sides


def _deeper(sound: NDArray[np.float64], ratio: float = 1.16) -> NDArray[np.float64]:
    """The same words in another voice: slower and deeper."""
    places = np.arange(int(sound.size * ratio)) / ratio
    lower: NDArray[np.float64] = np.interp(places, np.arange(sound.size), sound)
    return lower
