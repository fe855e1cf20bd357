"""Random lives of a floor: whatever happens, in whatever order, the promises hold."""

from __future__ import annotations

import hashlib
import json
import os
import random
import subprocess
import sys
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from tests.routing.floors import AGENTS, HOTLINES, QUEUES, World, configuration

from zuoxi.routing import Router, codec
from zuoxi.routing import commands as c
from zuoxi.routing import events as e
from zuoxi.routing.model import (
    CallbackMode,
    CallbackPlan,
    Caller,
    Comfort,
    Configuration,
    ConsultEnd,
    Exit,
    ExitKind,
    LastOrder,
    MetRule,
    Overflow,
    Reach,
    RefuseWith,
    RuleAction,
    Rules,
    SupervisionMode,
)

MET_RULES = (
    (MetRule("r1", RuleAction.FLAG), MetRule("r2", RuleAction.PRIORITY, -5)),
    (MetRule("r3", RuleAction.BLOCK, refuse_with=RefuseWith.BUSY),),
    (MetRule("r4", RuleAction.BLOCK, block_for=600.0), MetRule("r2", RuleAction.PRIORITY, 5)),
)
callers = st.builds(
    Caller,
    number=st.sampled_from(["13800000001", "13800000002", ""]),
    customer=st.sampled_from([None, "x"]),
    vip=st.booleans(),
    blacklisted=st.integers(0, 9).map(lambda n: n == 0),
    last_order=st.none()
    | st.builds(
        LastOrder, st.sampled_from((*AGENTS, "gone")), st.sampled_from([None, "line-1"]), st.sampled_from([0.0, 99.0])
    ),
    rules=st.sampled_from([(), (), *MET_RULES]),
)
rules_ = st.builds(
    Rules,
    vip_boost=st.sampled_from([0, 20]),
    last_agent_boost=st.sampled_from([0, 10]),
    last_agent_reach=st.sampled_from(list(Reach)),
    last_agent_max_age=st.sampled_from([None, 50.0]),
    seconds_per_priority=st.sampled_from([None, 0.0, 5.0]),
    unknown_prompt=st.sampled_from([None, "unknown_number"]),
    reconnect_limit=st.sampled_from([0.0, 20.0]),
)
skill_sets = st.dictionaries(
    st.sampled_from(AGENTS),
    st.dictionaries(st.sampled_from((*QUEUES, "vip")), st.integers(1, 3), max_size=3),
)
ways_out = st.builds(Exit, st.sampled_from(list(ExitKind)), st.sampled_from([None, "late", "menu", *QUEUES]))
steps = st.builds(
    Overflow, st.sampled_from(QUEUES), st.sampled_from([0.0, 3.0, 20.0]), st.sampled_from([None, None, 0, 2])
)
comforts = st.builds(Comfort, st.just("comfort_1"), st.sampled_from([0.0, 2.0, 10.0]), st.sampled_from([None, 4.0]))
treatments = st.fixed_dictionaries(
    {},
    optional={
        "max_waiting": st.integers(0, 2),
        "when_full": ways_out,
        "when_unstaffed": st.none() | ways_out,
        "when_timed_out": ways_out,
        "overflow": st.lists(steps, max_size=3).map(tuple),
        "announce_first": st.sampled_from([None, 1.0, 7.0]),
        "announce_every": st.sampled_from([None, 5.0]),
        "say_position": st.booleans(),
        "say_wait": st.booleans(),
        "comfort": st.lists(comforts, max_size=2).map(tuple),
        "offer_callback": st.booleans(),
        "seconds_per_priority": st.sampled_from([None, 1.0, 9.0]),
        "music": st.sampled_from(["default", "calm"]),
    },
)
configurations = st.builds(
    configuration,
    version=st.integers(1, 9),
    offer_callback=st.just(True),
    rules=rules_,
    skills=skill_sets,
    queues=st.lists(st.sampled_from(QUEUES), unique=True).map(tuple),
    hotlines=st.lists(st.sampled_from(sorted(HOTLINES)), unique=True).map(tuple),
    limit=st.sampled_from([0.0, 5.0, 60.0]),
    greeting=st.sampled_from([None, "greeting"]),
    priorities=st.dictionaries(st.sampled_from(QUEUES), st.integers(-1, 3)),
    wrap_up=st.sampled_from([None, 0.0, 30.0]),
    exits=st.dictionaries(
        st.sampled_from(QUEUES),
        st.builds(Exit, st.just(ExitKind.VOICEMAIL), st.sampled_from([None, *QUEUES, "gone"])),
        max_size=2,
    ),
    treatments=st.just({}) | st.dictionaries(st.sampled_from(QUEUES), treatments),
)
plans = st.builds(
    CallbackPlan,
    queue=st.sampled_from([None, *QUEUES]),
    mode=st.sampled_from(list(CallbackMode)),
    attempts=st.integers(1, 3),
    first_after=st.sampled_from([0.0, 20.0]),
    busy_after=st.just(30.0),
    no_answer_after=st.just(60.0),
    expires_after=st.sampled_from([100.0, 3600.0]),
    idle=st.sampled_from([0.0, 5.0]),
    preview=st.sampled_from([10.0, 30.0]),
    windows=st.none() | st.just(((1000.0, 1200.0), (1500.0, 5000.0))),
)
agents = st.sampled_from(AGENTS)
pick = st.integers(0, 1000)


