"""The router's tables as Markdown for ARCHITECTURE.md: lifecycles drawn by Mermaid, decisions as a table."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any

from zuoxi.routing.arrival import DISMISSALS
from zuoxi.routing.model import Rules
from zuoxi.routing.transitions import AGENT, CALLBACK, CONTACT, OFFER, PARTY, Lifecycle


@dataclass(frozen=True, slots=True)
class Decision:
    """One line of the decision table: ``when`` it applies, what the router does, and what becomes of the contact."""

    when: str
    then: str
    ends: str


_ARRIVAL: tuple[Decision, ...] = (
    *(Decision(row.when, f"message `{row.message(Rules())}`, then release", f"`{row.outcome}`") for row in DISMISSALS),
    Decision(
        "a VIP, and an agent of the hotline's VIP group is ready",
        "offer to the best-skilled, then longest-idle of the group (`vip_group`)",
        "—",
    ),
    Decision(
        "the agent of the last order is ready (within the settings for reach and age)",
        "offer to that agent, whatever their skills (`last_agent`)",
        "—",
    ),
    Decision(
        "an agent with the queue's skill is ready",
        "offer to the best-skilled, then longest-idle (`queue`)",
        "—",
    ),
    Decision(
        "nobody is ready, and a step of the queue's plan for a long queue applies",
        "waits in that step's queue from the start",
        "—",
    ),
    Decision(
        "nobody is ready, and the queue is full (`max_waiting`) or, where that is set, nobody with its skill is in",
        "the queue's exit for this (`when_full`, `when_unstaffed`): another queue, voicemail, callback, a flow, or "
        "message `queue_full` / `queue_unstaffed`, then release; callback",
        "`turned_away` after the message",
    ),
    Decision(
        "nobody who may take the call is ready",
        "wait with music; priority = queue's + `vip_boost` for a VIP + `last_agent_boost` for a returning caller + "
        "`transfer_boost` after a transfer; the VIP group and the last order's agent stay eligible",
        "—",
    ),
)
_IN_FLOW: tuple[Decision, ...] = (
    Decision(
        "the hotline has a call flow",
        "the caller goes through the version published at that moment, to its end; a flow with an hours node decides "
        "the hours itself, one that asks for blacklisted callers meets them",
        "—",
    ),
    Decision(
        "a key is pressed",
        "the prompt stops where the node lets it; the key counts for the menu or the digits asked for, or ahead for "
        "the next; secret digits are only counted",
        "—",
    ),
    Decision(
        "no key in time, a wrong one, digits of the wrong length, pattern or size",
        "asked again, as often as the node says; then on by `no_input` or `failed`",
        "—",
    ),
    Decision("a look-up does not answer in time", "on by `failed`", "—"),
    Decision(
        "the flow passes the caller to a queue",
        "waits from now, with the skill and priority that the flow gives; an agent who answers ends the flow",
        "—",
    ),
    Decision("that queue's limit comes, and the node has the exit", "back into the flow, in silence", "—"),
    Decision(
        "the flow ends, or the caller hangs up in it",
        "released; a callback when nobody served the caller and the flow wants one",
        "`served` after a node marked so, else `abandoned` (or the node's `closed`, `blocked`)",
    ),
    Decision(
        "the agent hangs up, and the hotline has a survey",
        "the agent's wrap-up begins, the caller is asked",
        "`answered`",
    ),
)
_WAITING: tuple[Decision, ...] = (
    Decision(
        "the router hears of the call late (a slow look-up, a restart, a journal row that was lost)",
        "place, waiting time and time limit count from when the switch saw the call; a time in the future or more than "
        "an hour back is not believed and counts as now; when the limit has passed already, nobody is rung",
        "`timed_out` when the limit has passed",
    ),
    Decision(
        "an agent becomes ready",
        "takes, of all calls they may take, the first by priority, then longest wait (or by the line "
        "`queued at − priority × seconds_per_priority`, the queue's own number where it has one, when ageing is set)",
        "—",
    ),
    Decision(
        "the offer is not answered in the queue's time",
        "agent not ready (`silent_agent_reason`); the call goes to the next and keeps its place",
        "—",
    ),
    Decision(
        "the phone is busy, rejects, or cannot be reached",
        "agent not ready (`phone_busy`, `rejected`, `phone_unreachable`, else `phone_failed`); the same",
        "—",
    ),
    Decision(
        "the queue's time limit comes, also while a phone rings",
        "ringing offer withdrawn, its agent ready again; the queue's exit (`when_timed_out`): another queue with the "
        "wait kept and that queue's limit from now, voicemail, callback, a flow, or message `timed_out`, then release; "
        "callback",
        "`timed_out` after the message",
    ),
    Decision(
        "a step of the plan of the queue where the wait began is due, by time or by length",
        "waits in the step's queue, in the place that the kept wait gives; not while a phone rings; while nobody there "
        "is signed in or that queue is full, tried again every 10 s; the first queue's time limit goes on",
        "—",
    ),
    Decision(
        "an announcement of the queue where it waits is due",
        "place, expected wait (place × handling time / agents who serve) and comfort messages are said, none while a "
        "phone rings or while something is being said",
        "—",
    ),
    Decision(
        "the same, where the queue lets callers leave a message",
        "silence, prompt `voicemail` and a tone; then the message, until #, the end of the call, or `message_limit`",
        "`voicemail` and no callback; shorter than `message_shortest`: `abandoned` and a callback",
    ),
    Decision("the caller hangs up, also while a phone rings", "callback; the agent ready again", "`abandoned`"),
    Decision("the caller hangs up in a closing message", "nothing more", "the message's outcome"),
)
_CALLING_OUT: tuple[Decision, ...] = (
    Decision(
        "an agent who is signed in and has nothing in hand calls a number that the limits let through",
        "the agent's phone rings first (`outbound`), and no other call is offered there (`dialling`)",
        "—",
    ),
    Decision(
        "the agent's phone does not answer, or cannot be reached",
        "nobody is dialled; agent not ready, as with an offer",
        "`failed`",
    ),
    Decision(
        "the agent's phone answers",
        "the customer is rung for `dial_timeout` and sees the caller id of the project, the line or the hotline; the "
        "agent hears it",
        "—",
    ),
    Decision("the customer answers", "a conversation like any other", "`answered`"),
    Decision(
        "the customer does not answer, is busy, rejects, or cannot be reached",
        "the agent's wrap-up begins; afterwards ready or not ready as before",
        "`no_answer`, `busy`, `rejected`, `unreachable`, else `failed`",
    ),
    Decision(
        "the agent gives up, or loses the phone, before there is an answer; a supervisor forces the call down",
        "ringing stops; wrap-up when the customer was dialled, else ready or not ready as before",
        "`cancelled`",
    ),
)
_TALKING: tuple[Decision, ...] = (
    Decision("either side hangs up", "the agent's wrap-up begins", "`answered`"),
    Decision(
        "transfer to a queue",
        "waits there from now with raised priority, only that queue's skill decides; wrap-up begins; refused when that "
        "queue is full or, where that is set, nobody is in for it (`routing.queue_full`, `routing.queue_unstaffed`)",
        "`answered`, whatever comes; a callback when lost waiting",
    ),
    Decision(
        "transfer to a ready agent",
        "rings there, music meanwhile; not taken: back to the queue the call came from with raised priority",
        "the same",
    ),
    Decision("transfer to an agent who is not ready", "refused (`routing.agent_not_ready`), nothing changes", "—"),
    Decision(
        "the agent's page loses its phone",
        "music for `reconnect_limit` seconds; back in time: rung again (`reconnect`); else to the queue with raised "
        "priority, agent not ready (`phone_lost`)",
        "—",
    ),
    Decision("wish for not ready or sign-out in a call or wrap-up", "fulfilled when the wrap-up ends", "—"),
    Decision(
        "the agent pauses the recording",
        "silence in it until the agent goes on, holds, passes the call on or loses the phone, or for "
        "`pause_recording_limit` seconds",
        "—",
    ),
    Decision(
        "the agent extends the wrap-up",
        "its end moves by the queue's `wrap_up_extension`, `wrap_up_extensions` times",
        "—",
    ),
)
_BESIDE: tuple[Decision, ...] = (
    Decision(
        "a supervisor asks to listen, whisper or barge, in any state of a call but a closing message",
        "that phone rings (30 s), and no other call is offered there meanwhile (`assisting`); then hears both "
        "(`listen`), is heard by the agent too (`whisper`), or by both (`barge`); asked again, the mode changes",
        "—",
    ),
    Decision(
        "the supervised call waits, rings, is transferred or reconnects",
        "the supervisor stays on the line in silence and hears the next agent who answers, by `listen` first",
        "—",
    ),
    Decision("the supervisor leaves, or the phone fails", "the two go on; ready or not ready as before", "—"),
    Decision(
        "the agent leaves while a supervisor barges or a colleague is in conference",
        "that one has the call (`agent_left`); the agent's wrap-up begins; the same when the agent's page does not "
        "reconnect, and until then the caller talks on without music",
        "—",
    ),
    Decision("take over", "the supervisor has the call, ringing first when not on the line; wrap-up begins", "—"),
    Decision(
        "pick up a waiting or ringing call",
        "withdrawn where it rings, rings at the supervisor (`pickup`); not taken: waits on in its old place; who was "
        "not ready before is so again after the wrap-up",
        "—",
    ),
    Decision(
        "force transfer, in any state but a closing message", "as a transfer by the agent, or out of the queue", "—"
    ),
    Decision(
        "force hang-up",
        "both legs released, no callback",
        "`answered` if an agent had answered, else `failed`",
    ),
    Decision(
        "an agent is set ready, not ready, or signed out",
        "as by that agent; a wrap-up ends at once, a conversation goes on to its end",
        "—",
    ),
    Decision(
        "an agent consults a colleague with a free phone (ready or not), or an outside number",
        "the caller is held; the two talk alone; then back to the caller (`cancel`), the caller to the colleague "
        "(`transfer`), or all three (`conference`); resuming the caller leaves the other in silence, holding goes back",
        "—",
    ),
    Decision("who is consulted hangs up or does not answer", "the caller stays held until the agent resumes", "—"),
    Decision(
        "transfer to an outside number, blindly or after asking it",
        "the agent's wrap-up begins; the caller hears music until somebody answers, and the two talk on through us, "
        "recorded, counted and limited as a call out; when nobody answers, the caller waits anew with raised priority "
        "(`transfer_failed`)",
        "`transferred_out` once they spoke",
    ),
    Decision("the caller leaves", "all legs end; the agent's wrap-up begins", "`answered`"),
)
_ANY: tuple[Decision, ...] = (
    Decision(
        "the engine is lost",
        "all calls end; agents in a call begin wrap-up, rung agents are ready; who waited or talked becomes a callback",
        "`answered` if an agent had answered, else `failed`",
    ),
    Decision("the switch cannot carry out a command", "both legs released; a callback if still waiting", "the same"),
    Decision(
        "the configuration changes",
        "priorities, places and skills are computed anew; a removed queue's callers go to the hotline's queue, or "
        "wait on under the old definition when there is none",
        "—",
    ),
    Decision("an offer is answered after it was given up", "that phone is put down (ReleaseAgent)", "—"),
)

_CALLBACKS: tuple[Decision, ...] = (
    Decision(
        "a call is lost (abandoned, timed out, cut off), or its caller asks to be called",
        "a task of that person; who has a live one joins it, which comes sooner then, never later",
        "—",
    ),
    Decision(
        "the caller presses 1 in a queue with `offer_callback`",
        "says goodbye and ends; the place stays in the queue, and in its turn an agent is held for it and dials",
        "`callback_requested`",
    ),
    Decision(
        "a task is due, it is a permitted hour, and nobody with that person talks or waits",
        "goes to the best-skilled, then longest-idle ready agent who has been without a call for the plan's `idle`; "
        "`preview`: the agent dials or declines; `progressive`: dialled at once; `off`: only by hand",
        "—",
    ),
    Decision("a call comes for an agent with an offered task", "the call first; the task waits again", "—"),
    Decision("the person calls us meanwhile", "the task leaves the desk; its turn waits for the end of that call", "—"),
    Decision(
        "the person reaches an agent, leaves a message, orders, is blacklisted",
        "the task is dropped (`reached_us`, `voicemail`, `ordered`, `blacklisted`)",
        "—",
    ),
    Decision(
        "an attempt is busy, not answered, or fails",
        "again after the plan's time for that result; after the last attempt, or the plan's end, given up; an agent's "
        "own phone that was not reached is no attempt",
        "—",
    ),
)

DECISIONS: tuple[tuple[str, tuple[Decision, ...]], ...] = (
    ("A call arrives: the first line that applies", _ARRIVAL),
    ("In a call flow", _IN_FLOW),
    ("While it waits", _WAITING),
    ("Calling out", _CALLING_OUT),
    ("In conversation", _TALKING),
    ("Beside a conversation", _BESIDE),
    ("At any time", _ANY),
    ("Calling back", _CALLBACKS),
)


def mermaid(lifecycle: Lifecycle[Any]) -> str:
    """A Mermaid state diagram of a lifecycle; transitions between the same two states share an arrow."""
    lines = ["stateDiagram-v2"]
    if lifecycle.initial is not None:
        lines.append(f"    [*] --> {lifecycle.initial}")
    arrows: dict[tuple[str, str], list[str]] = {}
    for transition in lifecycle.transitions:
        source = "[*]" if transition.source is None else str(transition.source)
        arrows.setdefault((source, str(transition.target)), []).append(transition.trigger)
    lines.extend(f"    {source} --> {target}: {' / '.join(found)}" for (source, target), found in arrows.items())
    if lifecycle.final is not None:
        lines.append(f"    {lifecycle.final} --> [*]")
    return "\n".join(lines)


def decision_table() -> str:
    """The decision table in Markdown."""
    parts = []
    for title, rows in DECISIONS:
        parts.append(f"**{title}**\n\n| when | the router | outcome |\n|---|---|---|")
        parts[-1] += "".join(f"\n| {row.when} | {row.then} | {row.ends} |" for row in rows)
    return "\n\n".join(parts)


def lifecycles() -> str:
    """The lifecycles in Markdown, diagram and triggers."""
    parts = []
    for lifecycle in (CONTACT, OFFER, PARTY, AGENT, CALLBACK):
        rows = "".join(
            f"\n| {transition.source or '—'} | {transition.trigger} | {transition.target} | {transition.note} |"
            for transition in lifecycle.transitions
        )
        parts.append(
            f"**{lifecycle.name.capitalize()}**\n\n```mermaid\n{mermaid(lifecycle)}\n```\n\n"
            f"| from | trigger | to | when |\n|---|---|---|---|{rows}"
        )
    return "\n\n".join(parts)


def routing_markdown() -> str:
    """All generated parts of ARCHITECTURE.md, which stand there between ``<!-- generated:routing -->`` and its end."""
    return f"### Decisions\n\n{decision_table()}\n\n### Lifecycles\n\n{lifecycles()}\n"


if __name__ == "__main__":
    sys.stdout.write(routing_markdown())
