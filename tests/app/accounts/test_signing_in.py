"""The way in, on both databases: what opens, what stays shut, what is told to whom."""

import asyncio

import pyotp
import pytest
import sqlalchemy as sa

from accounts.codes import hashed_code
from accounts.errors import PasswordTooWeak, SignInPaused, SignInRefused
from accounts.model import Role, Step
from accounts.signing_in import hashed
from tests.app.accounts.conftest import PASSWORD, VISITOR, Gate

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code_at(gate: Gate) -> str:
    return pyotp.TOTP(SECRET).at(gate.at)


async def test_a_password_alone_opens_nothing_when_there_is_a_second_step(gate: Gate) -> None:
    await gate.noura(totp=SECRET)
    token, step = await gate.sign_in.begin("Noura@Finance.example ", PASSWORD, VISITOR)
    assert step is Step.CODE
    session, account = await gate.sign_in.who(token)  # type: ignore[misc]
    assert session.step is Step.CODE
    done = await gate.sign_in.prove_code(token, session, account, code_at(gate))
    found = await gate.sign_in.who(done)
    assert found is not None
    assert found[0].step is Step.DONE
    assert await gate.sign_in.who(token) is None  # the old token is worth nothing


async def test_a_code_in_arabic_digits_and_groups_is_fine_but_only_once(gate: Gate) -> None:
    await gate.noura(totp=SECRET)
    typed = code_at(gate).translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    token, _ = await gate.sign_in.begin("noura@finance.example", PASSWORD, VISITOR)
    session, account = await gate.sign_in.who(token)  # type: ignore[misc]
    await gate.sign_in.prove_code(token, session, account, f"{typed[:3]} {typed[3:]}")
    again, _ = await gate.sign_in.begin("noura@finance.example", PASSWORD, VISITOR)
    session, account = await gate.sign_in.who(again)  # type: ignore[misc]
    with pytest.raises(SignInRefused):
        await gate.sign_in.prove_code(again, session, account, typed)


async def test_a_recovery_code_works_once_and_two_at_once_do_not_share_it(gate: Gate) -> None:
    await gate.noura(totp=SECRET)
    await gate.store.set_second_factor(
        "noura",
        totp=gate.sealing.seal(SECRET),
        last_step=0,
        recovery=[hashed_code("k7m2p-x9d4q")],
        actor="system:test",
        at=gate.at,
    )

    async def attempt() -> bool:
        token, _ = await gate.sign_in.begin("noura@finance.example", PASSWORD, VISITOR)
        session, account = await gate.sign_in.who(token)  # type: ignore[misc]
        try:
            await gate.sign_in.prove_code(token, session, account, "K7M2P X9D4Q")
        except SignInRefused:
            return False
        return True

    assert sorted(await asyncio.gather(attempt(), attempt())) == [False, True]


@pytest.mark.parametrize("email", ["noura@finance.example", "nobody@finance.example"])
async def test_known_and_unknown_addresses_are_refused_and_paused_alike(
    gate: Gate, email: str
) -> None:
    await gate.noura()
    for _ in range(gate.rules.free_attempts):
        with pytest.raises(SignInRefused):
            await gate.sign_in.begin(email, "wrong", VISITOR)
    with pytest.raises(SignInPaused) as paused:
        await gate.sign_in.begin(email, PASSWORD, VISITOR)
    assert paused.value.facts == {"minutes": 15}
    gate.pass_time(minutes=15, seconds=1)
    if email.startswith("noura"):
        await gate.sign_in.begin(email, PASSWORD, VISITOR)
    else:
        with pytest.raises(SignInRefused):
            await gate.sign_in.begin(email, PASSWORD, VISITOR)


async def test_an_admin_lets_somebody_try_again_at_once(gate: Gate) -> None:
    account = await gate.noura()
    for _ in range(gate.rules.free_attempts):
        with pytest.raises(SignInRefused):
            await gate.sign_in.begin(account.email, "wrong", VISITOR)
    await gate.administration.unlock(account)
    await gate.sign_in.begin(account.email, PASSWORD, VISITOR)


