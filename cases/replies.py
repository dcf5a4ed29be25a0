"""What staff answer to the person of a case, and what each answer makes of the case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from cases.errors import MoveNotAllowed
from cases.model import MOVES, Case, CaseState, EventKind
from cases.ports import Change
from cases.timeline import begun, changed
from kernel.language import Language

CONVERSATION, BY_PHONE = "conversation", "phone"


class ReplyState(StrEnum):
    """How far an answer is. The value is what stores keep.

    ``held``: it can be taken back still. ``sent``: it stands in the conversation, whose
    delivery says the rest. ``refused``: the conversation took nothing from us when its
    time came. ``to_tell``: there is no channel, somebody has to call; then ``told``.
    """

    HELD = "held"
    SENT = "sent"
    UNDONE = "undone"
    REFUSED = "refused"
    TO_TELL = "to_tell"
    TOLD = "told"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One answer. As a message it has the same ``id``.

    ``move_to``: the state that the case goes to once the person has the answer, and
    ``outcome`` what came of it, where that resolves it.
    ``metadata`` makes it an approved line, where it is one. ``reason`` says why it was
    refused. ``settled``: when it left ``held`` or ``to_tell``, and by whom.
    """

    id: str
    case_number: str
    author_id: str
    text: str
    language: Language
    at: datetime
    send_at: datetime
    state: ReplyState = ReplyState.HELD
    conversation_id: str | None = None
    move_to: CaseState | None = None
    outcome: str | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)
    reason: str | None = None
    settled_at: datetime | None = None
    settled_by: str | None = None

    @property
    def actor(self) -> str:
        """Return who wrote it, as events name them."""
        return f"agent:{self.author_id}"


def answer_moves(case: Case) -> list[CaseState]:
    """Return where an answer may take a case; answering begins a new one."""
    from_here = CaseState.OPEN if case.state is CaseState.NEW else case.state
    ends = (CaseState.WAITING_CITIZEN, CaseState.WAITING_ENTITY, CaseState.RESOLVED)
    return [state for state in ends if state in MOVES[from_here]]


def check_move(case: Case, to: CaseState | None) -> None:
    """Raise MoveNotAllowed when an answer cannot take the case there."""
    if to is not None and to not in answer_moves(case):
        raise MoveNotAllowed(number=case.number, was=case.state.value, wanted=to.value)


def replied(case: Case, reply: Reply, *, at: datetime) -> Change:
    """Return ``case`` answered in the conversation, and moved where that is possible still."""
    return _answered(case, reply, EventKind.REPLIED, CONVERSATION, at, reply.actor, reply.text)


def written_to_tell(case: Case, reply: Reply, *, at: datetime) -> Change:
    """Return ``case`` with an answer that somebody has yet to tell; it moves when told."""
    return _answered(
        case, replace(reply, move_to=None), EventKind.REPLIED, BY_PHONE, at, reply.actor, reply.text
    )


def told(case: Case, reply: Reply, *, at: datetime, actor: str) -> Change:
    """Return ``case`` whose person was told, and moved where that is possible still."""
    return _answered(case, reply, EventKind.TOLD, BY_PHONE, at, actor, None)


def _answered(
    case: Case,
    reply: Reply,
    kind: EventKind,
    way: str,
    at: datetime,
    actor: str,
    words: str | None,
) -> Change:
    after = begun(case, at=at)
    if reply.move_to is not None and reply.move_to in MOVES[after.state]:
        after = after.move_to(reply.move_to, at=at)
    moved = after.state is not case.state
    return changed(
        after,
        kind,
        at=at,
        actor=actor,
        before={"state": case.state.value} if moved else {},
        after={
            "reply": reply.id,
            "way": way,
            **({"state": after.state.value} if moved else {}),
            **({"outcome": reply.outcome} if after.finished and reply.outcome else {}),
        },
        note=words,
    )
