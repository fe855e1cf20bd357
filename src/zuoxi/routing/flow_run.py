"""A caller's way through a call flow: the moves, pure. What happens (a key, the end of a prompt, an answer to a
look-up, time) goes in, what is to be done comes out; ``flows.py`` does it with a live call, a trial with typed keys.

Nothing here waits for ever: each prompt, key and look-up has its time, each question a number of tries, and a run
passes ``MOST_NODES_PASSED`` nodes at most, whatever circles the document has.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from zuoxi.routing.flow_conditions import holds, needs_clock
from zuoxi.routing.flow_document import Flow, Node
from zuoxi.routing.flow_services import CLOCK, CLOCK_RESULTS, EXIT, FAILED, SERVICES
from zuoxi.routing.flow_speech import sound_of

MOST_NODES_PASSED = 300
LOOK_UP_SECONDS = 3.0  # the live loop gives up after two: this is for an answer that never comes
PROMPT_SECONDS, PART_SECONDS = 30.0, 15.0  # after which a prompt counts as played, whoever lost its end
MOST_AHEAD = 20
MASK = "x"  # what the router sees of a key that nobody may keep
_DEFAULT_EXITS = {"no_input": FAILED}


class Phase(StrEnum):
    """What the run waits for."""

    SAYING = "saying"  # the end of a prompt
    KEYS = "keys"
    LOOKING = "looking"  # the answer to a look-up
    AWAY = "away"  # in a queue, a message, a call to outside: comes back by an exit, or never
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Say:
    """Play these prompts as one, under a name that is never used again in this run."""

    name: str
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hush:
    """Stop what is being played."""


@dataclass(frozen=True, slots=True)
class Ask:
    request: str
    service: str
    arguments: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Entered:
    node: str
    kind: str
    served: bool


@dataclass(frozen=True, slots=True)
class Collected:
    """Keys typed at a menu or a collecting node; ``ok``: they were what was asked for."""

    node: str
    digits: str
    ok: bool


@dataclass(frozen=True, slots=True)
class Answered:
    """One question of a survey."""

    node: str
    question: str
    value: str


@dataclass(frozen=True, slots=True)
class Left:
    """The flow gives the call away, or ends it. ``what``: queue, voicemail, callback, transfer_out, hang_up, broken."""

    node: str
    what: str
    detail: Mapping[str, Any] = field(default_factory=dict)


Effect = Say | Hush | Ask | Entered | Collected | Answered | Left


@dataclass(slots=True)
class Run:
    """Where a caller is in a flow. Plain values, so that it can be written down and gone on with."""

    flow: Flow
    node: str = ""
    phase: Phase = Phase.OVER
    variables: dict[str, str] = field(default_factory=dict)
    digits: str = ""
    ahead: str = ""  # typed before anybody asked
    tries: int = 0
    question: int = 0
    thanked: bool = False
    said: int = 0
    asked: int = 0
    saying: str = ""  # the name of the prompt that is being played
    due_at: float | None = None  # when the present phase is given up
    passed: int = 0
    served: bool = False
    priority: int = 0
    skill: str | None = None

    def plain(self) -> dict[str, Any]:
        """As JSON values, without the flow."""
        found = {name: getattr(self, name) for name in _PLAIN}
        return found | {"phase": self.phase.value, "variables": dict(self.variables)}

    @classmethod
    def read(cls, flow: Flow, plain: Mapping[str, Any]) -> Run:
        """The inverse of ``plain``."""
        values = {name: plain[name] for name in _PLAIN if name in plain}
        return cls(flow, phase=Phase(plain["phase"]), **values | {"variables": dict(plain["variables"])})


_PLAIN = tuple(name for name in Run.__slots__ if name not in ("flow", "phase"))


# -- what happens ------------------------------------------------------------------------------------------------------
def begin(run: Run, now: float) -> list[Effect]:
    """Enter the flow. ``run.variables`` says what is known of the call."""
    out: list[Effect] = []
    run.node, run.phase = run.flow.start, Phase.OVER
    _walk(run, now, out, run.flow.start)
    return out


def press(run: Run, digit: str, now: float) -> list[Effect]:
    """The caller pressed a key."""
    out: list[Effect] = []
    if run.phase is Phase.LOOKING:
        run.ahead = (run.ahead + digit)[:MOST_AHEAD]
    elif run.phase is Phase.SAYING:
        node = run.flow.nodes[run.node]
        if not _interruptible(run, node):
            return out
        out.append(Hush())
        run.saying = ""
        if node.kind == "prompt":
            run.ahead = (run.ahead + digit)[:MOST_AHEAD]
            _go(run, "next", now, out)
        else:
            _hear(run, node, digit, now, out)
    elif run.phase is Phase.KEYS:
        _hear(run, run.flow.nodes[run.node], digit, now, out)
    return out


def played(run: Run, name: str, now: float) -> list[Effect]:
    """A prompt has been played to its end (or could not be played)."""
    out: list[Effect] = []
    if run.phase is Phase.SAYING and run.saying == name:
        _after_saying(run, now, out)
    return out


def looked_up(run: Run, request: str, result: Mapping[str, str], now: float) -> list[Effect]:
    """A look-up answered; without an exit in ``result`` it has failed."""
    out: list[Effect] = []
    if run.phase is Phase.LOOKING and request == str(run.asked):
        _heard_back(run, result, now, out)
    return out


def time_passed(run: Run, now: float) -> list[Effect]:
    """The present phase has lasted long enough."""
    out: list[Effect] = []
    if run.due_at is None or now < run.due_at:
        return out
    if run.phase is Phase.SAYING:
        out.append(Hush())
        _after_saying(run, now, out)
    elif run.phase is Phase.LOOKING:
        _heard_back(run, {}, now, out)
    elif run.phase is Phase.KEYS:
        node = run.flow.nodes[run.node]
        if node.kind == "collect" and run.digits:
            _check(run, node, now, out)
        else:
            _wrong(run, node, True, now, out)
    return out


def come_back(run: Run, exit_name: str, now: float) -> list[Effect] | None:
    """The call comes back from where it was given to, by one of the node's exits. None: the node does not want it."""
    node = run.flow.nodes.get(run.node)
    if run.phase is not Phase.AWAY or node is None or exit_name not in node.exits:
        return None
    out: list[Effect] = []
    _go(run, exit_name, now, out)
    return out


