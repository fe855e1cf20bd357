"""A small SIP telephone (UDP, G.711): robot agents for demonstrations, and a phone that tests can talk through."""

from zuoxi.telephony.phone.audio import tone
from zuoxi.telephony.phone.phone import Phone, PhoneCall, PhoneError

__all__ = ["Phone", "PhoneCall", "PhoneError", "tone"]
