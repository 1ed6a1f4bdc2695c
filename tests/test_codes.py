"""Public codes say nothing and are read as a person types them."""

from hypothesis import given
from hypothesis import strategies as st

from directory.codes import ALPHABET, PUBLIC_CODE_LENGTH, new_public_code, read_public_code


def test_a_code_is_eight_letters_without_look_alikes():
    codes = {new_public_code() for _ in range(1_000)}
    assert len(codes) == 1_000
    assert all(len(code) == PUBLIC_CODE_LENGTH and set(code) <= set(ALPHABET) for code in codes)
    assert not set("ilou") & set(ALPHABET)


@given(st.text(alphabet=ALPHABET, min_size=PUBLIC_CODE_LENGTH, max_size=PUBLIC_CODE_LENGTH))
def test_a_code_typed_in_capitals_with_a_hyphen_and_look_alikes_is_the_same_code(code):
    typed = f" {code[:4]}-{code[4:]} ".upper().replace("1", "I").replace("0", "O")
    assert read_public_code(typed) == code
