"""Messages that callers left, from the router's facts to the people who hear and close them."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from tests.fixtures.api import SignIn
from tests.fixtures.database import Tenant
from tests.fixtures.switchboard import make_lines

from zuoxi.contacts import Contact, Entry, Voicemail, project, store_projection
from zuoxi.contacts.voicemail import escalate
from zuoxi.contacts.voicemail_rules import ESCALATE_AFTER_S, TRANSITIONS, State, Step, after
from zuoxi.lines import AgentSkill, Queue
from zuoxi.platform.database import Database
from zuoxi.platform.identifiers import new_id
from zuoxi.platform.models import AuditEntry
from zuoxi.routing import Router, codec
from zuoxi.routing import commands as c
from zuoxi.routing import events as e
from zuoxi.routing.model import Caller, Configuration, Exit, ExitKind, Hotline, Outcome
from zuoxi.routing.model import Queue as RoutingQueue

pytestmark = pytest.mark.database
NUMBER = "13812345678"


def test_the_life_of_a_message_is_a_table() -> None:
    assert {each.target for each in TRANSITIONS} == {State.HEARD, State.DONE}
    assert after("new", Step.HEAR) is State.HEARD and after("heard", Step.CLOSE) is State.DONE
    assert after("done", Step.CLOSE) is None and after("done", Step.CALL) is None and after("new", Step.REOPEN) is None


def one_message(
    domain: str, queue: str, *, spoken: float = 8.0, key: bool = False, since: float = 1_800_000_000.0
) -> tuple[list[Entry], str, list[c.Command]]:
    """The journal of a caller whom the queue's limit sends to the message."""
    router, now, contact = Router(), since, new_id()
    entries: list[Entry] = []
    happened: list[c.Command] = []

    def send(event: e.Event, after: float) -> None:
        nonlocal now
        now += after
        commands = router.handle(event, now)
        happened.extend(commands)
        plain = [codec.encode(command) for command in commands]
        entries.append(Entry(domain, 1, len(entries) + 1, now, codec.encode(event), plain))

    way = Exit(ExitKind.VOICEMAIL)
    queues = (RoutingQueue(queue, "skill", time_limit=10.0, when_timed_out=way),)
    hotline = Hotline(new_id(), "4001", new_id(), new_id(), queue)
    send(e.ConfigurationLoaded(Configuration(1, queues=queues, hotlines=(hotline,))), 0.0)
    send(e.CallArrived(contact, f"call-{contact}", "4001", Caller(NUMBER)), 0.0)
    send(e.TimePassed(), 10.0)
    send(e.PromptFinished(contact, "voicemail"), 5.0)
    if key:
        send(e.DigitPressed(contact, "5"), spoken / 2)
        send(e.DigitPressed(contact, "#"), spoken / 2)
        send(e.PromptFinished(contact, "voicemail_kept"), 3.0)
    else:
        send(e.CallerHungUp(contact), spoken)
    assert router.contacts() == []
    return entries, contact, happened


@pytest.mark.parametrize("key", [False, True])
def test_what_is_said_after_the_tone_is_a_message_and_no_callback(key: bool) -> None:
    _, contact, happened = one_message(new_id(), new_id(), key=key)
    (left,) = [each for each in happened if isinstance(each, c.VoicemailLeft)]
    assert (left.contact, left.begun_at, left.seconds) == (contact, 1_800_000_015.0, 8.0)
    (ended,) = [each for each in happened if isinstance(each, c.ContactEnded)]
    assert ended.outcome is Outcome.VOICEMAIL and ended.waited == 10.0
    assert not [each for each in happened if isinstance(each, c.CallbackRecorded)]
    played = [each for each in happened if isinstance(each, c.PlayPrompt)]
    assert played[0].parts == ("voicemail", "beep")
    assert [each.prompt for each in played] == ["voicemail", "voicemail_kept"] if key else ["voicemail"]


@pytest.mark.parametrize("key", [False, True])
def test_who_says_nothing_gave_up_and_is_called_back(key: bool) -> None:
    _, _, happened = one_message(new_id(), new_id(), spoken=1.0, key=False)
    (ended,) = [each for each in happened if isinstance(each, c.ContactEnded)]
    (callback,) = [each for each in happened if isinstance(each, c.CallbackRecorded)]
    assert ended.outcome is Outcome.ABANDONED and callback.reason == "abandoned"
    assert not [each for each in happened if isinstance(each, c.VoicemailLeft)]


