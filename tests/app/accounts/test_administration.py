"""What an admin may do to accounts, and what nobody may."""

import asyncio
from dataclasses import replace

import pytest

from accounts.errors import AccountNotFound, AddressTaken, LastAdmin
from accounts.model import Role, Step
from kernel.language import Language
from tests.app.accounts.conftest import VISITOR, Gate


async def test_the_first_start_makes_one_admin_once(gate: Gate) -> None:
    made = await gate.administration.first_admin()
    assert made is not None
    email, password = made
    assert await gate.administration.first_admin() is None
    _, step = await gate.sign_in.begin(email, password, VISITOR)
    assert step is Step.PASSWORD


async def test_an_address_belongs_to_one_whatever_its_capitals(gate: Gate) -> None:
    account = await gate.noura()
    with pytest.raises(AddressTaken):
        await gate.administration.add(replace(account, email="NOURA@finance.example"), by=account)
    await gate.administration.add(replace(account, email="khalid@finance.example"), by=account)
    khalid = await gate.store.find("khalid@finance.example")
    assert khalid is not None
    with pytest.raises(AddressTaken):
        await gate.administration.change(replace(khalid[0], email=account.email), by=account)


async def test_the_last_admin_stays_also_when_two_remove_each_other(gate: Gate) -> None:
    noura = await gate.noura(Role.ADMIN, Role.AGENT)
    with pytest.raises(LastAdmin):
        await gate.administration.change(replace(noura, active=False), by=noura)
    await gate.administration.add(replace(noura, email="khalid@finance.example"), by=noura)
    found = await gate.store.find("khalid@finance.example")
    assert found is not None
    removed = await asyncio.gather(
        gate.administration.change(replace(noura, roles=frozenset({Role.AGENT})), by=found[0]),
        gate.administration.change(replace(found[0], active=False), by=noura),
        return_exceptions=True,
    )
    assert sorted(type(one) for one in removed if one) == [LastAdmin]


async def test_what_was_chosen_is_kept(gate: Gate) -> None:
    account = await gate.noura()
    await gate.administration.choose_look(account, Language.EN, "dark")
    changed = await gate.store.get("noura")
    assert (changed.language, changed.theme) == (Language.EN, "dark")
    with pytest.raises(AccountNotFound):
        await gate.store.get("nobody")


def test_roles_imply_what_they_include_and_an_admin_reads_no_conversations() -> None:
    may = {role: {other for other in Role if _account(role).may(other)} for role in Role}
    assert may[Role.SUPERVISOR] == {Role.SUPERVISOR, Role.AGENT}
    assert may[Role.ADMIN] == {Role.ADMIN}
    assert not replace(_account(Role.ADMIN), active=False).may(Role.ADMIN)
    assert _account(Role.AGENT).serves("DPS")
    assert not replace(_account(Role.AGENT), departments=frozenset({"REV"})).serves("DPS")


def _account(role: Role):  # type: ignore[no-untyped-def]
    from accounts.model import Account

    return Account(id="x", email="x@y.z", name_ar="س", name_en="X", roles=frozenset({role}))