class FloorMachine(RuleBasedStateMachine):
    """Callers, agents and phones do what they like; World checks after each event."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World(twin=True)
        self.arrived = 0

    @initialize(config=st.just(configuration(offer_callback=True)) | configurations)
    def start(self, config: Configuration) -> None:
        self.world.send(e.ConfigurationLoaded(config))
        for agent in AGENTS[:3]:
            self.world.send(e.AgentSignedIn(agent, f"a{agent}", agent == "bob"))

    def contact(self, index: int, state: str | None = None) -> str:
        """A live contact (of a state), or one that is over, or one that never was."""
        live = [view.id for view in self.world.router.contacts() if state is None or view.state == state]
        return live[index % len(live)] if live else f"c{index % 5}"

    def offer(self, index: int, state: str | None) -> str:
        router = self.world.router
        found = [view.id for view in (*router.offers(), *router.parties()) if state is None or view.state == state]
        found = found or self.world.given_up or ["c0-1"]
        return found[index % len(found)]

    @rule(
        hotline=st.sampled_from((*HOTLINES, "9999")),
        caller=callers,
        closed=st.integers(0, 9),
        after=st.sampled_from([0.0, 1.0]),
        ago=st.sampled_from([None, 0.0, 2.0, 7.0, 90.0, 4000.0, -30.0]),
    )
    def call_arrives(self, hotline: str, caller: Caller, closed: int, after: float, ago: float | None) -> None:
        self.arrived += 1
        name = f"c{self.arrived}"
        since = None if ago is None else self.world.now + after - ago
        self.world.send(e.CallArrived(name, f"call-{name}", hotline, caller, closed > 0, since), after)

    @precondition(lambda self: self.world.router.contacts())
    @rule(index=pick)
    def call_arrives_twice(self, index: int) -> None:
        name = self.contact(index)
        assert self.world.send(e.CallArrived(name, f"call-{name}", "4001", Caller())) == []

    @rule(index=pick, prompt=st.sampled_from(["greeting", "announcement", "comfort_1", "late"]))
    def prompt_finishes(self, index: int, prompt: str) -> None:
        self.world.send(e.PromptFinished(self.contact(index), prompt))

    @rule(index=pick)
    def caller_hangs_up(self, index: int) -> None:
        self.world.send(e.CallerHungUp(self.contact(index)))

    @rule(index=pick, prompt=st.sampled_from(["blocked", "closed", "timed_out", "unknown_number", "greeting"]))
    def prompt_ends(self, index: int, prompt: str) -> None:
        self.world.send(e.PromptFinished(self.contact(index, "announcing"), prompt))

    @rule(index=pick, digit=st.sampled_from("0123*#"), masked=st.booleans())
    def key_is_pressed(self, index: int, digit: str, masked: bool) -> None:
        contact = self.contact(index, "in_flow")
        self.world.send(e.DigitPressed(contact, self.world.router.digit_to_keep(contact, digit) if masked else digit))

    @rule(index=pick, number=st.integers(1, 4))
    def flow_prompt_ends(self, index: int, number: int) -> None:
        self.world.send(e.PromptFinished(self.contact(index, "in_flow"), f"flow-{number}"))

    @rule(index=pick, request=st.integers(1, 3), found=st.sampled_from(["found", "not_found", "failed", "odd", ""]))
    def look_up_answers(self, index: int, request: int, found: str) -> None:
        result = (("exit", found), ("state_prompt", "order_delivered")) if found else ()
        self.world.send(e.LookedUp(self.contact(index, "in_flow"), str(request), result))

    @rule(index=pick, digit=st.sampled_from("#1"), after=st.sampled_from([0.0, 3.0]))
    def caller_presses(self, index: int, digit: str, after: float) -> None:
        self.world.send(e.DigitPressed(self.contact(index, "leaving_message"), digit), after)

    @rule(index=pick)
    def tone_sounds(self, index: int) -> None:
        self.world.send(e.PromptFinished(self.contact(index, "leaving_message"), "voicemail"))

    @rule(index=pick)
    def phone_answers(self, index: int) -> None:
        self.world.send(e.OfferAnswered(self.offer(index, "ringing")))

    @precondition(lambda self: self.world.given_up)
    @rule(index=pick)
    def phone_answers_too_late(self, index: int) -> None:
        offer = self.world.given_up[index % len(self.world.given_up)]
        put_down = [
            command.offer for command in self.world.send(e.OfferAnswered(offer)) if isinstance(command, c.ReleaseAgent)
        ]
        assert put_down == [offer]

    @rule(index=pick, reason=st.sampled_from(["busy", "rejected", "unreachable", "no_answer", "failed", "odd"]))
    def phone_fails(self, index: int, reason: str) -> None:
        self.world.send(e.OfferFailed(self.offer(index, "ringing"), reason))

    @rule(index=pick)
    def agent_leg_ends(self, index: int) -> None:
        self.world.send(e.AgentLegEnded(self.offer(index, None)))

    @rule(agent=agents, seat=st.integers(0, 1), resumes=st.booleans())
    def agent_signs_in(self, agent: str, seat: int, resumes: bool) -> None:
        self.world.send(e.AgentSignedIn(agent, f"a{agent}{seat}", resumes))

    @rule(agent=agents)
    def phone_returns(self, agent: str) -> None:
        self.world.send(e.PhoneReturned(agent))

    @rule(agent=agents)
    def agent_signs_out(self, agent: str) -> None:
        self.world.send(e.AgentSignedOut(agent))

    @rule(agent=agents, after=st.sampled_from([0.0, 1.0]))
    def agent_ready(self, agent: str, after: float) -> None:
        self.world.send(e.AgentReady(agent), after)

    @rule(agent=agents, reason=st.sampled_from(["break", "lunch"]))
    def agent_not_ready(self, agent: str, reason: str) -> None:
        self.world.send(e.AgentNotReady(agent, reason))

    def talking(self, index: int) -> tuple[str, str]:
        """An agent and a contact that mostly belong together."""
        pairs = [(view.agent, view.id) for view in self.world.router.contacts() if view.agent] or [("ann", "c1")]
        agent, contact = pairs[index % len(pairs)]
        assert agent is not None
        return (AGENTS[index % 5], contact) if index % 7 == 0 else (agent, contact)

    @rule(index=pick, what=st.sampled_from([e.HoldRequested, e.ResumeRequested, e.HangUpRequested]))
    def agent_asks(self, index: int, what: Any) -> None:
        self.world.send(what(*self.talking(index)))

    @rule(index=pick, to_agent=st.none() | agents, to_queue=st.none() | st.sampled_from(QUEUES))
    def agent_transfers(self, index: int, to_agent: str | None, to_queue: str | None) -> None:
        self.world.send(e.TransferRequested(*self.talking(index), to_agent, to_queue))

    @rule(
        agent=agents,
        hotline=st.sampled_from([None, "h4001", "h4003", "gone"]),
        vip=st.booleans(),
        key=st.sampled_from(["", "13800000001"]),
    )
    def agent_calls_out(self, agent: str, hotline: str | None, vip: bool, key: str) -> None:
        self.arrived += 1
        name, number = f"c{self.arrived}", "13800138000"
        self.world.send(e.CallOutRequested(agent, name, number, hotline, vip=vip, number_key=key))

    @rule(index=pick)
    def customer_answers(self, index: int) -> None:
        self.world.send(e.CallAnswered(self.contact(index, "dialling")))

    @rule(index=pick, reason=st.sampled_from(["busy", "rejected", "unreachable", "no_answer", "cancelled", "failed"]))
    def customer_is_not_reached(self, index: int, reason: str) -> None:
        self.world.send(e.CallFailed(self.contact(index, "dialling"), reason))

    @rule(index=pick)
    def agent_transfers_outside(self, index: int) -> None:
        self.world.send(e.TransferRequested(*self.talking(index), to_number="02512345678"))

    @rule(agent=agents, index=pick, mode=st.sampled_from(SupervisionMode))
    def supervisor_takes_part(self, agent: str, index: int, mode: SupervisionMode) -> None:
        self.world.send(e.SuperviseRequested(agent, self.contact(index), mode))

    @rule(
        agent=agents,
        index=pick,
        what=st.sampled_from(
            [e.SuperviseEnded, e.TakeOverRequested, e.PickUpRequested, e.ForceHangUpRequested, e.HelpAnswered]
        ),
    )
    def supervisor_asks(self, agent: str, index: int, what: Any) -> None:
        self.world.send(what(agent, self.contact(index)))

    @rule(agent=agents, index=pick, to_agent=st.none() | agents, to_queue=st.none() | st.sampled_from(QUEUES))
    def supervisor_passes_on(self, agent: str, index: int, to_agent: str | None, to_queue: str | None) -> None:
        self.world.send(e.ForceTransferRequested(agent, self.contact(index), to_agent, to_queue))

    @rule(agent=agents, by=agents, what=st.integers(0, 2))
    def supervisor_sets(self, agent: str, by: str, what: int) -> None:
        events = (e.AgentSetReady(agent, by), e.AgentSetNotReady(agent, by, "meeting"), e.AgentSetSignedOut(agent, by))
        self.world.send(events[what])

    @rule(index=pick, to_agent=st.none() | agents, to_number=st.sampled_from([None, None, "02512345678"]))
    def agent_consults(self, index: int, to_agent: str | None, to_number: str | None) -> None:
        self.world.send(e.ConsultRequested(*self.talking(index), to_agent, to_number))

    @rule(index=pick, how=st.sampled_from(ConsultEnd))
    def agent_ends_consult(self, index: int, how: ConsultEnd) -> None:
        self.world.send(e.ConsultFinished(*self.talking(index), how))

    @rule(index=pick, raised=st.booleans())
    def agent_wants_help(self, index: int, raised: bool) -> None:
        self.world.send(e.HelpRequested(*self.talking(index), raised))

    @rule(index=pick, paused=st.booleans())
    def agent_pauses_the_recording(self, index: int, paused: bool) -> None:
        self.world.send(e.PauseRecordingRequested(*self.talking(index), paused))

    @rule(index=pick, side=st.sampled_from(["agent", "caller"]), sounds=st.sampled_from(["good", "poor", "silent"]))
    def somebody_measures(self, index: int, side: str, sounds: str) -> None:
        self.world.send(e.QualityReported(self.contact(index), side, sounds, None, 12.0, None, None))

    @rule(index=pick)
    def the_recording_cannot_be_paused(self, index: int) -> None:
        self.world.send(e.RecordingPauseFailed(self.contact(index)))

    @rule(agent=agents, wrong=st.integers(0, 5))
    def agent_extends_the_wrap_up(self, agent: str, wrong: int) -> None:
        view = self.world.router.agent(agent)
        contact = view.contact if view is not None and view.contact is not None and wrong else "c1"
        self.world.send(e.WrapUpExtensionRequested(agent, contact))

    @rule(agent=agents, reason=st.sampled_from(["break", "lunch"]), what=st.sampled_from(["stay", "day"]))
    def break_takes_too_long(self, agent: str, reason: str, what: str) -> None:
        self.world.send(e.BreakLimitPassed(agent, reason, what, 600.0))

    @rule(agent=agents, wrong=st.integers(0, 5))
    def wrap_up_finished(self, agent: str, wrong: int) -> None:
        view = self.world.router.agent(agent)
        contact = view.contact if view is not None and view.contact is not None and wrong else "c1"
        self.world.send(e.WrapUpFinished(agent, contact, "sold"))

    @rule(index=pick)
    def command_fails(self, index: int) -> None:
        self.world.send(e.CommandFailed(self.contact(index), "gone"))

    @rule()
    def engine_lost(self) -> None:
        self.world.send(e.EngineLost())
        assert self.world.router.contacts() == []

    @rule(chosen=st.lists(plans, max_size=3, unique_by=lambda plan: plan.queue))
    def callbacks_planned(self, chosen: list[CallbackPlan]) -> None:
        self.world.send(e.CallbacksPlanned(tuple(chosen)))

    @rule(index=pick, digit=st.sampled_from(["1", "1", "1", "9"]))
    def caller_wants_a_call(self, index: int, digit: str) -> None:
        self.world.send(e.DigitPressed(self.contact(index, "waiting"), digit))

    def task(self, index: int) -> tuple[str, str]:
        """A task, mostly with the agent on whose desk it is."""
        views = self.world.router.callbacks()
        if not views:
            return AGENTS[index % 5], "c1"
        offered = [view for view in views if view.agent is not None]
        view = (offered or views)[index % len(offered or views)] if index % 3 else views[index % len(views)]
        return view.agent or view.owner or AGENTS[index % 5], view.id

    @rule(index=pick, kept=st.booleans())
    def agent_takes_callback(self, index: int, kept: bool) -> None:
        self.world.send(e.CallbackTakeRequested(*self.task(index), kept))

    @rule(index=pick)
    def agent_dials_callback(self, index: int) -> None:
        agent, task = self.task(index)
        view = self.world.router.callback(task)
        self.arrived += 1
        number = "13800000009" if view is None else view.number
        self.world.send(e.CallbackDialRequested(agent, task, f"c{self.arrived}", number))

    @rule(index=pick)
    def agent_declines_callback(self, index: int) -> None:
        self.world.send(e.CallbackDeclined(*self.task(index)))

    @rule(index=pick, after=st.sampled_from([-1.0, 5.0, 500.0, 4e6]))
    def agent_puts_callback_off(self, index: int, after: float) -> None:
        self.world.send(e.CallbackPostponeRequested(*self.task(index), self.world.now + after))

    @rule(index=pick, dropped=st.booleans())
    def agent_closes_callback(self, index: int, dropped: bool) -> None:
        self.world.send(e.CallbackCloseRequested(*self.task(index), "sold", dropped))

    @rule(index=pick, final=st.booleans())
    def dialling_is_refused(self, index: int, final: bool) -> None:
        self.world.send(e.CallbackDialRefused(*self.task(index), final))

    @rule(index=pick)
    def callback_is_settled(self, index: int) -> None:
        self.world.send(e.CallbackSettled(self.task(index)[1], "ordered"))

    @rule(index=pick, number=st.sampled_from(["13800000001", "13800000003", ""]), ago=st.sampled_from([0.0, 9000.0]))
    def old_row_is_found(self, index: int, number: str, ago: float) -> None:
        queue = (*QUEUES, None)[index % 4]
        at = self.world.now - ago
        self.world.send(e.CallbackFound(f"row{index % 4}", number, "", None, None, queue, "h4001", "abandoned", at))

    @rule(config=configurations)
    def configuration_changes(self, config: Configuration) -> None:
        self.world.send(e.ConfigurationLoaded(config))

    @rule(seconds=st.sampled_from([0.0, 1.0, 10.0, 60.0, 300.0]))
    def time_passes(self, seconds: float) -> None:
        self.world.pass_time(seconds)

    @rule(seconds=st.sampled_from([0.0, 15.0, 61.0]))
    def time_passes_unnoticed(self, seconds: float) -> None:
        self.world.now += seconds

    def teardown(self) -> None:
        world = self.world
        for view in world.router.contacts():
            world.send(e.CallerHungUp(view.id))
        assert set(world.ended) == set(world.known)
        assert world.legs == {}
        assert world.callers == set()
        assert world.router.parties() == []
        # No task is lost: each ends, at the latest when its time is over.
        for agent in AGENTS:
            world.send(e.AgentSignedOut(agent))
        world.pass_time(60 * 86400.0)
        assert world.ledger.live == {} and world.router.callbacks() == []
        again = Router()
        for now, event, commands in world.journal:
            assert [codec.encode(command) for command in again.handle(codec.decode(event), now)] == commands


FloorMachine.TestCase.settings = settings(
    max_examples=150,
    stateful_step_count=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TestFloor = FloorMachine.TestCase

REPLAY = """
import hashlib, json, sys
from zuoxi.routing import Router, codec
router, digest = Router(), hashlib.sha256()
for line in sys.stdin:
    now, event = json.loads(line)
    commands = [codec.encode(command) for command in router.handle(codec.decode(event), now)]
    digest.update(json.dumps(commands).encode())
