"""Figures from the event log: the wallboard's definitions, and the boards of a running process."""

from zuoxi.reporting.live import CHANGED_TOPICS, Wallboards

__all__ = ["CHANGED_TOPICS", "Wallboards"]
