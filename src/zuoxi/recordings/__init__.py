"""Recordings of conversations: finishing what the engine wrote, finding it, playing it."""

from zuoxi.recordings.finish import Finisher
from zuoxi.recordings.models import Recording
from zuoxi.recordings.scopes import listening_scopes

__all__ = ["Finisher", "Recording", "listening_scopes"]
