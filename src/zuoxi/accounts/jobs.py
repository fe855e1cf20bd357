"""What is swept up behind sign-ins."""

from __future__ import annotations

from zuoxi.accounts.sessions import forget_ended_sessions
from zuoxi.accounts.throttle import forget_old_attempts
from zuoxi.platform.jobs import Jobs
from zuoxi.platform.services import Services


def register(jobs: Jobs, services: Services) -> None:
    """Register the accounts' work."""

    async def sweep() -> None:
        now = services.clock()
        await forget_ended_sessions(services.narrow, services.settings, now)
        await forget_old_attempts(services.narrow, now)

    jobs.every("7 * * * *", "accounts.sweep", sweep)
