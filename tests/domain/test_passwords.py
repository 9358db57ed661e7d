"""What a password may not be."""

import pytest

from core.domain.errors import FieldProblem
from core.domain.passwords import check, normalize

OWN = ("lan.nt", "Nguyễn Thị Lan", "UBND xã Hà Long")


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("ngắnquá", "password_short"),
        ("a" * 201, "password_long"),
        ("matkhau1", "password_common"),
        ("Mật khẩu 123", "password_common"),
        ("12345678", "password_common"),
        ("19051890", "password_common"),
        ("qwertyuiop", "password_common"),
        ("aaaaaaaaaaaa", "password_common"),
        ("VietNam2026", "password_common"),
        ("lan.nt-2026", "password_own_word"),
        ("Xã Hà Long", "password_own_word"),
        ("halong@2026", "password_own_word"),
        ("NguyenThiLan1", "password_own_word"),
    ],
)
def test_what_is_easily_guessed_is_refused(password, code):
    with pytest.raises(FieldProblem) as caught:
        check(password, own_words=OWN)
    assert caught.value.code == code


@pytest.mark.parametrize(
    "password",
    [
        "chim sẻ ăn thóc ngoài sân",
        "x" * 5 + "yz0123" * 10,
        "Ẳng-Ẵng-Ậng-ấng",
        "halong có ba cây gạo",
        "ƯƠNGươngÂU",
    ],
)
def test_long_and_vietnamese_passwords_are_welcome(password):
    assert check(password, own_words=OWN) is None


def test_both_ways_of_typing_a_letter_are_one_password():
    assert normalize("ệ") == normalize("e\u0323\u0302")
