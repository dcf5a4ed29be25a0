"""Units that were changed or added, on both systems, and the office that lets them count."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from cases.department_store import (
    DepartmentCodeTaken,
    DepartmentCodeWrong,
    DepartmentIncomplete,
    DepartmentNeeded,
    DepartmentNotFound,
    DepartmentOffice,
)
from cases.departments import ActiveDepartments, Department, Departments
from cases.model import CaseKind, Segment
from cases.packaged import Packaged, read_data
from cases.routing import Route, RoutingRules
from kernel.language import Language
from stores.audit_tables import AuditRow
from stores.sql_department_store import SqlDepartmentStore

NOW = datetime(2026, 11, 25, 8, tzinfo=UTC)
BY = "agent:a-1"
ZAKAT = Department(
    code="ZAKAT",
    name_ar="قسم الزكاة ZAKAT",
    name_en="Zakat Section",
    owns_ar="احتساب الزكاة، مثل الفاتورة INV-9",
    owns_en="zakat assessment",
    contact="04 555 0100",
)


def an_office(engine: AsyncEngine) -> tuple[DepartmentOffice, Departments]:
    units = Departments(Packaged("departments.toml", Department))
    store, needed = SqlDepartmentStore(engine), frozenset({"CUST"})
    return DepartmentOffice(store, units, needed=needed, now=lambda: NOW), units


async def test_changes_count_at_once_and_elsewhere_after_a_look(engine: AsyncEngine) -> None:
    office, units = an_office(engine)
    other, units_there = an_office(engine)
    await office.add(ZAKAT, by=BY)
    renamed = replace(units["DPS"], name_ar="إدارة الدفع الرقمي", contact="dps@finance.example")
    await office.change(renamed, by=BY)
    assert units["ZAKAT"] == ZAKAT
    assert units["DPS"].name(Language.AR) == "إدارة الدفع الرقمي"
    assert list(units)[-1] == "ZAKAT"
    assert len(units) == len(units.shipped) + 1
    assert "ZAKAT" not in units_there
    assert await other.refresh()
    assert dict(units_there) == dict(units)
    assert not await other.refresh()


async def test_every_change_is_in_the_audit_with_what_it_was(engine: AsyncEngine) -> None:
    office, units = an_office(engine)
    before = units["TAX"]
    await office.change(before, by=BY)  # nothing new is nothing to keep
    await office.add(ZAKAT, by=BY)
    await office.change(replace(before, contact="04 555 0199"), by=BY)
    async with engine.connect() as connection:
        rows = (await connection.execute(sa.select(AuditRow).order_by(AuditRow.id))).all()
    told = [(row.actor, row.action, row.subject_id, row.before) for row in rows]
    assert told == [
        (BY, "department_added", "ZAKAT", {}),
        (BY, "department_changed", "TAX", {"contact": ""}),
    ]
    assert rows[1].after == {"contact": "04 555 0199"}


async def test_what_cannot_be_is_refused(engine: AsyncEngine) -> None:
    office, units = an_office(engine)
    other, _ = an_office(engine)
    for code in ("", "z", "زكاة", "TOO_LONG_A_CODE_IS", "A B"):
        with pytest.raises(DepartmentCodeWrong):
            await office.add(replace(ZAKAT, code=code), by=BY)
    with pytest.raises(DepartmentCodeTaken):
        await office.add(replace(ZAKAT, code="DPS"), by=BY)
    with pytest.raises(DepartmentIncomplete) as missing:
        await office.add(replace(ZAKAT, owns_en=" "), by=BY)
    assert missing.value.facts["field"] == "owns_en"
    with pytest.raises(DepartmentNeeded):
        await office.change(replace(units["CUST"], active=False), by=BY)
    with pytest.raises(DepartmentNotFound):
        await office.change(ZAKAT, by=BY)
    await office.add(ZAKAT, by=BY)
    with pytest.raises(DepartmentCodeTaken):  # the same code at the same moment elsewhere
        await other.add(ZAKAT, by=BY)


async def test_routing_passes_by_a_unit_that_is_not_active(engine: AsyncEngine) -> None:
    office, units = an_office(engine)
    active = ActiveDepartments(units)
    rules = RoutingRules(read_data("routes.toml"), departments=units, active=active)
    fraud = "وصلتني رسالة احتيال باسم الدائرة عن INV-9"
    assert rules.route(CaseKind.COMPLAINT, fraud).department == "ICT"
    for code in ("ICT", "STRAT", "MIL", "DPS"):
        await office.change(replace(units[code], active=False), by=BY)
    assert rules.route(CaseKind.COMPLAINT, fraud).department == "CUST"
    assert rules.route(CaseKind.COMPLAINT, fraud).refer_to == "dubai_police_ecrime"
    assert rules.route(CaseKind.SUGGESTION, "أقترح رسالة بعد الدفع") == Route("CUST", "unclear")
    asked = rules.route(CaseKind.COMPLAINT, "المعاش", segment=Segment.MILITARY_RETIREE)
    assert asked == Route("CUST", "unclear")
    assert rules.route(CaseKind.COMPLAINT, "الدفع", "DPS", 1.0) == Route("CUST", "unclear")
    await office.add(ZAKAT, by=BY)
    assert rules.route(CaseKind.COMPLAINT, "زكاة", "ZAKAT", 1.0) == Route("ZAKAT", "classifier")
    assert "DPS" not in active
    assert "ZAKAT" in active
    assert len(active) == len(list(active)) == len(units) - 4
