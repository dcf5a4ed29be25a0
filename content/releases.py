"""What editors do with releases: send to review, approve, send back, override, roll back."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from content.folder import ContentFolder
from content.release import (
    Editor,
    NothingToRelease,
    ReasonMissing,
    Release,
    ReleaseState,
    ReleaseStore,
    SameEditor,
    WrongState,
)
from content.repository import NOBODY, Commit, ContentRepository

BY_HAND = "Changed by hand"


class Releases:
    """The desk's side of releasing; ``app.releasing`` does the work.

    Args:
        store: keeps the releases.
        repository: keeps the versions of the content.
        draft: the editors' working copy.
        live: the folder that the live model was made from.
        four_eyes: whether somebody else than the author must approve.
        now: the time, aware.
    """

    def __init__(
        self,
        store: ReleaseStore,
        repository: ContentRepository,
        *,
        draft: Path,
        live: Path,
        four_eyes: bool,
        now: Callable[[], datetime],
    ) -> None:
        self.store = store
        self.repository = repository
        self.draft = draft
        self.live = live
        self.four_eyes = four_eyes
        self._now = now

    async def send_to_review(self, author: Editor, title: str) -> Release:
        """Keep what the draft says as a release; without four eyes it is approved at once.

        Changes by hand in the live folder come first and are merged; the draft gets them too.

        Raises:
            NothingToRelease: the draft says what is live.
            ContentInConflict: the draft and a change by hand touch the same lines.
        """
        at = self._now()
        commit, base = await asyncio.to_thread(self._kept, author, title, at)
        state = ReleaseState.IN_REVIEW if self.four_eyes else ReleaseState.APPROVED
        return await self.store.add(
            Release(
                number=0,
                state=state,
                title=title,
                author=author,
                commit=commit,
                base=base,
                created_at=at,
                changed_at=at,
                due_at=None if self.four_eyes else at,
            )
        )

    async def approve(
        self, number: int, reviewer: Editor, *, due_at: datetime | None = None
    ) -> Release:
        """Let it go live, now or at ``due_at``.

        Raises:
            SameEditor: the author approves their own work where four eyes are asked for.
            WrongState: it is not in review.
        """
        release = await self._in(number, ReleaseState.IN_REVIEW)
        if self.four_eyes and release.author.id == reviewer.id:
            raise SameEditor(number=number)
        at = self._now()
        approved = replace(
            release, state=ReleaseState.APPROVED, reviewer=reviewer, due_at=due_at or at
        )
        return await self.store.save(approved, actor=reviewer.id, at=at)

    async def send_back(self, number: int, reviewer: Editor, note: str) -> Release:
        """Give it back to its author with a reason; the draft goes on as it is."""
        if not note.strip():
            raise ReasonMissing(number=number)
        release = await self._in(number, ReleaseState.IN_REVIEW, ReleaseState.APPROVED)
        back = replace(release, state=ReleaseState.SENT_BACK, reviewer=reviewer, note=note.strip())
        return await self.store.save(back, actor=reviewer.id, at=self._now())

    async def withdraw(self, number: int, editor: Editor) -> Release:
        """Take it back before it is worked on."""
        release = await self._in(
            number, ReleaseState.IN_REVIEW, ReleaseState.APPROVED, ReleaseState.REFUSED
        )
        gone = replace(release, state=ReleaseState.WITHDRAWN, note="")
        return await self.store.save(gone, actor=editor.id, at=self._now())

    async def override(self, number: int, editor: Editor, reason: str) -> Release:
        """Let a release go live although guarded figures drop, in review or once it was refused.

        Raises:
            SameEditor: the author cannot override for themselves, four eyes or not.
            ReasonMissing: there is no reason.
            WrongState: no figure drops, or something else stands against it.
        """
        release = await self._in(number, ReleaseState.REFUSED, ReleaseState.IN_REVIEW)
        if not release.drops or release.serious:
            raise WrongState(number=number, state=release.state.value)
        if release.author.id == editor.id:
            raise SameEditor(number=number)
        if not reason.strip():
            raise ReasonMissing(number=number)
        at = self._now()
        again = replace(
            release,
            state=ReleaseState.APPROVED,
            reviewer=release.reviewer or editor,
            override_by=editor,
            override_reason=reason.strip(),
            due_at=at,
        )
        return await self.store.save(again, actor=editor.id, at=at)

    async def try_again(self, number: int, editor: Editor) -> Release:
        """Approve once more what failed on the way, with all that was approved before."""
        release = await self._in(number, ReleaseState.FAILED)
        at = self._now()
        again = replace(release, state=ReleaseState.APPROVED, due_at=at, failure="", share=0.0)
        return await self.store.save(again, actor=editor.id, at=at)

    async def roll_back(self, number: int, editor: Editor, *, reason: str = "") -> Release:
        """Bring an earlier release back: a new one that says what it said; no review is asked.

        Raises:
            WrongState: it was never live, or is live now.
        """
        old = await self.store.get(number)
        if not old.may_be_brought_back:
            raise WrongState(number=number, state=old.state.value)
        return await self._brought_back(old, editor, reason)

    async def take_back(self, number: int, editor: Editor, *, reason: str = "") -> Release:
        """Bring back what was live before the live release, be it a release or not.

        Raises:
            WrongState: it is not the live one.
        """
        live = await self._in(number, ReleaseState.LIVE)
        before = [
            one
            for one in await self.store.in_states([ReleaseState.REPLACED])
            if one.commit == live.base
        ]
        if before:
            return await self._brought_back(before[-1], editor, reason)
        return await self._brought_back(replace(live, commit=live.base, model=""), editor, reason)

    async def _brought_back(self, old: Release, editor: Editor, reason: str) -> Release:
        at = self._now()
        head = await asyncio.to_thread(self.repository.prepare, self.live, at)
        title = f"{old.title} ({old.number})"
        return await self.store.add(
            replace(
                old,
                number=0,
                state=ReleaseState.APPROVED,
                title=title,
                author=editor,
                base=head,
                of=old.number,
                due_at=at,
                reviewer=None,
                note=reason.strip(),
                override_by=None,
                override_reason="",
                part="",
                share=0.0,
                findings=(),
                drops=(),
                live_at=None,
                created_at=at,
                changed_at=at,
                version=0,
            )
        )

    async def history(self, files: Sequence[str] = ("data", "domain.yml")) -> Sequence[Commit]:
        """Return the versions in which a file changed, newest first."""
        head = await asyncio.to_thread(self.repository.prepare, self.live, self._now())
        return await asyncio.to_thread(self.repository.history, head, files=files)

    async def folders(self, release: Release, place: Path) -> tuple[ContentFolder, ContentFolder]:
        """Return the content before and after a release, written into ``place``."""
        for name, commit in (("before", release.base), ("after", release.commit)):
            await asyncio.to_thread(self.repository.check_out, commit, place / name)
        return ContentFolder(place / "before"), ContentFolder(place / "after")

    async def _in(self, number: int, *states: ReleaseState) -> Release:
        release = await self.store.get(number)
        if release.state not in states:
            raise WrongState(number=number, state=release.state.value)
        return release

    def _kept(self, author: Editor, title: str, at: datetime) -> tuple[str, str]:
        """Return the version that the draft is, and the one it is to follow."""
        head = self.repository.prepare(self.live, at)
        by_hand = self.repository.commit_folder(self.live, head, NOBODY, BY_HAND, at)
        ours = self.repository.commit_folder(self.draft, head, author, title, at)
        merged = self.repository.merged(ours, by_hand, author, title, at)
        if self.repository.same_content(merged, by_hand):
            raise NothingToRelease()
        if by_hand != head:
            self.repository.move_head(by_hand, head)
            self.repository.refresh_index(self.live)
            self._take_over(merged)
        return merged, by_hand

    def _take_over(self, commit: str) -> None:
        """Let the draft have what was merged."""
        with tempfile.TemporaryDirectory() as place:
            self.repository.check_out(commit, Path(place))
            ContentFolder(self.draft).take_over(Path(place))
