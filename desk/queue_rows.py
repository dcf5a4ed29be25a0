"""The rows of the queues: drawn once for all screens that show the same."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from conversations.queues import QueueEntry
from desk.inbox_facts import called, lamp, short, waited
from desk.rendering import Rendering
from kernel.language import Language

KEPT = 4_000
TOKEN_HERE = Markup("<token>")  # no text of people's has a < in it once it is escaped


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """All that a row shows, so that two equal ones look alike.

    ``move``: what the button does, ``claim`` or ``acknowledge``; empty without a button.
    """

    conversation_id: str
    language: Language
    queue: str
    alert: bool
    opened: bool
    sign: str
    waited: int
    called: str
    short: str
    said: str | None
    channel: str
    writes: str
    reason: str
    department: str | None
    unread: int
    move: str
    owner: str


class QueueRows:
    """Draws rows with ``queue_row.html`` and keeps the last ones."""

    def __init__(self, rendering: Rendering) -> None:
        self._rendering = rendering
        self._drawn: OrderedDict[Row, str] = OrderedDict()

    def draw(
        self,
        entries: Sequence[QueueEntry],
        *,
        alert: bool,
        opened_id: str,
        queue: str,
        language: Language,
        now: datetime,
        token: str,
    ) -> Markup:
        """Return the rows of some entries; ``token`` is what the forms of this screen carry."""
        rows = (_row(one, alert, opened_id, queue, language, now) for one in entries)
        text = "\n".join(self._text(row) for row in rows)
        return Markup(text.replace(TOKEN_HERE, token))  # noqa: S704  # Jinja has escaped it

    def _text(self, row: Row) -> str:
        known = self._drawn.get(row)
        if known is None:
            facts = {"row": row, "csrf": TOKEN_HERE}
            known = self._rendering.part("queue_row.html", facts, row.language)
            self._drawn[row] = known
            if len(self._drawn) > KEPT:
                self._drawn.popitem(last=False)
        else:
            self._drawn.move_to_end(row)
        return known


def _row(
    entry: QueueEntry, alert: bool, opened_id: str, queue: str, language: Language, now: datetime
) -> Row:
    spell, conversation = entry.spell, entry.conversation
    opened = conversation.id == opened_id and not alert
    free = spell.owner_id is None
    if alert:
        move = "claim" if free else "acknowledge"
    else:
        move = "claim" if free and spell.closed_at is None else ""
    return Row(
        conversation_id=conversation.id,
        language=language,
        queue=queue,
        alert=alert,
        opened=opened,
        sign=lamp(spell),
        waited=waited(spell, now),
        called=called(conversation),
        short=short(conversation),
        said=None if entry.last is None else entry.last.text,
        channel=conversation.address.channel,
        writes=conversation.language.value,
        reason=spell.reason.value,
        department=spell.department,
        unread=0 if opened else entry.unread,  # it is being read
        move=move,
        owner=entry.owner.name(language) if entry.owner and not move else "",
    )
