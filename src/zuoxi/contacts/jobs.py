"""What the worker does for contacts."""

from __future__ import annotations

import structlog

from zuoxi import lines
from zuoxi.contacts.voicemail import escalate
from zuoxi.platform.jobs import Jobs
from zuoxi.platform.services import Services

log = structlog.get_logger("zuoxi.contacts")


def register(jobs: Jobs, services: Services) -> None:
    """Tell the worker."""
    # the sixth field is seconds: twice a minute
    jobs.every("* * * * * */30", "contacts.escalate_voicemails", lambda: escalate_all(services))


async def escalate_all(services: Services) -> None:
    """Tell supervisors of messages that nobody heard in their queues' time."""
    for tenant_id in await lines.tenants(services.narrow):
        async with services.database.transaction(tenant_id) as session:
            found = await escalate(session, services.clock())
        if found:
            log.info("voicemails escalated", tenant=tenant_id, messages=len(found))
