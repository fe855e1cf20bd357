"""What to do when the switch and the journal disagree, after a restart or a broken control connection.

Pure: takes how things stand by the journal and what the switch holds, and lists the differences as events for the
router and wishes for the switch. It never edits state.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from zuoxi.contacts.live.standing import Standing
from zuoxi.contacts.live.standing_records import ContactStanding
from zuoxi.routing import commands as c
from zuoxi.routing import events as e
from zuoxi.routing.model import SupervisionMode
from zuoxi.telephony.switch import CallOnSwitch, LegOnSwitch


@dataclass(slots=True)
class Differences:
    """``events``: for the router, in order. ``reissue``: commands of which the switch knows nothing (each with the
    state it was judged by: skip it when the contact moved on). ``ended_calls``: calls whose contact is over.
    ``strangers``: calls that the journal does not know, oldest first as the switch lists them."""

    events: list[e.Event] = field(default_factory=list)
    reissue: list[c.SwitchCommand | c.LookUp] = field(default_factory=list)
    ended_calls: list[str] = field(default_factory=list)
    strangers: list[CallOnSwitch] = field(default_factory=list)


def find_differences(standing: Standing, calls: list[CallOnSwitch], legs: list[LegOnSwitch]) -> Differences:
    """Compare one domain's standing with the switch. ``calls`` may hold calls of other domains only as strangers."""
    found = Differences()
    on_switch = {call.call: call for call in calls}
    legs_on_switch = {leg.leg: leg for leg in legs}
    for contact in standing.contacts.values():
        if contact.ended_at is not None:
            continue
        call = on_switch.get(contact.call)
        if contact.on_the_way:
            _compare_call_out(contact, call, legs_on_switch, found)
            continue
        if call is None or contact.place == "gone":
            found.events.append(e.CallerHungUp(contact.id))
            continue
        touched = _compare_legs(contact, legs_on_switch, found)
        if not touched:
            _compare_place(contact, call, legs_on_switch, found)
            _compare_parties(contact, legs_on_switch, found)
    for call in calls:
        contact_id = standing.calls.get(call.call) or standing.over.get(call.call)
        if contact_id is None:
            found.strangers.append(call)
        elif call.call in standing.over:
            found.ended_calls.append(call.call)
    return found


def orphan_legs(standings: list[Standing], legs: list[LegOnSwitch]) -> list[str]:
    """Legs that no domain knows (any more): they must be hung up."""
    return [leg.leg for leg in legs if not any(leg.leg in standing.legs for standing in standings)]


def _compare_call_out(
    contact: ContactStanding, call: CallOnSwitch | None, legs: dict[str, LegOnSwitch], found: Differences
) -> None:
    """What became of somebody who was being called. A call that is not there was not reached, or never dialled."""
    if _compare_legs(contact, legs, found) or contact.stage == "calling":
        return
    if call is None:
        found.events.append(e.CallFailed(contact.id, "failed"))
    elif call.answered:
        found.events.append(e.CallAnswered(contact.id))


def _compare_legs(contact: ContactStanding, legs: dict[str, LegOnSwitch], found: Differences) -> bool:
    """Events for phones that answered or went away meanwhile; True when there is one."""
    before = len(found.events)
    for leg in contact.legs.values():
        there = legs.get(leg.offer)
        if there is None:
            ended: e.Event = e.AgentLegEnded(leg.offer) if leg.answered else e.OfferFailed(leg.offer, "failed")
            found.events.append(ended)
        elif there.answered and not leg.answered:
            found.events.append(e.OfferAnswered(leg.offer))
    for party in contact.parties.values():
        there = legs.get(party.party)
        if there is None:
            gone: e.Event = e.AgentLegEnded(party.party) if party.answered else e.OfferFailed(party.party, "no_answer")
            found.events.append(gone)
        elif there.answered and not party.answered:
            found.events.append(e.OfferAnswered(party.party))
    return len(found.events) > before


def _compare_place(
    contact: ContactStanding, call: CallOnSwitch, legs: dict[str, LegOnSwitch], found: Differences
) -> None:
    """Ask the switch again for what it was asked before and did not do, or lost."""
    if not contact.on_hook and not call.answered:
        found.reissue.append(c.AnswerCall(contact.id, contact.call))
    if contact.place == "waiting" and call.where != "waiting":
        found.reissue.append(c.KeepWaiting(contact.id, contact.call, contact.music))
    elif contact.place == "aside" and call.where:
        found.reissue.append(c.TakeAside(contact.id, contact.call))
    elif contact.gathered:
        pass  # a room of several: asked for again below
    elif contact.place == "talking" and contact.leg is not None:
        leg = legs.get(contact.leg)
        if call.where != "talking" or leg is None or leg.talking_to != contact.call:
            agent = contact.agent or ""
            found.reissue.append(c.Connect(contact.id, contact.call, contact.leg, agent))
    elif contact.place == "held" and call.where == "talking":
        found.reissue.append(c.HoldCall(contact.id, contact.call))
    if contact.pauses:
        # Which of the two the recording does nobody can say; asked again it is the same.
        found.reissue.append(c.PauseRecording(contact.id, contact.call, contact.paused_by is not None))
    if contact.prompt is not None and contact.prompt_once:
        # Heard, or missed for once: the next one comes at its time, and nobody hears this one twice.
        found.events.append(e.PromptFinished(contact.id, contact.prompt))
    elif contact.prompt is not None:
        # Whether it is still being played nobody can say; hearing it twice is better than silence for ever.
        found.reissue.append(c.PlayPrompt(contact.id, contact.call, contact.prompt, tuple(contact.prompt_parts)))

    if contact.look_up:
        request, service, arguments = contact.look_up
        found.reissue.append(c.LookUp(contact.id, request, service, tuple((name, value) for name, value in arguments)))


def _compare_parties(contact: ContactStanding, legs: dict[str, LegOnSwitch], found: Differences) -> None:
    """Who is together, and who listens to whom, where the switch does not have it so."""
    if contact.gathered:
        with_caller = contact.gathered[0] == contact.call
        together = [legs.get(leg) for leg in contact.gathered[with_caller:]]
        rooms = {None if leg is None else leg.room for leg in together}
        joined = {None if leg is None else leg.talking_to for leg in together} == {contact.call}
        if len(rooms) != 1 or None in rooms or joined is not with_caller:
            members = tuple(contact.gathered[with_caller:])
            found.reissue.append(c.GatherLegs(contact.id, contact.call, with_caller, members))
    for party in contact.parties.values():
        there = legs.get(party.party)
        if party.heard is not None and party.heard_mode is not None and there is not None:
            # In which mode nobody can say; asked again it is the same.
            mode = SupervisionMode(party.heard_mode)
            found.reissue.append(c.MonitorLeg(contact.id, party.party, party.heard, mode))
