"""Pausing the recording while card numbers are read out. It goes on by itself when the conversation with that agent is
interrupted or over, and after a limit, so that nobody forgets it."""

from __future__ import annotations

from zuoxi.routing import commands as c
from zuoxi.routing import events as e
from zuoxi.routing.deadlines import Deadline
from zuoxi.routing.errors import RequestImpossible
from zuoxi.routing.floor import Floor
from zuoxi.routing.model import ContactState
from zuoxi.routing.records import Contact
from zuoxi.routing.requests import Requests

ASKED, HELD, LEFT, TIME_LIMIT, FAILED = "asked", "held", "left", "time_limit", "failed"
_TALKING, _HELD = ContactState.TALKING, ContactState.HELD


class Pauses:
    """Which recordings keep silence, and until when."""

    def __init__(self, floor: Floor, requests: Requests) -> None:
        self._floor = floor
        self._requests = requests

    def pause_requested(self, event: e.PauseRecordingRequested) -> None:
        floor = self._floor
        try:
            contact = self._requests.own_contact(event.agent, event.contact)
            if event.paused and contact.state is not _TALKING:
                raise RequestImpossible("routing.not_talking")
        except RequestImpossible as refusal:
            floor.refuse(event.agent, "pause_recording", refusal.code)
            return
        if not event.paused:
            if contact.paused_by is not None:
                self._resume(contact, event.agent, ASKED)
            return
        if contact.paused_by is not None:
            return
        contact.paused_by = event.agent
        contact.paused_until = floor.now + floor.rules.pause_recording_limit
        floor.paused[contact.id] = contact
        floor.deadlines.set(contact.paused_until, Deadline.PAUSE, contact.id)
        floor.out.append(c.PauseRecording(contact.id, contact.call, True))
        floor.out.append(c.RecordingPaused(contact.id, event.agent, contact.paused_until))

    def failed(self, event: e.RecordingPauseFailed) -> None:
        """What was said is recorded: the agent must know. Asked for once more, so that nothing stays half done."""
        contact = self._floor.paused.get(event.contact)
        if contact is not None:
            self._resume(contact, None, FAILED)

    def time_limit(self, contact: Contact) -> None:
        self._resume(contact, None, TIME_LIMIT)

    def settle(self) -> None:
        """After an event: go on with recordings whose agent no longer talks with the caller."""
        for contact in list(self._floor.paused.values()):
            mine = contact.agent is not None and contact.agent.id == contact.paused_by
            if contact.state is not _TALKING or not mine:
                self._resume(contact, None, HELD if mine and contact.state is _HELD else LEFT)

    def _resume(self, contact: Contact, agent: str | None, reason: str) -> None:
        self._floor.out.append(c.PauseRecording(contact.id, contact.call, False))
        self._floor.resume_recording(contact, agent, reason)
