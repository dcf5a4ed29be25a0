"""Reports: the archive with an order in it."""

from __future__ import annotations

from tests.app.desk.test_report_pages import ORDER
from tests.e2e.visit import Furnished, Visit

ENDLESS = ("/desk/reports/{report}/{format}",)


async def furnish(visit: Visit) -> Furnished:
    assert (await visit.staff.send("/desk/reports", ORDER))[0] == 303
    return {}
