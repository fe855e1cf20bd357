"""Telephone prize draws: registering tickets by phone, drawing from a published seed, calling winners."""

from zuoxi.draws.models import Draw, DrawEntry, DrawPerson, DrawWinner
from zuoxi.draws.register import Registration, register_by_phone
from zuoxi.draws.rules import Result, whole_ticket
from zuoxi.draws.run_draw import close_draw, get_draw, hold_draw, import_tickets, make_draw, open_draw
from zuoxi.draws.winners import settle_winner

__all__ = [
    "Draw",
    "DrawEntry",
    "DrawPerson",
    "DrawWinner",
    "Registration",
    "Result",
    "close_draw",
    "get_draw",
    "hold_draw",
    "import_tickets",
    "make_draw",
    "open_draw",
    "register_by_phone",
    "settle_winner",
    "whole_ticket",
]