# -- moving ------------------------------------------------------------------------------------------------------------
def _go(run: Run, exit_name: str, now: float, out: list[Effect]) -> None:
    exits = run.flow.nodes[run.node].exits
    target = exits.get(exit_name) or exits.get(_DEFAULT_EXITS.get(exit_name, ""))
    if target is None:
        _leave(run, "broken", out, {"reason": "flow_exit_missing"})
    else:
        _walk(run, now, out, target)


def _walk(run: Run, now: float, out: list[Effect], target: str | None) -> None:
    """Enter nodes until one of them waits for something."""
    while target is not None:
        node = run.flow.nodes.get(target)
        run.passed += 1
        if node is None or node.unfinished:
            _leave(run, "broken", out, {"reason": "flow_node_missing"})
            return
        if run.passed > MOST_NODES_PASSED:
            _leave(run, "broken", out, {"reason": "flow_too_long"})
            return
        run.node, run.digits, run.tries, run.question, run.thanked = node.id, "", 0, 0, False
        run.saying, run.due_at = "", None
        run.served = run.served or node.served
        out.append(Entered(node.id, node.kind, node.served))
        exit_name = _ENTER[node.kind](run, node, now, out)
        if exit_name is None:
            return
        target = node.exits.get(exit_name) or node.exits.get(_DEFAULT_EXITS.get(exit_name, ""))
        if target is None:
            _leave(run, "broken", out, {"reason": "flow_exit_missing"})


def _leave(run: Run, what: str, out: list[Effect], detail: Mapping[str, Any]) -> None:
    run.phase = Phase.OVER if what in ("hang_up", "broken", "callback") else Phase.AWAY
    run.due_at = None
    out.append(Left(run.node, what, detail))


def _say(run: Run, now: float, out: list[Effect], parts: tuple[str, ...]) -> bool:
    """Start a prompt; False when there is nothing to say."""
    if not parts:
        return False
    run.said += 1
    run.saying, run.phase = f"flow-{run.said}", Phase.SAYING
    run.due_at = now + PROMPT_SECONDS + PART_SECONDS * len(parts)
    out.append(Say(run.saying, parts))
    return True


def _listen(run: Run, node: Node, now: float) -> None:
    run.phase, run.saying, run.digits = Phase.KEYS, "", ""
    run.due_at = now + node.settings["timeout_s"]


def _ask(run: Run, now: float, out: list[Effect], service: str, arguments: tuple[tuple[str, str], ...] = ()) -> None:
    run.asked += 1
    run.phase, run.saying, run.due_at = Phase.LOOKING, "", now + LOOK_UP_SECONDS
    out.append(Ask(str(run.asked), service, arguments))


def _interruptible(run: Run, node: Node) -> bool:
    if node.kind == "survey":
        return not run.thanked
    return node.kind in ("prompt", "menu", "collect") and bool(node.settings["barge_in"])


def _after_saying(run: Run, now: float, out: list[Effect]) -> None:
    node = run.flow.nodes[run.node]
    if node.kind in ("menu", "collect"):
        _listen(run, node, now)
    elif node.kind == "prompt":
        _go(run, "next", now, out)
    elif node.kind == "survey":
        if run.thanked:
            _go(run, "next", now, out)
        else:
            _listen(run, node, now)
    elif node.kind == "lookup":
        _look_up(run, node, now, out)
    else:
        _depart(run, node, out)


