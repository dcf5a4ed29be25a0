"""What staff answer to people: by the conversation they came in, else by telephone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from cases.model import Case, CaseState
from cases.ports import CaseStore
from cases.replies import Reply, ReplyState, replied, told, written_to_tell
from demo.people import new_id
from demo.scene import Scene


class Answering:
    """Saves answers as ``CaseReplies`` does, and keeps what was said of each case."""

    def __init__(self, store: CaseStore, scene: Scene) -> None:
        self._store = store
        self._scene = scene
        self._replies: defaultdict[str, dict[str, Reply]] = defaultdict(dict)

    def of(self, number: str) -> Sequence[Reply]:
        """Return what was answered about a case, oldest first."""
        return list(self._replies[number].values())

    async def answer(
        self,
        case: Case,
        words: str,
        *,
        actor: str,
        move_to: CaseState | None = None,
        outcome: str | None = None,
    ) -> None:
        """Let an employee answer; where there is no conversation, somebody calls later."""
        at = self._scene.now
        reply = Reply(
            id=new_id(self._scene.chance),
            case_number=case.number,
            author_id=actor.removeprefix("agent:"),
            text=words,
            language=case.language,
            at=at,
            send_at=at,
            conversation_id=case.conversation_id or None,
            move_to=move_to,
            outcome=outcome,
        )
        if case.conversation_id:
            await self._store.save(replied(case, reply, at=at))
            self._keep(reply, ReplyState.SENT, actor)
            return
        await self._store.save(written_to_tell(case, reply, at=at))
        self._keep(reply, ReplyState.TO_TELL, None)
        self._scene.at_work(1.2, lambda: self._tell(reply, actor))

    async def _tell(self, reply: Reply, actor: str) -> None:
        case = await self._store.get(reply.case_number)
        await self._store.save(told(case, reply, at=self._scene.now, actor=actor))
        self._keep(reply, ReplyState.TOLD, actor)

    def _keep(self, reply: Reply, state: ReplyState, by: str | None) -> None:
        at = self._scene.now if by else None
        kept = replace(reply, state=state, settled_at=at, settled_by=by)
        self._replies[reply.case_number][reply.id] = kept
