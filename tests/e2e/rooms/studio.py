"""The content studio, on a small folder of content, with a release under way."""

from __future__ import annotations

from dataclasses import replace

from content.finding import Finding
from content.release import Drop, Editor, ReleaseState
from tests.app.desk.test_release_pages import ONE, RELEASES, becomes, sent
from tests.e2e.visit import Furnished, Place, Visit

ENTRIES = "/desk/studio/entries"
ENDLESS = ("/desk/studio/bulk/{name}.csv",)


async def furnish(visit: Visit) -> Furnished:
    await visit.running.house.releasing.rounds.stop(0.0)
    await sent(visit.running, visit.staff)
    await becomes(visit.running, share=0.4, part="network")
    await _refused(visit)
    return {
        f"{ENTRIES}/{{topic}}": [f"{ENTRIES}/supplier_payment_time"],
        f"{ENTRIES}/new": [Place(f"{ENTRIES}/new", "wrong", form={"topic": "x y"})],
        "/desk/studio/intents/{intent}/{language}": ["/desk/studio/intents/greet/ar"],
        f"{RELEASES}/{{number}}": [ONE, Place(f"{RELEASES}/2", "refused")],
        f"{RELEASES}/{{number}}/progress": [f"{ONE}/progress"],
    }


async def _refused(visit: Visit) -> None:
    """Let there be a second release, of another editor, in which figures fall."""
    store = visit.running.house.releasing.releases.store
    title = "somebody appeals in formal words"
    way = {"at": "أرغب في التظلم", "wanted": "track_case", "found": "consultation"}
    edge = {**way, "then": "\u200e+4%", "now": "\u200e-3%"}
    scores = {
        "before": {"questions ar answer": [118, 120], "questions ar gulf answer": [36, 40]},
        "after": {"questions ar answer": [110, 120], "questions ar gulf answer": [28, 40]},
    }
    await store.add(
        replace(
            await store.get(1),
            state=ReleaseState.REFUSED,
            author=Editor("42", "Ali"),
            title="مهلة صرف مستحقات الموردين",
            part="",
            share=0.99,
            model="m.tar.gz",
            scores=scores,
            drops=(
                Drop("questions ar gulf answer", 0.9, 0.7, 40),
                Drop(f"conversation en {title}", 1.0, 0.0, 1),
            ),
            findings=(
                Finding("note: conversation", title, "x", "conversation", way),
                Finding("note: conversation", title, "x", "conversation_edge", edge),
            ),
        )
    )
