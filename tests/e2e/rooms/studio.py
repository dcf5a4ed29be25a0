"""The content studio, on a small folder of content, with a release under way."""

from __future__ import annotations

from tests.app.desk.test_release_pages import ONE, RELEASES, becomes, sent
from tests.e2e.visit import Furnished, Place, Visit

ENTRIES = "/desk/studio/entries"
ENDLESS = ("/desk/studio/bulk/{name}.csv",)


async def furnish(visit: Visit) -> Furnished:
    await visit.running.house.releasing.rounds.stop(0.0)
    await sent(visit.running, visit.staff)
    await becomes(visit.running, share=0.4, part="network")
    return {
        f"{ENTRIES}/{{topic}}": [f"{ENTRIES}/supplier_payment_time"],
        f"{ENTRIES}/new": [Place(f"{ENTRIES}/new", "wrong", form={"topic": "x y"})],
        "/desk/studio/intents/{intent}/{language}": ["/desk/studio/intents/greet/ar"],
        f"{RELEASES}/{{number}}": [ONE],
        f"{RELEASES}/{{number}}/progress": [f"{ONE}/progress"],
    }
