"""Legs whose far side must say that somebody is there: an ordinary telephone may be answered by its mailbox.

Such a leg hears a short prompt after its answer, again and again up to a limit, and counts as answered when its digit
has been pressed. That it was is written on the channel, so that whoever comes after a restart need not ask twice; what
to play stands among the channel's arguments in our application.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

from zuoxi.telephony.ari.rooms import Request
from zuoxi.telephony.ari.translate import LEG
from zuoxi.telephony.switch import CONFIRMING_DIGIT, SwitchError

MARK = "ZUOXI_CONFIRMED"
ROUNDS = 4  # how often the prompt is played; then there is silence until the offer is over


class Confirmations:
    """``start`` runs what nobody waits for; ``confirmed(leg)`` is told once for each leg."""

    def __init__(
        self,
        request: Request,
        folder: str,
        start: Callable[[Coroutine[Any, Any, Any]], None],
        confirmed: Callable[[str], None],
    ) -> None:
        self._request, self._folder, self._start, self._confirmed = request, folder, start, confirmed
        self._waiting: dict[str, str] = {}  # leg → its prompt
        self._rounds: dict[str, int] = {}
        self._playing: dict[str, str] = {}
        self._numbers = itertools.count(1)

    @property
    def waiting(self) -> frozenset[str]:
        """Legs that were lifted and not confirmed."""
        return frozenset(self._waiting)

    def lifted(self, leg: str, prompt: str) -> None:
        """The far side answered: ask."""
        self._waiting[leg] = prompt
        self._rounds[leg] = 0
        self._start(self._play(leg))

    def pressed(self, leg: str, digit: str) -> None:
        """A key of the far side."""
        if digit == CONFIRMING_DIGIT and leg in self._waiting:
            self._forget(leg)
            self._start(self._settle(leg))

    def played(self, playback: str) -> bool:
        """Whether the playback that ended was one of ours."""
        leg = next((leg for leg, name in self._playing.items() if name == playback), None)
        if leg is None:
            return playback.startswith(LEG)
        del self._playing[leg]
        if leg in self._waiting and self._rounds[leg] < ROUNDS:
            self._start(self._play(leg))
        return True

    def gone(self, leg: str) -> bool:
        """The leg ended; whether it had not been confirmed."""
        waited = leg in self._waiting
        self._forget(leg)
        self._playing.pop(leg, None)
        return waited

    async def restore(self, lifted: dict[str, str]) -> None:
        """Begin again from what the engine holds: lifted legs that are with nobody, and their prompts."""
        self._waiting, self._rounds, self._playing = {}, {}, {}
        for leg, prompt in lifted.items():
            try:
                said = await self._request("GET", f"channels/{LEG}{leg}/variable", {"variable": MARK})
            except SwitchError:
                said = {"value": ""}  # Asterisk has no such variable, or no such channel any more
            if not said["value"]:
                self.lifted(leg, prompt)

    def _forget(self, leg: str) -> None:
        self._waiting.pop(leg, None)
        self._rounds.pop(leg, None)

    async def _play(self, leg: str) -> None:
        if leg not in self._waiting:
            return
        self._rounds[leg] += 1
        playback = self._playing[leg] = f"{LEG}{leg}~{next(self._numbers)}"
        query = {"media": f"sound:{self._folder}/{self._waiting[leg]}", "playbackId": playback}
        await self._request("POST", f"channels/{LEG}{leg}/play", query)

    async def _settle(self, leg: str) -> None:
        playback = self._playing.pop(leg, None)
        if playback is not None:
            with suppress(SwitchError):
                await self._request("DELETE", f"playbacks/{playback}")
        query = {"variable": MARK, "value": "yes"}
        await self._request("POST", f"channels/{LEG}{leg}/variable", query)
        self._confirmed(leg)
