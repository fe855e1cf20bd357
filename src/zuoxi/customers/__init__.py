"""Customers: profiles with numbers, addresses and notes, VIP, potential customers, the blacklist, number facts.

What other rooms may use is named here.
"""

from zuoxi.customers.blacklist import block, unblock
from zuoxi.customers.errors import NoSuchClient, NoSuchCustomer
from zuoxi.customers.find_customers import (
    AddressCard,
    CallerFacts,
    Card,
    NoteCard,
    caller_facts,
    card,
    get_customer,
    is_vip,
    matching,
    number_to_call,
    numbers_of,
)
from zuoxi.customers.models import Customer, CustomerNumber
from zuoxi.customers.numbers import NumberKind, PhoneNumber, read_number
from zuoxi.customers.pinyin import pinyin_of
from zuoxi.customers.places import load_places
from zuoxi.customers.profiles import (
    Address,
    add_note,
    add_number,
    became_buyer,
    change_customer,
    client_of,
    create_customer,
    find_or_create,
    remember_address,
    stored_address,
)
from zuoxi.customers.regions import parse_address, regions
from zuoxi.customers.schemas import AddressIn
from zuoxi.platform.fields import Id, Strict

__all__ = [
    "Address",
    "AddressCard",
    "AddressIn",
    "CallerFacts",
    "Card",
    "Customer",
    "CustomerNumber",
    "Id",
    "NoSuchClient",
    "NoSuchCustomer",
    "NoteCard",
    "NumberKind",
    "PhoneNumber",
    "Strict",
    "add_note",
    "add_number",
    "became_buyer",
    "block",
    "caller_facts",
    "card",
    "change_customer",
    "client_of",
    "create_customer",
    "find_or_create",
    "get_customer",
    "is_vip",
    "load_places",
    "matching",
    "number_to_call",
    "numbers_of",
    "parse_address",
    "pinyin_of",
    "read_number",
    "regions",
    "remember_address",
    "stored_address",
    "unblock",
]