async def test_one_network_cannot_try_all_addresses(gate: Gate) -> None:
    for number in range(gate.rules.free_attempts_of_network):
        with pytest.raises(SignInRefused):
            await gate.sign_in.begin(f"{number}@finance.example", "wrong", VISITOR)
    with pytest.raises(SignInPaused):
        await gate.sign_in.begin("one-more@finance.example", "wrong", VISITOR)


async def test_a_given_password_must_be_changed_and_then_a_second_step_enrolled(
    gate: Gate,
) -> None:
    await gate.noura(temporary=True)
    token, step = await gate.sign_in.begin("noura@finance.example", PASSWORD, VISITOR)
    assert step is Step.PASSWORD
    _, account = await gate.sign_in.who(token)  # type: ignore[misc]
    with pytest.raises(PasswordTooWeak):
        await gate.sign_in.change_password(token, account, PASSWORD, "short")
    with pytest.raises(SignInRefused):
        await gate.sign_in.change_password(token, account, "not it", "a new long sentence")
    token = await gate.sign_in.change_password(token, account, PASSWORD, "a new long sentence")
    session, account = await gate.sign_in.who(token)  # type: ignore[misc]
    assert session.step is Step.ENROL
    with pytest.raises(SignInRefused):
        await gate.sign_in.enrol(token, account, SECRET, "000000", [])
    token = await gate.sign_in.enrol(token, account, SECRET, code_at(gate), [])
    session, account = await gate.sign_in.who(token)  # type: ignore[misc]
    assert (session.step, account.second_factor) == (Step.DONE, True)


async def test_sessions_end_by_idling_by_age_and_with_the_account(gate: Gate) -> None:
    account = await gate.noura(totp=SECRET)
    token = await gate.sign_in.begin_known(account, VISITOR)
    for _ in range(30):
        gate.pass_time(minutes=29)
        if gate.at >= (await gate.store.sessions("noura"))[0].ends_at:
            break
        assert await gate.sign_in.who(token) is not None
    assert await gate.sign_in.who(token) is None  # twelve hours, however busy
    token = await gate.sign_in.begin_known(account, VISITOR)
    gate.pass_time(minutes=30)
    assert await gate.sign_in.who(token) is None
    token = await gate.sign_in.begin_known(account, VISITOR)
    await gate.administration.reset_second_factor("noura", by=account)
    assert await gate.sign_in.who(token) is None


async def test_a_new_password_ends_the_other_sessions(gate: Gate) -> None:
    account = await gate.noura(totp=SECRET)
    here, there = [await gate.sign_in.begin_known(account, VISITOR) for _ in range(2)]
    here = await gate.sign_in.change_password(here, account, PASSWORD, "جملة أخرى طويلة جدا")
    assert await gate.sign_in.who(here) is not None
    assert await gate.sign_in.who(there) is None


async def test_neither_tokens_nor_passwords_nor_secrets_are_in_the_database(gate: Gate) -> None:
    account = await gate.noura(Role.ADMIN, totp=SECRET)
    token = await gate.sign_in.begin_known(account, VISITOR)
    async with gate.engine.connect() as connection:
        rows = [
            str(row)
            for table in ("account", "desk_session", "audit")
            for row in await connection.execute(sa.text(f"SELECT * FROM {table}"))  # noqa: S608
        ]
    everything = "\n".join(rows)
    assert hashed(token) in everything
    assert not any(secret in everything for secret in (token, PASSWORD, SECRET))


async def test_every_change_is_in_the_audit_with_its_actor(gate: Gate) -> None:
    account = await gate.noura(Role.ADMIN)
    given = await gate.administration.reset_password("noura", by=account)
    token, _ = await gate.sign_in.begin(account.email, given, VISITOR)
    await gate.sign_in.leave(token, account)
    async with gate.engine.connect() as connection:
        rows = await connection.execute(
            sa.text("SELECT action, actor FROM audit WHERE subject_id = 'noura' ORDER BY id")
        )
        assert [tuple(row) for row in rows] == [
            ("account_added", "system:test"),
            ("password_changed", "agent:noura"),
            ("signed_in", "agent:noura"),
            ("signed_out", "agent:noura"),
        ]
