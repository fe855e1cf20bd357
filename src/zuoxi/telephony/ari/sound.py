"""How a channel sounds, from the engine's statistics of its RTP stream. Pure.

The engine's names are those of RTCP and easily misread: ``txjitter`` and ``rxploss`` are what *we* measured of the
packets that came, ``rxjitter`` and ``txploss`` what the far side reported of those that we sent. Seconds and packets.
"""

from __future__ import annotations

from typing import Any

from zuoxi.telephony.switch import SoundFigures


def sound_figures(statistics: dict[str, Any]) -> SoundFigures:
    """The figures that we use."""
    return SoundFigures(
        received=int(statistics["rxcount"]),
        lost=int(statistics["rxploss"]),
        jitter_ms=1000.0 * statistics["txjitter"],
        sent=int(statistics["txcount"]),
        far_lost=int(statistics["txploss"]),
        far_jitter_ms=1000.0 * statistics["rxjitter"],
        rtt_ms=1000.0 * statistics["rtt"],
    )
