"""Home agents: agents whose phone is an ordinary telephone, rung by the trunk.

Each ring is an outbound call: the tenant's limits let it through or not, it costs from its answer on, and it is counted
again after a restart. The telephone that rings shows the hotline that was dialled, because a provider refuses numbers
that are not ours.
"""

from __future__ import annotations

import asyncio

import structlog

from zuoxi import lines
from zuoxi.contacts.live.domain import Domain, Step
from zuoxi.contacts.live.lanes import HomeRing
from zuoxi.contacts.live.outgoing import Outgoing
from zuoxi.contacts.live.standing_records import ContactStanding
from zuoxi.platform.errors import DomainError
from zuoxi.platform.masking import mask_number
from zuoxi.routing import commands as c
from zuoxi.routing import events as e
from zuoxi.routing.model import AgentState
from zuoxi.telephony.switch import NUMBER

log = structlog.get_logger(__name__)

CONFIRM_PROMPT = "confirm_call"  # «press 1 to take the call»


class NoTelephone(DomainError):
    code = "desk.no_telephone"
    kind = "forbidden"
    zh = "管理员没有为您登记居家电话号码"
    en = "The administrator has entered no telephone number for you to work from"


class HomePhones:
    """One per domain. Legs are known from the command that rings them until they are over."""

    def __init__(self, domain: Domain, outgoing: Outgoing) -> None:
        self._domain, self._outgoing = domain, outgoing
        self._rings: dict[str, HomeRing] = {}  # leg → how it is rung
        self._timers: dict[str, asyncio.TimerHandle] = {}
        domain.lanes.home = self._rings.get
        domain.listen(self._happened)
        outgoing.adopted.append(self._enter_again)

    def telephone(self, agent_id: str) -> str | None:
        """The number from which an agent may work, as it was entered."""
        settings = self._domain.settings
        return None if settings is None else settings.telephones.get(agent_id)

    def masked(self, agent_id: str) -> str | None:
        """The same as it may be shown."""
        return mask_number(self.telephone(agent_id)) or None

    def sit_down(self, agent_id: str) -> str:
        """The phone as which an agent signs in. Raises NoTelephone, DialRefused (this number is never dialled), or
        SwitchAway while the limits are not known."""
        number = self.telephone(agent_id)
        if number is None:
            raise NoTelephone
        return NUMBER + self._outgoing.check(number)

    def check_seats(self) -> None:
        """After a change of users: who may not work from home any more is signed out; a new number is rung from the
        next call on."""
        for agent in list(self._domain.standing.agents.values()):
            if agent.state is AgentState.SIGNED_OUT or not (agent.phone or "").startswith(NUMBER):
                continue
            try:
                phone = self.sit_down(agent.id)
            except (NoTelephone, lines.DialRefused):
                self._domain.feed(e.AgentSignedOut(agent.id))
            else:
                if phone != agent.phone:
                    self._domain.feed(e.AgentSignedIn(agent.id, phone, resumes=False))

    def _happened(self, step: Step) -> None:
        for command in step.commands:
            if isinstance(command, c.OfferCall) and command.phone.startswith(NUMBER):
                self._ring(command.contact, command.offer, command.phone, step.at)
            elif isinstance(command, c.RingParty) and command.phone.startswith(NUMBER):
                self._ring(command.contact, command.party, command.phone, step.at)
        if self._rings:
            legs = self._domain.standing.legs
            for leg in [leg for leg in self._rings if leg not in legs]:
                del self._rings[leg]
                self._outgoing.finish(leg, step.at)
                if leg in self._timers:
                    self._timers.pop(leg).cancel()

    def _ring(self, contact_id: str, leg: str, phone: str, at: float) -> None:
        contact = self._domain.standing.contacts.get(contact_id)
        if contact is None:
            return
        try:
            permit = self._outgoing.begin(leg, phone.removeprefix(NUMBER), contact.project, at)
        except DomainError as refused:
            # Not known to the lanes, the ring fails there, and the router goes on to the next agent.
            log.warning("home.not_rung", code=refused.code, contact=contact_id, leg=leg)
            return
        self._remember(contact, leg, phone, permit)

    def _remember(self, contact: ContactStanding, leg: str, phone: str, permit: lines.Permit) -> None:
        settings = self._domain.settings
        assert settings is not None
        # The hotline that was dialled; of a call out the one for which it is made, or any of its project's.
        hotlines = {hotline.id: hotline.shown for hotline in settings.configuration.hotlines}
        of_project = (one.shown for one in settings.configuration.hotlines if one.project == contact.project)
        confirm = CONFIRM_PROMPT if settings.configuration.rules.confirm_home else None
        caller_id = hotlines.get(contact.hotline) or contact.caller_id or contact.hotline or next(of_project, "")
        self._rings[leg] = HomeRing(NUMBER + permit.number, caller_id, confirm)
        loop = asyncio.get_running_loop()
        self._timers[leg] = loop.call_later(permit.longest, self._end, contact.id, leg)

    def _end(self, contact_id: str, leg: str) -> None:
        """It has lasted as long as a call out may."""
        agent = self._domain.standing.rung(leg)
        self._domain.lanes.put(c.CancelOffer(contact_id, leg, agent or ""), 0)

    def _enter_again(self) -> None:
        """After a restart: count what still rings or talks."""
        for contact in self._domain.standing.contacts.values():
            rung = [(leg.offer, leg.phone, leg.since, leg.answered) for leg in contact.legs.values()]
            rung += [(each.party, each.phone, each.since, each.answered) for each in contact.parties.values()]
            for leg, phone, since, answered in rung:
                if not phone.startswith(NUMBER) or leg in self._rings:
                    continue
                permit = self._outgoing.enter_again(leg, phone.removeprefix(NUMBER), contact.project, since, answered)
                if permit is not None:
                    self._remember(contact, leg, phone, permit)