# -- nodes that pass on, or give the call away: entering gives the exit to leave by, or None while there is to wait
def _enter_start(run: Run, node: Node, now: float, out: list[Effect]) -> str | None:
    return "next"


def _enter_prompt(run: Run, node: Node, now: float, out: list[Effect]) -> str | None:
    if run.ahead and node.settings["barge_in"]:
        return "next"
    return None if _say(run, now, out, sound_of(node.settings["say"], run.variables)) else "next"


def _enter_lookup(run: Run, node: Node, now: float, out: list[Effect]) -> str | None:
    if not _say(run, now, out, sound_of(node.settings["say"], run.variables)):
        _look_up(run, node, now, out)
    return None


def _look_up(run: Run, node: Node, now: float, out: list[Effect]) -> None:
    given = node.settings["arguments"]
    arguments = tuple((name, _value(run, given[name])) for name in sorted(given))
    _ask(run, now, out, node.settings["service"], arguments)


def _enter_hours(run: Run, node: Node, now: float, out: list[Effect]) -> str | None:
    _ask(run, now, out, "hours", (("hotline", node.settings["hotline"] or run.variables.get("call.hotline", "")),))
    return None


def _enter_branch(run: Run, node: Node, now: float, out: list[Effect]) -> str | None:
    if needs_clock(node.settings["cases"]):
        _ask(run, now, out, CLOCK)
        return None
    return _case(run, node)


def _case(run: Run, node: Node) -> str:
    for case in node.settings["cases"]:
        if all(holds(condition, run.variables) for condition in case["when"]):
            return str(case["exit"])
    return "else"


def _heard_back(run: Run, result: Mapping[str, str], now: float, out: list[Effect]) -> None:
    node = run.flow.nodes[run.node]
    exit_name = result.get(EXIT, FAILED)
    if node.kind == "hours":
        _go(run, exit_name if exit_name in node.exits else "open", now, out)
    elif node.kind == "branch":
        for name in CLOCK_RESULTS:
            run.variables.pop(f"time.{name}", None)
            if name in result:
                run.variables[f"time.{name}"] = result[name]
        _go(run, _case(run, node), now, out)
    else:
        service = SERVICES[node.settings["service"]]
        for name in service.results:
            run.variables.pop(f"{node.settings['into']}.{name}", None)
        if exit_name in service.exits:
            given = {name: result[name] for name in service.results if name in result}
            run.variables.update({f"{node.settings['into']}.{name}": value[:200] for name, value in given.items()})
        _go(run, exit_name if exit_name in service.exits else FAILED, now, out)


def _enter_set(run: Run, node: Node, now: float, out: list[Effect]) -> str | None:
    if node.settings["priority"] is not None:
        run.priority = node.settings["priority"]
    run.skill = node.settings["skill"] or run.skill
    run.variables.update(node.settings["variables"])
    return "next"


def _enter_queue(run: Run, node: Node, now: float, out: list[Effect]) -> str | None:
    _depart(run, node, out)
    return None


def _enter_saying_first(run: Run, node: Node, now: float, out: list[Effect]) -> str | None:
    if node.kind == "callback" and not _callable(_value(run, node.settings["number"])):
        return FAILED
    if not _say(run, now, out, sound_of(node.settings["say"], run.variables)):
        _depart(run, node, out)
    return None


def _depart(run: Run, node: Node, out: list[Effect]) -> None:
    settings = node.settings
    if node.kind == "queue":
        own = settings["priority"]
        skill = settings["skill"] or run.skill
        priority = run.priority if own is None else own
        _leave(run, "queue", out, {"queue": settings["queue"], "skill": skill, "priority": priority})
    elif node.kind == "voicemail":
        _leave(run, "voicemail", out, {"queue": settings["queue"]})
    elif node.kind == "callback":
        number, keep_place = _value(run, settings["number"]), settings["keep_place"]
        _leave(run, "callback", out, {"queue": settings["queue"], "number": number, "keep_place": keep_place})
    elif node.kind == "transfer_out":
        _leave(run, "transfer_out", out, {"number": settings["number"], "timeout": float(settings["timeout_s"])})
    else:
        _leave(run, "hang_up", out, {"outcome": settings["outcome"]})


def _callable(number: str) -> bool:
    bare = number.removeprefix("+")
    return bare.isascii() and bare.isdigit() and len(bare) >= 5


def _value(run: Run, given: Mapping[str, str]) -> str:
    return str(given["text"]) if "text" in given else run.variables.get(given["variable"], "")


