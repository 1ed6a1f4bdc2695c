"""Numbers that people read aloud and type: however written they mean the same, and a slip of a finger shows."""

from hypothesis import given
from hypothesis import strategies as st

from directory.codes import ALPHABET
from directory.referrals.numbers import (
    grouped,
    new_client_code,
    new_slip_number,
    read_client_code,
    read_slip_number,
)

slip_numbers = st.builds(new_slip_number)


@given(slip_numbers)
def test_a_number_is_read_as_it_is_printed_said_and_typed(number):
    for typed in (number, number.upper(), grouped(number), grouped(number).replace("-", " "), f" {number}\n"):
        assert read_slip_number(typed) == number
    assert read_slip_number(number.replace("0", "O").replace("1", "l")) == number


@given(slip_numbers, st.integers(0, 9), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_noticed(number, place, letter):
    mistyped = number[:place] + letter + number[place + 1 :]
    assert read_slip_number(mistyped) == (number if mistyped == number else None)


@given(st.text(max_size=30))
def test_any_text_is_a_number_or_none(text):
    for read, length in ((read_slip_number, 10), (read_client_code, 8)):
        number = read(text)
        assert number is None or (len(number) == length and set(number) <= set(ALPHABET))


def test_a_slip_number_is_no_client_code_and_the_other_way_round():
    assert read_client_code(new_slip_number()) is None
    assert read_slip_number(new_client_code()) is None
    code = new_client_code()
    assert read_client_code(grouped(code)) == code
