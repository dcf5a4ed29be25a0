"""The content studio, on a small folder of content."""

from __future__ import annotations

from tests.app.desk.small_content import with_small_content
from tests.e2e.visit import Furnished, Place, Visit

ENTRIES = "/desk/studio/entries"


async def furnish(visit: Visit) -> Furnished:
    house = visit.running.house
    with_small_content(visit.running, house.settings.data_dir / "small")
    return {
        f"{ENTRIES}/{{topic}}": [f"{ENTRIES}/supplier_payment_time"],
        f"{ENTRIES}/new": [Place(f"{ENTRIES}/new", "wrong", form={"topic": "x y"})],
    }