digest.update(json.dumps(router.snapshot()).encode())
print(digest.hexdigest())
"""


def random_configuration(chance: random.Random) -> Configuration:
    skills = {
        agent: {name: chance.randint(1, 3) for name in chance.sample((*QUEUES, "vip"), chance.randint(1, 3))}
        for agent in AGENTS
    }
    return configuration(
        version=chance.randint(1, 99),
        offer_callback=True,
        rules=Rules(
            seconds_per_priority=chance.choice([None, 4.0]),
            last_agent_reach=chance.choice(list(Reach)),
            last_agent_max_age=chance.choice([None, 50.0]),
        ),
        skills=skills,
        queues=tuple(chance.sample(QUEUES, chance.choice([2, 3, 3, 3]))),
        hotlines=tuple(chance.sample(sorted(HOTLINES), chance.choice([3, 4, 4]))),
        limit=chance.choice([20.0, 60.0]),
        priorities={name: chance.randint(0, 12) for name in QUEUES},
        wrap_up=chance.choice([5.0, 30.0]),
        treatments={name: random_treatment(chance) for name in QUEUES},
    )


def random_treatment(chance: random.Random) -> dict[str, Any]:
    ways = [
        Exit(),
        Exit(ExitKind.MESSAGE, "late"),
        Exit(ExitKind.VOICEMAIL),
        *(Exit(ExitKind.OVERFLOW, name) for name in QUEUES),
    ]
    return {
        "max_waiting": chance.choice([None, None, 4]),
        "when_full": chance.choice(ways),
        "when_unstaffed": chance.choice([None, *ways]),
        "when_timed_out": chance.choice(ways),
        "overflow": chance.choice([(), (Overflow(chance.choice(QUEUES), chance.choice([0.0, 9.0]), 1),)]),
        "announce_first": chance.choice([None, 4.0]),
        "announce_every": chance.choice([None, 5.0]),
        "say_position": True,
        "say_wait": True,
        "comfort": chance.choice([(), (Comfort("comfort_1", 6.0, 9.0),)]),
        "seconds_per_priority": chance.choice([None, 2.0]),
    }


def busy_hours(events: int, seed: int, twin: bool = False, changes: bool = True) -> World:
    """A long random life under load, weighted so that most calls find their way and every kind of event occurs."""
    chance, world, arrived = random.Random(seed), World(twin), 0
    send = world.send
    send(e.ConfigurationLoaded(random_configuration(chance)))
    for agent in AGENTS:
        send(e.AgentSignedIn(agent, f"a{agent}", agent in ("ann", "bob")))
    kinds = {
        "arrive": 30, "ready": 30, "answer": 25, "hang_up": 8, "agent_hangs_up": 8, "leg_ends": 4, "wrapped": 25,
        "fail": 4, "late": 3, "give_up": 3, "not_ready": 3, "sign_out": 2, "sign_in": 4, "returned": 4, "hold": 4,
        "resume": 4, "to_queue": 4, "to_agent": 6, "prompt": 4, "broken": 1, "engine": 0.3, "configure": 0.6,
        "supervise": 6, "part_ends": 2, "take_over": 4, "pick_up": 1, "pass_on": 1, "drop": 0.3, "set": 1,
        "consult": 6, "consulted": 6, "help": 2, "helped": 1, "to_outside": 3,
        "key": 20, "looked_up": 25, "pause": 3, "measure": 2, "extend": 5, "overstay": 6, "tone": 3, "digit": 2,
        "dial": 10, "reached": 12, "not_reached": 5,
        "plan": 0.5, "dial_task": 8, "hold_place": 4,
        "take": 2, "decline": 2, "put_off": 1, "close": 1, "settled": 1, "found": 1,
    }  # fmt: skip
    if not changes:
        kinds = {**kinds, "engine": 0, "configure": 0}
    while len(world.journal) < events:
        world.pass_time(chance.choice([0.0, 0.0, 0.5, 3.0]))
        agent, other = chance.choice(AGENTS), chance.choice(AGENTS)
        router = world.router
        offers = [offer.id for offer in router.offers()] or ["c0-1"]
        offers += [party.id for party in router.parties()]
        ringing = [leg.id for leg in (*router.offers(), *router.parties()) if leg.state == "ringing"] or offers
        live = [view.id for view in router.contacts()] or ["c0"]
        talks = [(view.agent or "", view.id) for view in router.contacts() if view.talking_since is not None]
        talk = chance.choice(talks) if talks else (agent, "c0")
        tasks = [(view.agent or view.owner or agent, view.id) for view in router.callbacks()] or [(agent, "c0")]
        task = chance.choice(tasks)
        match chance.choices(list(kinds), list(kinds.values()))[0]:
            case "arrive":
                arrived += 1
                order = LastOrder(chance.choice(AGENTS), "line-1", 40.0) if chance.random() < 0.3 else None
                met = chance.choice(MET_RULES) if chance.random() < 0.05 else ()
                caller = Caller(str(arrived % 60), None, chance.random() < 0.1, chance.random() < 0.02, order, met)
                number = chance.choice((*HOTLINES, "9999"))
                since = chance.choice([None, world.now, world.now - 9.0, world.now - 5000.0, world.now + 60.0])
                is_open = chance.random() > 0.02
                send(e.CallArrived(f"c{arrived}", f"call-c{arrived}", number, caller, is_open, since))
            case "ready":
                send(e.AgentReady(agent))
            case "answer":
                send(e.OfferAnswered(chance.choice(ringing)))
            case "hang_up":
                send(e.CallerHungUp(talk[1]))
            case "give_up":
                send(e.CallerHungUp(chance.choice(live)))
            case "agent_hangs_up":
                send(e.HangUpRequested(*talk))
            case "leg_ends":
                send(e.AgentLegEnded(chance.choice(offers)))
            case "wrapped":
                view = router.agent(agent)
                send(e.WrapUpFinished(agent, (view.contact if view else None) or "c0"))
            case "fail":
                reason = chance.choice(["busy", "rejected", "unreachable", "no_answer", "failed"])
                send(e.OfferFailed(chance.choice(ringing), reason))
            case "late" if world.given_up:
                send(e.OfferAnswered(chance.choice(world.given_up)))
            case "not_ready":
                send(e.AgentNotReady(agent, "break"))
            case "sign_out":
                send(e.AgentSignedOut(agent))
            case "sign_in":
                send(e.AgentSignedIn(agent, chance.choice([f"a{agent}", f"b{agent}"]), chance.random() < 0.5))
            case "returned":
                send(e.PhoneReturned(agent))
            case "hold":
                send(e.HoldRequested(*talk))
            case "resume":
                send(e.ResumeRequested(*talk))
            case "to_queue":
                send(e.TransferRequested(*talk, to_queue=chance.choice(QUEUES)))
            case "to_outside":
                send(e.TransferRequested(*talk, to_number="02512345678"))
            case "to_agent":
                send(e.TransferRequested(*talk, to_agent=other))
            case "supervise":
                free = [view.id for view in router.agents() if view.state in ("ready", "not_ready", "assisting")]
                mode = chance.choice(list(SupervisionMode))
                send(e.SuperviseRequested(chance.choice(free or [agent]), chance.choice([talk[1], *live]), mode))
            case "part_ends":
                part = chance.choice([(party.by, party.contact) for party in router.parties()] or [(agent, talk[1])])
                send(e.SuperviseEnded(*part))
            case "take_over":
                send(e.TakeOverRequested(agent, talk[1]))
            case "pick_up":
                send(e.PickUpRequested(agent, chance.choice(live)))
            case "pass_on":
                send(e.ForceTransferRequested(agent, chance.choice(live), to_queue=chance.choice(QUEUES)))
            case "drop":
                send(e.ForceHangUpRequested(agent, chance.choice(live)))
            case "set":
                ways: list[e.Event] = [e.AgentSetReady(agent, other), e.AgentSetSignedOut(agent, other)]
                send(chance.choice([*ways, e.AgentSetNotReady(agent, other, "meeting")]))
            case "consult":
                number = chance.choice([None, None, "02512345678"])
                send(e.ConsultRequested(*talk, other if number is None else None, number))
            case "consulted":
                send(e.ConsultFinished(*talk, chance.choice(list(ConsultEnd))))
            case "plan":
                mode = chance.choice([CallbackMode.PREVIEW, CallbackMode.PROGRESSIVE, CallbackMode.OFF])
                send(e.CallbacksPlanned((CallbackPlan(None, mode, first_after=5.0, idle=0.0, expires_after=900.0),)))
            case "dial_task":
                arrived += 1
                free = [view.id for view in router.agents() if view.state in ("ready", "not_ready")] or [agent]
                ours = [view for view in router.callbacks() if view.state == "offered"] or router.callbacks()
                if ours:
                    one = chance.choice(ours)
                    who = one.agent or chance.choice(free)
                    send(e.CallbackDialRequested(who, one.id, f"c{arrived}", one.number))
            case "hold_place":
                send(e.DigitPressed(chance.choice(live), "1"))
            case "take":
                send(e.CallbackTakeRequested(*task, chance.random() < 0.7))
            case "decline":
                send(e.CallbackDeclined(*task))
            case "put_off":
                send(e.CallbackPostponeRequested(*task, world.now + 50.0))
            case "close":
                send(e.CallbackCloseRequested(*task, "sold"))
            case "settled":
                send(e.CallbackSettled(task[1], "ordered"))
            case "found":
                name = f"row{len(world.journal)}"
                send(e.CallbackFound(name, name, "", None, None, "sales", None, "abandoned", world.now - 50.0))
            case "help":
                send(e.HelpRequested(*talk))
            case "helped":
                send(e.HelpAnswered(agent, talk[1]))
            case "pause":
                send(e.PauseRecordingRequested(*talk, chance.random() < 0.7))
            case "measure":
                send(e.QualityReported(chance.choice(live), "agent", chance.choice(["good", "poor"])))
            case "extend":
                view = router.agent(agent)
                send(e.WrapUpExtensionRequested(agent, (view.contact if view else None) or "c0"))
            case "overstay":
                send(e.BreakLimitPassed(agent, "break", chance.choice(["stay", "day"]), 600.0))
            case "key":
                callers = [view.id for view in router.contacts() if view.state == "in_flow"] or live
                caller = chance.choice(callers)
                send(e.DigitPressed(caller, router.digit_to_keep(caller, chance.choice("1222233#5"))))
            case "looked_up":
                callers = [view.id for view in router.contacts() if view.state == "in_flow"] or live
                found = chance.choice([(("exit", "found"), ("state_prompt", "order_delivered")), ()])
                send(e.LookedUp(chance.choice(callers), chance.choice("112"), found))
            case "dial":
                arrived += 1
                hotline = chance.choice([None, *(f"h{number}" for number in HOTLINES)])
                free = [view.id for view in router.agents() if view.state in ("ready", "not_ready")] or [agent]
                send(e.CallOutRequested(chance.choice(free), f"c{arrived}", f"1380000{arrived}", hotline))
            case "reached" | "not_reached" as what:
                dialling = [view.id for view in router.contacts() if view.state == "dialling"] or ["c0"]
                reason = chance.choice(["busy", "rejected", "unreachable", "no_answer"])
                found = chance.choice(dialling)
                send(e.CallAnswered(found) if what == "reached" else e.CallFailed(found, reason))
            case "prompt":
                ends = chance.choice(["timed_out", "blocked", "closed", "announcement"])
                send(e.PromptFinished(chance.choice(live), ends))
            case "tone":
                send(e.PromptFinished(chance.choice(live), "voicemail"))
            case "digit":
                send(e.DigitPressed(chance.choice(live), chance.choice("#1")))
            case "broken":
                send(e.CommandFailed(chance.choice(live), "gone"))
            case "engine":
                send(e.EngineLost())
            case "configure":
                send(e.ConfigurationLoaded(random_configuration(chance)))
    return world


def test_a_replay_in_another_process_gives_the_same_commands() -> None:
    world = busy_hours(3000, seed=7)
    digest = hashlib.sha256()
    for _, _, commands in world.journal:
        digest.update(json.dumps(commands).encode())
    digest.update(json.dumps(world.router.snapshot()).encode())
    journal = "".join(json.dumps([now, event]) + "\n" for now, event, _ in world.journal)
    for seed in ("1", "4242"):
        found = subprocess.run(
            [sys.executable, "-c", REPLAY],
            input=journal,
            capture_output=True,
            text=True,
            check=True,
            env={
                **os.environ,
                "PYTHONHASHSEED": seed,
                "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
            },
        )
        assert found.stdout.strip() == digest.hexdigest()


def test_long_lives_under_load_serve_everybody_once() -> None:
    """Lives of 3000 events each, until everything that can happen has happened in one of them."""
    missing = {kind.__name__ for kind in get_args(c.Command)}
    missing |= {"answered", "abandoned", "timed_out", "blocked", "closed", "failed", "served", "voicemail"}
    missing |= {"transferred_out", "busy", "rejected", "unreachable", "no_answer", "cancelled"}
    missing |= {"callback_requested", "turned_away", "vip_group", "last_agent", "queue", "transfer", "reconnect"}
    for seed in range(12):
        world = busy_hours(3000, seed)
        world.pass_time(100_000.0)
        for view in world.router.contacts():
            world.send(e.CallerHungUp(view.id))
        assert set(world.ended) == set(world.known)
        for _, _, commands in world.journal:
            for command in commands:
                missing.discard(command["kind"])
                if "offer" in command:
                    missing.discard(command.get("reason", ""))
        missing -= {ended.outcome.value for ended in world.ended.values()}
        if not missing and seed > 0:
            return
    assert not missing


@pytest.mark.parametrize("seed", range(6))
def test_a_router_restored_before_each_event_goes_on_alike(seed: int) -> None:
    busy_hours(400, seed, twin=True)
