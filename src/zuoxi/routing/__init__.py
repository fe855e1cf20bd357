"""Who gets which call: deterministic, without I/O. ``Router.handle(event, now)`` answers with commands and facts."""

from zuoxi.routing.router import Router

__all__ = ["Router"]
