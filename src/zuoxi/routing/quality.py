"""How a call sounds, as pages and switch measure it: stated when it changes, so that floor and history know."""

from __future__ import annotations

from zuoxi.routing import commands as c
from zuoxi.routing import events as e
from zuoxi.routing.floor import Floor

GOOD = "good"


class CallQuality:
    """Takes what is measured. Nothing of the call itself depends on it."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor

    def reported(self, event: e.QualityReported) -> None:
        contact = self._floor.contacts.get(event.contact)
        if contact is None or contact.quality.get(event.side, GOOD) == event.state:
            return
        if event.state == GOOD:
            del contact.quality[event.side]
        else:
            contact.quality[event.side] = event.state
        agent = event.agent or (None if contact.agent is None else contact.agent.id)
        figures = event.jitter_ms, event.loss_percent, event.rtt_ms
        self._floor.out.append(c.CallQualityChanged(contact.id, event.side, event.state, event.what, *figures, agent))
