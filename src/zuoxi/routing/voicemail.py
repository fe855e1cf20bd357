"""A caller leaves a message: the prompt and a tone, then the message until #, the end of the call, or the limit.

The sound is the contact's own recording, which runs from the call's first moment; what is stated here is from when to
when the message lasted. Whoever left one is called by a person and never by the automatic callback, so no callback is
recorded; whoever left nothing counts as having given up waiting, and is called back like them.
"""

from __future__ import annotations

from collections.abc import Callable

from zuoxi.routing import commands as c
from zuoxi.routing.deadlines import Deadline
from zuoxi.routing.floor import Floor
from zuoxi.routing.model import Outcome
from zuoxi.routing.records import Contact
from zuoxi.routing.transitions import CONTACT

_FINISHED = "#"


class Voicemail:
    """The events of callers who leave a message."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self.left: Callable[[Contact], None] | None = None  # hears of everybody who left a message

    def begin(self, contact: Contact, queue_id: str | None, reason: str) -> None:
        """Let the caller leave a message for ``queue_id`` (None: the contact's queue, or its hotline's), from before
        the first queue, out of one, or out of a flow. Whoever calls this has counted the waiting and withdrawn the
        phone that rang. ``reason`` is why nobody takes the call: timed_out, full, unstaffed, flow, …"""
        floor, hotline = self._floor, contact.hotline
        own = contact.queue or (None if hotline is None else floor.queues.get(hotline.queue))
        contact.queue = floor.queues.get(queue_id or "", own)
        contact.state = CONTACT.after(contact.state, "record")
        contact.ticket = 0
        contact.message_at = None
        queue = None if contact.queue is None else contact.queue.id
        out, rules = floor.out, floor.rules
        out.append(c.VoicemailBegun(contact.id, queue, reason))
        if hotline is not None and not hotline.answer_before_waiting and not contact.answered:
            out.append(c.AnswerCall(contact.id, contact.call))
        out.append(c.TakeAside(contact.id, contact.call))
        prompt = rules.voicemail_prompt
        contact.announcement = prompt
        out.append(c.PlayPrompt(contact.id, contact.call, prompt, (prompt, rules.beep_prompt)))
        self._until(contact, rules.announcement_limit)

    def prompt_finished(self, contact: Contact, prompt: str) -> None:
        """The tone has sounded: the message begins."""
        if contact.message_at is None and prompt == contact.announcement:
            self._record(contact)

    def time_out(self, contact: Contact) -> None:
        """Nobody told of the prompt's end, or the message is as long as it may be."""
        if contact.message_at is None:
            self._record(contact)
        else:
            self._say_goodbye(contact, "message_limit")

    def digit_pressed(self, contact: Contact, digit: str) -> None:
        """# ends the message; before the tone it means nothing."""
        if digit == _FINISHED and contact.message_at is not None:
            self._say_goodbye(contact, "message_finished")

    def over(self, contact: Contact, reason: str, otherwise: Outcome, callback: str | None) -> None:
        """The caller's leg is gone, or is being released: what was said is kept. Who said nothing has the outcome
        ``otherwise``, and is called back for ``callback`` unless that is None."""
        if self._keep(contact):
            self._floor.end(contact, Outcome.VOICEMAIL, reason)
            return
        if callback is not None:
            self._floor.record_callback(contact, callback)
        self._floor.end(contact, otherwise, reason)

    # -- parts ---------------------------------------------------------------------------------------------------------
    def _until(self, contact: Contact, seconds: float) -> None:
        contact.limit_at = self._floor.now + seconds
        self._floor.deadlines.set(contact.limit_at, Deadline.MESSAGE, contact.id)

    def _record(self, contact: Contact) -> None:
        contact.announcement = None
        contact.message_at = self._floor.now
        self._until(contact, self._floor.rules.message_limit)

    def _say_goodbye(self, contact: Contact, reason: str) -> None:
        floor = self._floor
        if self._keep(contact):
            floor.announce(contact, floor.rules.voicemail_kept_prompt, Outcome.VOICEMAIL, reason)
        else:
            floor.announce(contact, floor.rules.timed_out_prompt, Outcome.ABANDONED, "no_message")
            floor.record_callback(contact, "abandoned")

    def _keep(self, contact: Contact) -> bool:
        """State what was left. False: nothing that anybody could have said something in."""
        floor, begun = self._floor, contact.message_at
        contact.message_at = None
        if begun is None or floor.now - begun < floor.rules.message_shortest:
            return False
        hotline = contact.hotline
        floor.out.append(
            c.VoicemailLeft(
                contact.id,
                None if contact.queue is None else contact.queue.id,
                None if hotline is None else hotline.line,
                None if hotline is None else hotline.project,
                contact.number,
                contact.customer,
                begun,
                floor.now - begun,
            )
        )
        if self.left is not None:
            self.left(contact)
        return True
