"""Bring releases live: check, train, measure, swap; or say what went wrong and change nothing.

What is live is what the live folder says, and the model of that content. Up to the moment in
which the folder takes the release over, every death of any process leaves the previous release
live; from that moment on a start finds the new one. ``recover`` tells which of both it was.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from app.live_model import LiveModel, Swap, SwapFailed
from app.release_figures import Recent, ReleaseFigures, compared
from app.trainer_process import POLITE, TrainerFailed, TrainerProcess
from app.training import content_hash, forget_old, model_for
from content.errors import ContentBroken
from content.finding import Finding
from content.folder import ContentFolder
from content.measuring import CONVERSATION, as_facts
from content.release import (
    WORKING,
    ContentInConflict,
    Release,
    ReleaseChanged,
    ReleaseState,
)
from content.releases import BY_HAND, Releases
from content.repository import NOBODY as SOMEBODY
from content.topics import forget_topics

log = logging.getLogger(__name__)

NOBODY = "releases"
STALE = timedelta(seconds=20)
"""A working release that nothing was heard of for so long belongs to a process that died."""
HEARTBEAT_S = 3.0
WATCHED = (*WORKING, ReleaseState.APPROVED, ReleaseState.IN_REVIEW, ReleaseState.LIVE)


class Refused(Exception):
    """The release may not go live; what was found is in it already."""


Check = Callable[[Path], Awaitable[list[Finding]]]
At = Callable[[str], Awaitable[None]]


async def nowhere(_point: str) -> None:
    """Do nothing at the named points of a release; tests of deaths hand in something else."""


class Releasing:
    """Works off approved releases, one at a time, and prepares those in review.

    Args:
        swap: lets Rasa take a model over; returns when it answers by it, at once if it does.
        messages: recently labelled messages, asked at every measuring.
        check: returns what is wrong with the content in a folder's ``content``, beside ``base``.
        departments: those that may own an answer beside the ones that ship.
        at: called at the named points; for tests.
    """

    def __init__(
        self,
        releases: Releases,
        trainer: TrainerProcess,
        swap: Swap,
        *,
        project: Path,
        models: Path,
        place: Path,
        now: Callable[[], datetime],
        messages: Recent | None = None,
        check: Check | None = None,
        departments: Callable[[], Collection[str]] = tuple,
        at: At = nowhere,
    ) -> None:
        self.releases = releases
        self.trainer = trainer
        self.model = LiveModel(project, models, releases.live, swap)
        self._project = project
        self._models = models
        self._place = place
        self._now = now
        self._figures = ReleaseFigures(trainer, project, messages)
        self._check = check or self._findings
        self._departments = departments
        self._at = at

    async def round(self) -> bool:
        """Do one release, or prepare one; return whether something was done."""
        rows = await self.releases.store.in_states(WATCHED)
        await self.recover([one for one in rows if one.working])
        live = [one for one in rows if one.state is ReleaseState.LIVE]
        await self.model.look_up(live[-1] if live else None)
        await self.model.settle()
        at = self._now()
        for release in rows:
            due = release.due_at is None or release.due_at <= at
            if release.state is ReleaseState.APPROVED and due:
                await self._bring_live(release)
                return True
        for release in rows:
            waits = release.state is ReleaseState.IN_REVIEW
            if waits and not release.model and not release.failure:
                await self._prepare(release)
                return True
        return False

    async def recover(self, working: Sequence[Release]) -> None:
        """End what a process that died has begun: live after all, or failed at that part."""
        for release in working:
            if self._now() - release.changed_at < STALE:
                continue
            if release.state is ReleaseState.SWAPPING and await self._taken_over(release):
                await self._finish(release)
                continue
            log.warning("release %d was broken off at %s", release.number, release.state)
            await self._note(
                release, state=ReleaseState.FAILED, failure=f"broken_off_{release.state.value}"
            )
            if release.state is ReleaseState.SWAPPING:
                self.model.doubt()
            await self.model.settle()

    async def _bring_live(self, release: Release) -> None:
        try:
            release = await self._note(release, state=ReleaseState.CHECKING, share=0.0, failure="")
            release = await self._on_top_of_live(release)
            if not self._ready(release):
                release = await self._prepared(release)
            if release.held_up:
                raise Refused()
            release = await self._note(release, state=ReleaseState.SWAPPING, part="swap")
            await self._go_live(release)
        except ReleaseChanged:
            log.warning("release %d was changed by somebody else", release.number)
        except Refused:
            await self._note(release, state=ReleaseState.REFUSED, part="")
        except (TrainerFailed, SwapFailed, ContentBroken, ContentInConflict, OSError) as error:
            log.exception("release %d failed", release.number)
            await self._note(release, state=ReleaseState.FAILED, failure=_said(error))
            if isinstance(error, SwapFailed):
                self.model.doubt()
            await self.model.settle()

    async def _prepare(self, release: Release) -> None:
        """Check, train and measure what waits for review, so that its reviewer sees what it does.

        Pressing release then takes no longer than the swap.
        """
        try:
            await self._prepared(release)
        except Refused:
            pass
        except (TrainerFailed, ContentBroken, OSError) as error:
            log.warning("release %d cannot be prepared: %s", release.number, error)
            await self._note(release, failure=_said(error))

    async def _on_top_of_live(self, release: Release) -> Release:
        """Merge what went live since the release was sent, by hand or by another release."""
        head, commit = await asyncio.to_thread(self._merged_with_live, release)
        if (head, commit) == (release.base, release.commit):
            return release
        return await self._note(release, base=head, commit=commit, model="", scores={}, drops=())

    def _merged_with_live(self, release: Release) -> tuple[str, str]:
        repository, at = self.releases.repository, self._now()
        head = repository.prepare(self.releases.live, at)
        by_hand = repository.commit_folder(self.releases.live, head, SOMEBODY, BY_HAND, at)
        if by_hand != head:
            repository.move_head(by_hand, head)
            repository.refresh_index(self.releases.live)
        if release.of is not None:
            return by_hand, release.commit
        merged = repository.merged(release.commit, by_hand, release.author, release.title, at)
        return by_hand, merged

    def _ready(self, release: Release) -> bool:
        """Tell whether all checks were made; the model is noted together with what they found."""
        return bool(release.model) and (self._models / release.model).exists()

    async def _prepared(self, release: Release) -> Release:
        """Return the release with findings, a model and its figures.

        Raises:
            Refused: a finding is no mere note.
            TrainerFailed: there is no model.
        """
        folder = self._place / f"release-{release.number}"
        for name, commit in (("content", release.commit), ("base", release.base)):
            await asyncio.to_thread(self.releases.repository.check_out, commit, folder / name)
        await self._at("checked_out")
        model = model_for(self._project, self._models, folder / "content")
        working = release.state is ReleaseState.CHECKING
        checking = asyncio.ensure_future(self._check(folder))
        try:
            if working:
                release = await self._note(release, state=ReleaseState.TRAINING)
            if not model.exists():
                await self._trained(release, folder / "content", model)
            await self._at("trained")
            findings = await checking
        finally:
            checking.cancel()
        told: dict[str, Any] = {"findings": tuple(findings), "part": "measuring"}
        if any(one.serious for one in findings) and release.of is None:
            await self._note(release, **told, model=model.name, scores={}, drops=())
            raise Refused()
        state = ReleaseState.MEASURING if working else None
        release = await self._note(release, state=state, **told)
        return await self._measured(release, model)

    async def _trained(self, release: Release, content: Path, model: Path) -> None:
        last = self._now()

        async def told(part: str, share: float) -> None:
            nonlocal last
            await self._at(f"training_{part}")
            last = self._now()
            await self._note(release, part=part, share=share)

        base = await asyncio.to_thread(self.model.kept)
        job = asyncio.create_task(self.trainer.train(content, model, told, base=base))
        try:
            while not job.done():
                await asyncio.wait({job}, timeout=HEARTBEAT_S)
                if not job.done() and (self._now() - last).total_seconds() > HEARTBEAT_S:
                    await self._note(release)  # a sign of life
            await job
        finally:
            job.cancel()

    async def warm_up(self) -> None:
        """Read the draft in the trainer and ask the live model, ahead of a release.

        Raises:
            TrainerFailed: the trainer cannot be had.
        """
        live = await asyncio.to_thread(self.model.kept)
        await self.trainer.warm_up(self.releases.draft, live)
        if live is not None:
            topics = await asyncio.to_thread(ContentFolder(self.releases.live).topics)
            await self._figures.of(live, await self._figures.messages(frozenset(topics)))

    async def _findings(self, folder: Path) -> list[Finding]:
        process = await asyncio.create_subprocess_exec(
            *("nice", "-n", str(POLITE), sys.executable, "-m", "content.release_check"),
            *(str(folder / "content"), str(folder / "base"), str(self._project)),
            *self._departments(),
            cwd=self._project,
            stdout=asyncio.subprocess.PIPE,
        )
        try:
            said, _ = await process.communicate()
        except asyncio.CancelledError:
            if process.returncode is None:
                process.kill()
            raise
        if process.returncode:
            raise ContentBroken(place="content.release_check", reason=f"ended {process.returncode}")
        return [Finding(**one) for one in json.loads(said)]

    async def _measured(self, release: Release, model: Path) -> Release:
        """Return the release with its figures beside those of the live model."""
        folder = ContentFolder(self._place / f"release-{release.number}" / "content")
        topics = await asyncio.to_thread(folder.topics)
        messages = await self._figures.messages(frozenset(topics))
        after = await self._figures.of(model, messages)
        before = await self._figures.of(self.model.path(), messages)
        await self._at("measured")
        drops, lost = compared(before, after, messages)
        told = [one for one in release.findings if one.rule != CONVERSATION]
        return await self._note(
            release,
            model=model.name,
            scores={"after": as_facts(after.scores), "before": as_facts(before.scores)},
            drops=drops,
            findings=(*told, *lost),
            part="",
            share=0.99,
        )

    async def _go_live(self, release: Release) -> None:
        model = self._models / release.model
        folder = self._place / f"release-{release.number}" / "content"
        await asyncio.to_thread(self.releases.repository.check_out, release.commit, folder)
        await self._at("before_swap")
        await self.model.swap(model)
        await self._at("swapped")
        live = ContentFolder(self.releases.live)
        await asyncio.to_thread(live.take_over, folder)  # from here on this is what is live
        await self._at("taken_over")
        await self._finish(release)

    async def _finish(self, release: Release) -> None:
        """Tell everybody that the release is live."""
        forget_topics()
        repository = self.releases.repository
        await asyncio.to_thread(self._move_head, release)
        await asyncio.to_thread(repository.refresh_index, self.releases.live)
        release = await self.releases.store.get(release.number)
        release = await self.releases.store.make_live(release, actor=NOBODY, at=self._now())
        forget_old(self._models)
        await self.model.look_up(release)
        log.info("release %d is live", release.number)
        self.model.doubt()  # had Rasa died since the swap, it would have started with the old one
        await self.model.settle()

    def _move_head(self, release: Release) -> None:
        repository, at = self.releases.repository, self._now()
        head = repository.prepare(self.releases.live, at)
        title = f"Release {release.number}: {release.title}"
        if release.of is not None:
            commit = repository.retold(release.commit, head, release.author, title, at)
        else:
            commit = release.commit
        if commit != head:
            repository.move_head(commit, head)

    async def _taken_over(self, release: Release) -> bool:
        """Tell whether the live folder says what the release says."""
        folder = self._place / f"release-{release.number}" / "recovered"
        await asyncio.to_thread(self.releases.repository.check_out, release.commit, folder)
        return content_hash(self._project, folder) == content_hash(
            self._project, self.releases.live
        )

    async def _note(self, release: Release, **changes: Any) -> Release:
        """Keep a change on top of what others (a reviewer) may have changed meanwhile."""
        if changes.get("state", ...) is None:
            del changes["state"]
        begun = release.state in WORKING
        for _ in range(5):
            current = await self.releases.store.get(release.number)
            if begun and current.state not in WORKING:  # another process has ended it
                raise ReleaseChanged(number=release.number)
            try:
                return await self.releases.store.save(
                    replace(current, **changes), actor=NOBODY, at=self._now()
                )
            except ReleaseChanged:
                continue
        raise ReleaseChanged(number=release.number)


def _said(error: Exception) -> str:
    """Return a code that the desk has words for, and what exactly it was."""
    return f"{getattr(error, 'code', 'other')}: {error or type(error).__name__}"
