"""What Meta says of our messages, into the delivery ledger.

Source: W/webhooks/reference/messages/status.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from channels.errors import WindowClosed
from channels.whatsapp.accounts import NAME
from channels.whatsapp.envelope import StatusTold
from channels.whatsapp.failures import failure_of_code
from conversations.arrivals import StatusNote
from conversations.delivery import DeliveryLedger, DeliveryStatus
from conversations.window import ServiceWindow

log = logging.getLogger(__name__)


class Statuses:
    """Notes statuses, named by our id where Meta gives it back, and by its own."""

    def __init__(
        self, ledger: DeliveryLedger, window: ServiceWindow, *, now: Callable[[], datetime]
    ) -> None:
        self._ledger = ledger
        self._window = window
        self._now = now

    def notes(self, told: Sequence[StatusTold]) -> list[StatusNote]:
        """Return what the ledger is to note; a status that we do not know is for the log only."""
        notes = []
        for one in told:
            if one.status not in DeliveryStatus:
                log.info("a message has an unknown status: %s", one.status[:32])
                continue
            if one.code is not None:
                log.warning("message %s: %s (%s)", one.our_id, one.status, one.code)
            status = DeliveryStatus(one.status)
            notes.append(StatusNote(status, one.at, one.our_id, one.provider_id, one.code))
        return notes

    async def note(self, told: Sequence[StatusTold]) -> None:
        """Note them all, and what follows from them."""
        for one in self.notes(told):
            await self._ledger.note(
                NAME,
                one.status,
                at=one.at,
                noted_at=self._now(),
                message_id=one.message_id,
                provider_id=one.provider_id,
                code=one.code,
            )
        await self.follow_up(told)

    async def follow_up(self, told: Sequence[StatusTold]) -> None:
        """Close the window of those whose message was refused for that."""
        for one in told:
            if one.our_id is not None and closes_window(one):
                await self._window.refused(NAME, one.our_id, one.at)


def closes_window(told: StatusTold) -> bool:
    """Tell whether a failure means that only a template may be sent now."""
    if told.code is None or not told.code.isdecimal():
        return False
    return isinstance(failure_of_code(int(told.code)), WindowClosed)
