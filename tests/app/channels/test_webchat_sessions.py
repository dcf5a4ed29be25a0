import uuid

import pytest

from channels.webchat.sessions import Sessions

SESSIONS = Sessions(b"s" * 32, new_id=lambda: str(uuid.uuid4()))
A_NAME = "cc630dc7-f351-4950-a6b5-a291bdcffa1d"


def test_knows_its_own_ids_again() -> None:
    name = SESSIONS.issue()
    assert SESSIONS.verified(SESSIONS.signed(name)) == name


@pytest.mark.parametrize(
    "given",
    [
        None,
        7,
        "",
        "null",
        {"session_id": "x"},
        A_NAME,
        f"{A_NAME}.",
        f"{A_NAME}.{'a' * 43}",
        "\ud800.x",
        "جلسة.INV-9",
        "x" * 100_000,
    ],
)
def test_takes_nothing_it_did_not_sign(given: object) -> None:
    assert SESSIONS.verified(given) is None


def test_a_signature_belongs_to_one_id_and_one_secret() -> None:
    mine, other = SESSIONS.signed(SESSIONS.issue()), SESSIONS.issue()
    assert SESSIONS.verified(f"{other}.{mine.partition('.')[2]}") is None
    assert SESSIONS.verified(mine + "a") is None
    stranger = Sessions(b"t" * 32, new_id=lambda: str(uuid.uuid4()))
    assert stranger.verified(mine) is None


def test_a_short_secret_is_no_secret() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Sessions(b"short", new_id=str)
