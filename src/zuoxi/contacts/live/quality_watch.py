"""Looks now and then at how every conversation sounds, and tells the router what changed: from there it is a fact of
the contact like any other, and the desk hears of it.

A look costs the engine one small request a leg (0.06 ms measured), and only conversations are looked at.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from zuoxi.contacts.live.domain import Domain
from zuoxi.contacts.live.quality import Ear, Sound, Verdict
from zuoxi.contacts.live.standing_records import ContactStanding
from zuoxi.routing import events as e
from zuoxi.telephony.switch import Switch, SwitchError

LOOK_SECONDS = 3.0
CALLER, AGENT = "caller", "agent"


@dataclass(slots=True)
class _Line:
    leg: str  # "": nobody listens at present
    ear: Ear = field(default_factory=Ear)
    told: Sound = Sound.GOOD


class QualityWatch:
    """One per domain; ``look`` every LOOK_SECONDS."""

    def __init__(self, domain: Domain, switch: Switch) -> None:
        self._domain, self._switch = domain, switch
        self._lines: dict[tuple[str, str], _Line] = {}  # (contact, side)

    async def look(self) -> None:
        """Listen to every conversation once. Raises SwitchError(unavailable)."""
        contacts = self._domain.standing.contacts
        talking = [
            (contact.id, side, leg)
            for contact in contacts.values()
            for side, leg in sides(contact)
            if side == CALLER or not self._has_page(contact)
        ]
        for quiet in self._lines.keys() - {(contact, side) for contact, side, _ in talking}:
            if quiet[0] in contacts and contacts[quiet[0]].ended_at is None:
                self._lines[quiet].leg = ""  # held, or between two agents: listened to anew when it talks again
            else:
                del self._lines[quiet]
        for contact, side, leg in talking:
            line = self._lines.get((contact, side))
            if line is None or line.leg != leg:
                line = self._lines[contact, side] = _Line(leg, told=Sound.GOOD if line is None else line.told)
            try:
                figures = await self._switch.sound(leg)
            except SwitchError as error:
                if error.code == "unavailable":
                    raise
                continue
            found = self._domain.standing.contacts.get(contact)
            if figures is None or found is None or (side, leg) not in sides(found):
                continue  # it went on meanwhile
            self._tell(contact, side, line, line.ear.judge(self._domain.now(), figures))

    def _has_page(self, contact: ContactStanding) -> bool:
        """A phone in a page is measured by the page: two who judge one line would contradict each other."""
        return contact.agent is not None and self._domain.standing.agent(contact.agent).resumes

    def _tell(self, contact: str, side: str, line: _Line, now: Verdict) -> None:
        if now.state is line.told:
            return
        line.told = now.state
        figures = now.jitter_ms, now.loss_percent, now.rtt_ms
        self._domain.feed(e.QualityReported(contact, side, str(now.state), now.what, *figures))


def sides(contact: ContactStanding) -> list[tuple[str, str]]:
    """Who talks with whom now: (side, the name of the call or leg); nothing while the caller waits or is held."""
    leg = contact.legs.get(contact.leg or "")
    if contact.ended_at is not None or contact.place != "talking" or leg is None or not leg.answered:
        return []
    return [(CALLER, contact.call), (AGENT, leg.offer)]
