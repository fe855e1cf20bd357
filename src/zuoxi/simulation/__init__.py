"""The router over simulated time: arrivals, patience, handling, shifts, and the day's figures."""

from zuoxi.simulation.measures import Figures
from zuoxi.simulation.run import simulate
from zuoxi.simulation.scenario import Scenario

__all__ = ["Figures", "Scenario", "simulate"]
