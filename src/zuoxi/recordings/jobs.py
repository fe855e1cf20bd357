"""What the worker does for recordings all the time."""

from __future__ import annotations

from zuoxi.platform.services import Services
from zuoxi.recordings.finish import Finisher


async def finish_recordings(services: Services) -> None:
    """Finish recordings of ended calls until cancelled (one task of the worker)."""
    folder = services.settings.folder("recordings")
    await Finisher(folder, services.database, services.narrow, services.clock).run()