# -- nodes that ask for keys -------------------------------------------------------------------------------------------
def _enter_asking(run: Run, node: Node, now: float, out: list[Effect]) -> str | None:
    ahead, run.ahead = run.ahead, ""
    if not ahead or not _interruptible(run, node):
        _put_question(run, node, now, out)
        return None
    _listen(run, node, now)
    passed = run.passed
    for place, digit in enumerate(ahead):
        _hear(run, node, digit, now, out, rest=ahead[place + 1 :])
        if run.passed != passed or run.phase is not Phase.KEYS or run.tries:
            break  # the keys behind were for what came then, or for nothing
    return None


def _put_question(run: Run, node: Node, now: float, out: list[Effect], *, again: bool = False) -> None:
    settings = node.settings
    say = settings["questions"][run.question].get("say", ()) if node.kind == "survey" else settings["say"]
    parts = sound_of(say, run.variables)
    if again and settings["wrong"] is not None:
        parts = (settings["wrong"], *parts)
    if not _say(run, now, out, parts):
        _listen(run, node, now)


def _hear(run: Run, node: Node, digit: str, now: float, out: list[Effect], rest: str = "") -> None:
    """A key for the node that asks. ``rest``: keys typed behind it already."""
    if run.phase is not Phase.KEYS:
        _listen(run, node, now)
    if node.kind == "menu":
        good = digit in node.settings["keys"]
        out.append(Collected(node.id, digit, good))
        if good:
            run.ahead = rest
            _go(run, digit, now, out)
        else:
            _wrong(run, node, False, now, out)
    elif node.kind == "survey":
        question = node.settings["questions"][run.question]
        good = digit.isdigit() and question.get("min", 1) <= int(digit) <= question.get("max", 5)
        if good:
            out.append(Answered(node.id, question["key"], digit))
            run.variables[f"survey.{question['key']}"] = digit
            _next_question(run, node, now, out)
        else:
            _wrong(run, node, False, now, out)
    elif digit == "#":
        run.ahead = rest
        _check(run, node, now, out)
    elif digit == "*":
        _listen(run, node, now)
    else:
        run.digits += digit
        run.due_at = now + node.settings["digit_timeout_s"]
        if len(run.digits) >= node.settings["max_length"]:
            run.ahead = rest
            _check(run, node, now, out)


def _check(run: Run, node: Node, now: float, out: list[Effect]) -> None:
    digits, settings = run.digits, node.settings
    good = bool(digits) and acceptable(digits, settings)
    out.append(Collected(node.id, MASK * len(digits) if settings["secret"] else digits, good))
    if good:
        run.variables[settings["variable"]] = MASK * len(digits) if settings["secret"] else digits
        run.digits = ""
        _go(run, "ok", now, out)
    else:
        _wrong(run, node, not digits, now, out)


def acceptable(digits: str, settings: Mapping[str, Any]) -> bool:
    """Whether typed digits have the length, the pattern and the size that a collecting node asks for. Of what nobody
    may keep only the length is seen."""
    if not settings["min_length"] <= len(digits) <= settings["max_length"]:
        return False
    if settings["secret"]:
        return True
    if not digits.isdigit():
        return False
    masks = settings["pattern"].split("|") if settings["pattern"] else []
    if masks and not any(_fits(digits, mask) for mask in masks):
        return False
    least, most = settings["min"], settings["max"]
    return (least is None or int(digits) >= least) and (most is None or int(digits) <= most)


def _fits(digits: str, mask: str) -> bool:
    return len(digits) == len(mask) and all(wanted in ("d", digit) for digit, wanted in zip(digits, mask, strict=True))


def _wrong(run: Run, node: Node, silent: bool, now: float, out: list[Effect]) -> None:
    run.tries += 1
    run.ahead, run.digits = "", ""
    if run.tries < node.settings["tries"]:
        _put_question(run, node, now, out, again=not silent)
    elif node.kind == "survey":
        _next_question(run, node, now, out)
    else:
        _go(run, "no_input" if silent else FAILED, now, out)


def _next_question(run: Run, node: Node, now: float, out: list[Effect]) -> None:
    run.question += 1
    run.tries, run.digits = 0, ""
    if run.question < len(node.settings["questions"]):
        _put_question(run, node, now, out)
        return
    run.thanked = True
    if not _say(run, now, out, sound_of(node.settings["thanks"], run.variables)):
        _go(run, "next", now, out)


_ENTER: dict[str, Callable[[Run, Node, float, list[Effect]], str | None]] = {
    "start": _enter_start,
    "prompt": _enter_prompt,
    "menu": _enter_asking,
    "collect": _enter_asking,
    "lookup": _enter_lookup,
    "hours": _enter_hours,
    "branch": _enter_branch,
    "set": _enter_set,
    "queue": _enter_queue,
    "voicemail": _enter_queue,
    "callback": _enter_saying_first,
    "survey": _enter_asking,
    "transfer_out": _enter_saying_first,
    "hang_up": _enter_saying_first,
}
