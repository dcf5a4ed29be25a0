import pytest
from argon2 import PasswordHasher

from accounts.codes import accepted_step, new_recovery_codes, without_used
from accounts.errors import PasswordTooWeak
from accounts.passwords import Passwords, judge
from tests.app.accounts.conftest import QUICK

COMPOSED, DECOMPOSED = "caf\u00e9 الخزينة 2026", "cafe\u0301 الخزينة 2026"


def test_a_password_fits_however_the_keyboard_composes_it() -> None:
    passwords = Passwords(QUICK)
    stored = passwords.hashed(COMPOSED)
    assert passwords.fits(DECOMPOSED, stored)
    assert not passwords.fits(DECOMPOSED + " ", stored)


@pytest.mark.parametrize("stored", [None, "not a hash"])
def test_without_a_stored_password_nothing_fits(stored: str | None) -> None:
    assert not Passwords(QUICK).fits("nobody has this password", stored)


def test_a_hash_of_weaker_settings_is_outdated() -> None:
    weak = Passwords(QUICK).hashed("a long sentence")
    assert Passwords(PasswordHasher()).outdated(weak)


@pytest.mark.parametrize(
    ("password", "rule"),
    [
        ("قصيرة", "password_rule_length"),
        ("x" * 257, "password_rule_length"),
        ("aaaaaaaabbbb", "password_rule_variety"),
        ("Noura-2026-finance", "password_rule_name"),
    ],
)
def test_what_is_easily_guessed_is_refused(password: str, rule: str) -> None:
    with pytest.raises(PasswordTooWeak) as refused:
        judge(password, email="noura@finance.example")
    assert refused.value.facts == {"rule": rule}


def test_a_sentence_in_any_script_is_welcome() -> None:
    judge("المعاش ينزل آخر الشهر", email="noura@finance.example")


def test_recovery_codes_are_readable_and_each_goes_once() -> None:
    letters = iter("abcdefghjkmnpqrstuvwxyz23456789" * 4)
    codes = new_recovery_codes(lambda _alphabet: next(letters))
    assert codes[0] == "abcde-fghjk"
    assert len(set(codes)) == 8
    from accounts.codes import hashed_code

    stored = [hashed_code(code) for code in codes]
    left = without_used(stored, " ABCDE fghjk ")
    assert left is not None
    assert len(left) == 7
    assert without_used(left, codes[0]) is None


def test_what_is_no_code_at_all_is_no_error() -> None:
    from datetime import UTC, datetime

    at = datetime(2026, 11, 25, tzinfo=UTC)
    for typed in ("", "×", "١٢", "k7m2p-x9d4q", "0" * 40):
        assert accepted_step("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", typed, at=at, after=0) is None
