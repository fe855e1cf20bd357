"""The demo centre: a TV-shopping operator as it might be on any evening, and a small second one behind the wall."""

from zuoxi.demo.fill import fill

__all__ = ["fill"]
