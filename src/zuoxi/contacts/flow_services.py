"""What call flows look up: orders, customers, hours, the clock. Later rooms add their own services."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime
from types import ModuleType

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from zuoxi import customers, lines, orders
from zuoxi.accounts import Project
from zuoxi.contacts.live.ports import FlowCall
from zuoxi.contacts.projection import as_uuid
from zuoxi.platform.database import Database
from zuoxi.platform.services import Clock
from zuoxi.routing.flow_services import CLOCK, EXIT

# Gives a service's answer: (the tenant's session, whose call, the arguments, now) → result with the exit under EXIT.
Answer = Callable[[AsyncSession, FlowCall, Mapping[str, str], datetime], Awaitable[Mapping[str, str]]]
_MOST_WRONG_GUESSES = 5  # of other people's orders, in one call
_CALLS_REMEMBERED = 1000


class DatabaseFlowServices:
    """Implements ``live.ports.FlowServices``. ``further``: services of later rooms by name."""

    def __init__(self, database: Database, clock: Clock, further: Mapping[str, Answer] | None = None) -> None:
        self._database, self._clock = database, clock
        self._wrong: OrderedDict[str, int] = OrderedDict()
        self._answers: dict[str, Answer] = {
            "order_status": self._order_status,
            "customer": _customer,
            "hours": _hours,
            CLOCK: _clock,
            **(further or {}),
        }

    async def ask(self, call: FlowCall, service: str, arguments: Mapping[str, str]) -> Mapping[str, str]:
        answer = self._answers.get(service)
        if answer is None:
            return {}
        async with self._database.transaction(call.tenant_id) as session:
            return await answer(session, call, arguments, call.at or self._clock())

    async def _order_status(
        self, session: AsyncSession, call: FlowCall, arguments: Mapping[str, str], now: datetime
    ) -> Mapping[str, str]:
        """Whoever tries numbers of orders that are not theirs is soon told nothing any more in this call."""
        if self._wrong.get(call.contact, 0) >= _MOST_WRONG_GUESSES:
            return {EXIT: "not_found"}
        found = await orders.order_for_caller(
            session,
            customers.read_number(call.number).key,
            await client_of_line(session, call.line),
            typed=arguments.get("number") or None,
            last_four=arguments.get("last4") or None,
        )
        if found is None:
            if arguments.get("number"):
                self._wrong[call.contact] = self._wrong.pop(call.contact, 0) + 1
                while len(self._wrong) > _CALLS_REMEMBERED:
                    self._wrong.popitem(last=False)
            return {EXIT: "not_found"}
        prompts = await lines.prompt_keys(session)
        courier = f"courier_{(found.courier or '').lower()}"
        day = found.created_at.astimezone(await lines.zone(session)).date()
        return {
            EXIT: "found",
            "number": "".join(sign for sign in found.number if sign.isdigit()),
            "state": found.state,
            "state_prompt": f"order_{found.state}",
            "courier": found.courier or "",
            "courier_prompt": "" if found.courier is None else courier if courier in prompts else "courier_other",
            "waybill": found.waybill or "",
            "waybill_last4": (found.waybill or "")[-4:],
            "ordered_on": day.isoformat(),
            "items": str(found.pieces),
            "amount": str(found.amount_minor),
        }


async def client_of_line(session: AsyncSession, line_id: str | None) -> str | None:
    """Whose customers call on this business line; None when the line is not known."""
    if line_id is None:
        return None
    statement = select(Project.client_id).join(lines.BusinessLine, lines.BusinessLine.project_id == Project.id)
    found: str | None = await session.scalar(statement.where(lines.BusinessLine.id == line_id))
    return found


async def _customer(
    session: AsyncSession, call: FlowCall, arguments: Mapping[str, str], now: datetime
) -> Mapping[str, str]:
    client = await client_of_line(session, call.line)
    facts = await customers.caller_facts(session, call.number, now=now, client_id=client)
    customer = call.customer or facts.customer_id
    if customer is None:
        return {EXIT: "unknown"}
    written = await session.scalar(select(func.count()).where(orders.Order.customer_id == customer))
    return {EXIT: "known", "vip": "1" if facts.vip else "", "orders": str(written or 0)}


async def _hours(
    session: AsyncSession, call: FlowCall, arguments: Mapping[str, str], now: datetime
) -> Mapping[str, str]:
    hotline = as_uuid(arguments.get("hotline") or call.hotline)
    if hotline is None:  # a test number keeps no hours
        return {EXIT: "open"}
    return {EXIT: "open" if await lines.is_open(session, hotline, now) else "closed"}


async def _clock(
    session: AsyncSession, call: FlowCall, arguments: Mapping[str, str], now: datetime
) -> Mapping[str, str]:
    here = now.astimezone(await lines.zone(session))
    return {
        EXIT: "told",
        "weekday": str(here.weekday()),
        "minute": str(here.hour * 60 + here.minute),
        "date": here.date().isoformat(),
    }


def further_services(found: Iterable[ModuleType]) -> dict[str, Answer]:
    """The services that rooms offer in their modules ``flow_answers`` (``ANSWERS``: name → Answer)."""
    return {name: answer for module in found for name, answer in module.ANSWERS.items()}
