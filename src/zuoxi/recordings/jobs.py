"""What the worker does for recordings all the time."""

from __future__ import annotations

from zuoxi.platform.jobs import Jobs
from zuoxi.platform.services import Services
from zuoxi.recordings.finish import Finisher


def register(jobs: Jobs, services: Services) -> None:
    """Tell the worker."""
    jobs.always("recordings.finish", lambda: finish_recordings(services))


async def finish_recordings(services: Services) -> None:
    """Finish recordings of ended calls until cancelled (one task of the worker)."""
    folder = services.settings.folder("recordings")
    await Finisher(folder, services.database, services.narrow, services.clock).run()
