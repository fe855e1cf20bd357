"""Winners follow from the seed: vectors worked out by hand, and what holds for every list."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zuoxi.draws import fairness
from zuoxi.draws.__main__ import main
from zuoxi.draws.check import check
from zuoxi.draws.errors import DrawStateWrong, PatternUnreadable
from zuoxi.draws.fairness import Entry
from zuoxi.draws.rules import STEPS, Check, State, check_digit, checks, clean_ticket, fits, read_pattern, step

SEED = "00" * 32
LISTED = [Entry("10000001", 1), Entry("10000002", 2), Entry("10000003", 1), Entry("10000004", 3)]


def test_vectors_that_a_shell_computes_too() -> None:
    # printf %s 0000…00 | sha256sum, and printf '%s' '0000…00|双色球 03 09 12|10000001' | sha256sum
    assert fairness.commitment_of(SEED) == "60e05bd1b195af2f94112fa7197a5c88289058840ce7c6df9693756bc6250f55"
    assert (
        fairness.list_hash_of(LISTED)
        == sha256(b"10000001,1\n10000002,2\n10000003,1\n10000004,3\n").hexdigest()
        == fairness.list_hash_of(reversed(LISTED))
    )
    assert (
        fairness.score_of(SEED, "双色球 03 09 12", "10000001")
        == sha256(("00" * 32 + "|双色球 03 09 12|10000001").encode()).hexdigest()
    )
    assert [one.entry.ticket for one in fairness.draw(SEED, "", LISTED, 4, one_each=False)] == sorted(
        (entry.ticket for entry in LISTED), key=lambda ticket: sha256(f"{SEED}||{ticket}".encode()).hexdigest()
    )


tickets = st.lists(st.from_regex(r"[0-9]{1,12}", fullmatch=True), unique=True, max_size=40)


@st.composite
def lists(draw: st.DrawFn) -> list[Entry]:
    return [Entry(ticket, draw(st.integers(1, 6))) for ticket in draw(tickets)]


@given(lists(), st.text(max_size=10), st.text(max_size=10), st.integers(0, 12), st.booleans(), st.randoms())
def test_the_order_of_the_list_decides_nothing(
    listed: list[Entry], seed: str, word: str, places: int, one_each: bool, chance: object
) -> None:
    drawn = fairness.draw(seed, word, listed, places, one_each=one_each)
    shuffled = list(listed)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert fairness.draw(seed, word, shuffled, places, one_each=one_each) == drawn
    assert fairness.list_hash_of(shuffled) == fairness.list_hash_of(listed)
    assert [one.rank for one in drawn] == list(range(1, len(drawn) + 1))
    assert len({one.entry.ticket for one in drawn}) == len(drawn)
    people = {entry.person for entry in listed}
    if one_each:
        assert len({one.entry.person for one in drawn}) == len(drawn) == min(places, len(people))
    else:
        assert len(drawn) == min(places, len(listed))


@given(lists(), st.integers(1, 10), st.booleans())
def test_who_is_not_drawn_would_have_come_later(listed: list[Entry], places: int, one_each: bool) -> None:
    drawn = fairness.draw(SEED, "", listed, places, one_each=one_each)
    more = fairness.draw(SEED, "", listed, places + 5, one_each=one_each)
    assert more[: len(drawn)] == drawn, "further places change nothing about the first"
    assert [one.score for one in more] == sorted(one.score for one in more)


def document() -> dict[str, object]:
    drawn = fairness.draw(SEED, "word", LISTED, 3)
    return {
        "algorithm": fairness.ALGORITHM,
        "commitment": fairness.commitment_of(SEED),
        "list_hash": fairness.list_hash_of(LISTED),
        "entries": [{"ticket": entry.ticket, "person": entry.person} for entry in LISTED],
        "prizes": [{"name": "一等奖", "count": 1}],
        "reserves": 2,
        "one_each": True,
        "seed": SEED,
        "public_word": "word",
        "winners": [{"rank": one.rank, "ticket": one.entry.ticket} for one in drawn],
    }


def test_the_example_that_the_page_is_held_to() -> None:
    example = json.loads((Path(__file__).parent / "published.json").read_text("utf-8"))
    assert [one.right for one in check(example)] == [True, True, True]


def test_anybody_can_check_and_a_changed_file_is_found_out(tmp_path: Path) -> None:
    file = tmp_path / "draw.json"
    file.write_text(json.dumps(document()), "utf-8")
    assert [one.right for one in check(document())] == [True, True, True]
    assert main([str(file)]) == 0
    for change, wrong in (
        ({"seed": "11" * 32}, {"commitment", "winners"}),
        ({"entries": document()["entries"][:-1]}, {"list", "winners"}),  # type: ignore[index]
        ({"winners": [{"rank": 1, "ticket": "10000004"}]}, {"winners"}),
    ):
        found = {one.name for one in check({**document(), **change}) if one.right is False}
        assert found <= wrong
        assert found, change
        file.write_text(json.dumps({**document(), **change}), "utf-8")
        assert main([str(file)]) == 1
    before = {name: value for name, value in document().items() if name not in ("seed", "winners", "public_word")}
    assert [one.right for one in check(before)] == [None, True, None]
    with pytest.raises(ValueError, match="not a draw"):
        check({"algorithm": "coin"})


@pytest.mark.parametrize(
    ("digits", "kind", "whole"),
    [
        ("7992739871", Check.LUHN, "79927398713"),  # the example of ISO/IEC 7812
        ("400638133393", Check.EAN, "4006381333931"),  # an article number
        ("5", Check.NONE, "5"),
    ],
)
def test_check_digits(digits: str, kind: Check, whole: str) -> None:
    assert digits + check_digit(digits, kind) == whole
    assert checks(whole, kind)


@given(st.from_regex(r"[0-9]{2,20}", fullmatch=True), st.sampled_from([Check.LUHN, Check.EAN]), st.data())
def test_one_wrong_digit_is_always_noticed(body: str, kind: Check, data: st.DataObject) -> None:
    whole = body + check_digit(body, kind)
    place = data.draw(st.integers(0, len(whole) - 1))
    wrong = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != whole[place]]))
    assert checks(whole, kind)
    assert not checks(whole[:place] + wrong + whole[place + 1 :], kind)


def test_tickets_are_read_as_people_write_them() -> None:
    assert clean_ticket(" 1234-5678 ") == "12345678"
    assert [clean_ticket(text) for text in ("", "12a", "1" * 31, "１２", "½")] == [""] * 5
    masks = read_pattern("88dddd|dddddd")
    assert [fits(ticket, masks) for ticket in ("881234", "991234", "88123", "8812345")] == [True, True, False, False]
    for wrong in ("", "88x", "|", "d" * 31):
        with pytest.raises(PatternUnreadable):
            read_pattern(wrong)


def test_the_life_of_a_draw() -> None:
    state = "draft"
    for name in ("open", "close", "draw"):
        state = step(state, name)
    assert state == "drawn"
    for name in STEPS:
        for wrong in State:
            if wrong not in STEPS[name]:
                with pytest.raises(DrawStateWrong):
                    step(wrong, name)