async def lay_down(database: Database, tenant: Tenant, queue: str, *, ago: float, domain: str | None = None) -> str:
    since = datetime.now(UTC).timestamp() - ago - 15.0
    entries, contact, _ = one_message(domain or new_id(), queue, since=since)
    async with database.transaction(tenant.id) as session:
        found = project(entries, lambda raw: (f"+86{raw}", f"+86{raw}"))
        await store_projection(session, entries[0].domain, found)
        await store_projection(session, entries[0].domain, found)  # shipped again: the same message
        return str(await session.scalar(select(Voicemail.id).where(Voicemail.contact_id == contact)))


async def test_agents_see_the_messages_of_their_queues_and_close_them_once(
    database: Database, tenant: Tenant, api_client: SignIn
) -> None:
    agent, other, supervisor = await api_client("agent"), await api_client("agent"), await api_client("supervisor")
    await make_lines(database, tenant, [agent.principal], str(uuid.uuid4().int)[:10])
    async with database.transaction(tenant.id) as session:
        skill = await session.scalar(select(AgentSkill.skill_id).where(AgentSkill.agent_id == agent.principal.user_id))
        queue = str(await session.scalar(select(Queue.id).where(Queue.skill_id == skill)))
    message = await lay_down(database, tenant, queue, ago=60)
    older = await lay_down(database, tenant, queue, ago=ESCALATE_AFTER_S + 60)
    elsewhere = await lay_down(database, tenant, new_id(), ago=30)

    seen = (await agent.get("/api/voicemails")).json()
    assert [item["id"] for item in seen["items"]] == [older, message] and seen["total"] == 2
    first = seen["items"][0]
    assert (first["number"], first["state"], first["seconds"]) == ("138****5678", "new", 8.0)
    assert (await other.get("/api/voicemails")).json()["total"] == 0
    assert {item["id"] for item in (await supervisor.get("/api/voicemails")).json()["items"]} == {
        message, older, elsewhere,
    }  # fmt: skip
    assert (await agent.post(f"/api/voicemails/{elsewhere}/close", json={"result": "x"})).status_code == 404
    assert (await agent.get(f"/api/voicemails/{message}/audio")).status_code == 409  # its sound is not finished yet

    async with database.transaction(tenant.id) as session:
        assert await escalate(session, datetime.now(UTC)) == [older]
        assert await escalate(session, datetime.now(UTC)) == []
    assert (await supervisor.get("/api/voicemails/counts")).json() == {"new": 3, "escalated": 1, "open": 3}
    assert [item["id"] for item in (await supervisor.get("/api/voicemails?escalated=true")).json()["items"]] == [older]

    assert (await agent.post(f"/api/voicemails/{message}/called", json={})).status_code == 204
    assert (await agent.post(f"/api/voicemails/{message}/close", json={"result": "已回电，已下单"})).status_code == 204
    assert (await agent.post(f"/api/voicemails/{message}/close", json={"result": "再次"})).status_code == 409
    closed = (await agent.get("/api/voicemails?state=done")).json()["items"]
    assert [(item["id"], item["result"], item["state"]) for item in closed] == [(message, "已回电，已下单", "done")]
    async with database.transaction(tenant.id) as session:
        done = (await session.scalars(select(AuditEntry.action).where(AuditEntry.object_id == message))).all()
        outcome = await session.scalar(
            select(Contact.outcome).join(Voicemail, Voicemail.contact_id == Contact.id).where(Voicemail.id == message)
        )
    assert sorted(done) == ["call_back", "close"] and outcome == "voicemail"


async def test_each_queue_has_its_own_patience(database: Database, tenant: Tenant, api_client: SignIn) -> None:
    agent, supervisor = await api_client("agent"), await api_client("supervisor")
    await make_lines(database, tenant, [agent.principal], str(uuid.uuid4().int)[:10])
    async with database.transaction(tenant.id) as session:
        queue = str(await session.scalar(select(Queue.id).limit(1)))
    body = {"items": [{"queue_id": queue, "escalate_after_s": 120}]}
    assert (await agent.put("/api/voicemail-settings", json=body)).status_code == 403
    assert (await supervisor.put("/api/voicemail-settings", json=body)).status_code == 204
    elsewhere = {"items": [{"queue_id": new_id(), "escalate_after_s": 120}]}
    nowhere = await supervisor.put("/api/voicemail-settings", json=elsewhere)
    assert (nowhere.status_code, nowhere.json()["error"]["code"]) == (422, "lines.unknown_reference")
    items = {item["queue_id"]: item for item in (await agent.get("/api/voicemail-settings")).json()["items"]}
    assert items[queue]["escalate_after_s"] == 120
    message = await lay_down(database, tenant, queue, ago=130)
    await lay_down(database, tenant, new_id(), ago=130)
    async with database.transaction(tenant.id) as session:
        assert await escalate(session, datetime.now(UTC)) == [message]
        assert await escalate(session, datetime.now(UTC) + timedelta(hours=1)) != []
