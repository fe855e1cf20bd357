"""What does not agree between the switch and the domains while everything runs. Pure but for what is under way."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from zuoxi.contacts.live.domain import Domain

Oddity = tuple[str, str]  # (kind, the name of a call or leg); kinds: see find_oddities


def find_oddities(
    domains: Iterable[Domain], calls: Mapping[str, bool], legs: Mapping[str, bool], settled: Collection[str]
) -> set[Oddity]:
    """``calls`` and ``legs`` (each with whether it has answered) are what the switch holds, ``settled`` the calls that
    are being taken care of. A *call* is gone; whom we called was *reached*, or *unreached*, and nobody said so; a *leg*
    (talking) or *ring* is gone; an *answer* was not told; an *orphan* leg is nobody's; a *stranger* is a call of which
    nobody heard."""
    odd: set[Oddity] = set()
    known_legs: set[str] = set()
    known_calls = set(settled)
    for domain in domains:
        standing = domain.standing
        known_legs |= standing.legs.keys()
        known_calls |= standing.calls.keys() | standing.over.keys()
        for contact in standing.contacts.values():
            if contact.ended_at is not None:
                continue
            if contact.stage == "dialling" and not domain.lanes.holds(contact.id):
                if contact.call not in calls:
                    odd.add(("unreached", contact.call))
                elif calls[contact.call]:
                    odd.add(("reached", contact.call))
            if not contact.on_the_way and contact.call not in calls:
                odd.add(("call", contact.call))
            for offer, answered in contact.phones().items():
                if offer not in legs and not domain.lanes.holds(offer):
                    odd.add(("leg" if answered else "ring", offer))
                elif legs.get(offer) and not answered:
                    odd.add(("answer", offer))
    odd |= {("orphan", leg) for leg in legs if leg not in known_legs}
    odd |= {("stranger", call) for call in calls if call not in known_calls}
    return odd
