"""When the sound of a leg is good, poor, or not there: pure, from figures that the switch counts.

Loss is judged over some seconds, because the far side reports it only every five or so. A leg becomes poor at one
threshold and good again at a lower one, and only after several looks in a row, so that a warning does not flicker.
Figures: jitter after RFC 3550 (6.4.1), loss as lost of expected packets, the worse of both directions.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from enum import StrEnum

from zuoxi.telephony.switch import SoundFigures

_FEWEST = 50  # packets: of fewer no share is told


class Sound(StrEnum):
    GOOD = "good"
    POOR = "poor"
    SILENT = "silent"  # no packet at all comes from there: nobody hears that side


@dataclass(frozen=True, slots=True)
class Limits:
    """Percent and milliseconds. ``window`` and ``silence`` in seconds: over how long loss is judged, and after how long
    without a packet a leg is silent; ``looks``: how many good ones in a row make a leg good again."""

    loss_poor: float = 5.0
    loss_good: float = 2.0
    jitter_poor: float = 30.0
    jitter_good: float = 20.0
    rtt_poor: float = 800.0
    rtt_good: float = 500.0
    window: float = 9.0
    silence: float = 6.0
    looks: int = 3


@dataclass(frozen=True, slots=True)
class Verdict:
    """``what`` is worst: jitter, loss, delay, no_sound; ``loss_percent`` None: not enough was counted yet."""

    state: Sound
    what: str | None
    jitter_ms: float
    loss_percent: float | None
    rtt_ms: float | None


@dataclass(slots=True)
class Ear:
    """Judges one leg, look by look. ``at`` in seconds, from any beginning."""

    limits: Limits = field(default_factory=Limits)
    state: Sound = Sound.GOOD
    _seen: deque[tuple[float, SoundFigures]] = field(default_factory=deque)
    _heard_at: float = 0.0
    _better: int = 0

    def judge(self, at: float, now: SoundFigures) -> Verdict:
        """What the leg sounds like now."""
        last = self._seen[-1][1] if self._seen else None
        if last is None or now.received < last.received or now.sent < last.sent:
            self._seen.clear()  # the first look, or a new stream
            self._heard_at = at
        elif now.received > last.received:
            self._heard_at = at
        self._seen.append((at, now))
        while len(self._seen) > 2 and self._seen[1][0] <= at - self.limits.window:
            self._seen.popleft()
        loss = self._loss()
        jitter = max(now.jitter_ms, now.far_jitter_ms)
        self._move(at, loss or 0.0, jitter, now.rtt_ms)
        return Verdict(
            self.state,
            self._what(loss or 0.0, jitter, now.rtt_ms),
            round(jitter, 1),
            None if loss is None else round(loss, 1),
            round(now.rtt_ms, 1) if now.rtt_ms else None,
        )

    def _what(self, loss: float, jitter: float, rtt: float) -> str | None:
        if self.state is not Sound.POOR:
            return "no_sound" if self.state is Sound.SILENT else None
        limits = self.limits
        shares = {
            "loss": loss / limits.loss_poor,
            "jitter": jitter / limits.jitter_poor,
            "delay": rtt / limits.rtt_poor,
        }
        return max(shares, key=lambda name: shares[name])

    def _loss(self) -> float | None:
        (begin, first), (end, now) = self._seen[0], self._seen[-1]
        if end - begin < self.limits.window / 2:
            return None
        lost, received = max(0, now.lost - first.lost), now.received - first.received
        far_lost, sent = max(0, now.far_lost - first.far_lost), now.sent - first.sent
        here = 100.0 * lost / (lost + received) if lost + received >= _FEWEST else 0.0
        there = min(100.0, 100.0 * far_lost / sent) if sent else 0.0
        return max(here, there)

    def _move(self, at: float, loss: float, jitter: float, rtt: float) -> None:
        limits = self.limits
        if at - self._heard_at >= limits.silence:
            self.state, self._better = Sound.SILENT, 0
        elif loss >= limits.loss_poor or jitter >= limits.jitter_poor or rtt >= limits.rtt_poor:
            self.state, self._better = Sound.POOR, 0
        elif self.state is Sound.SILENT:
            self.state, self._better = Sound.GOOD, 0  # it is heard again: that is plain at once
        elif self.state is Sound.POOR:
            clear = loss < limits.loss_good and jitter < limits.jitter_good and rtt < limits.rtt_good
            self._better = self._better + 1 if clear else 0
            if self._better >= limits.looks:
                self.state, self._better = Sound.GOOD, 0
