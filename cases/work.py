"""What staff do with cases beyond moving them: edit, merge, split, link, open again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from cases.editing import Edit, edited
from cases.errors import CaseChanged, MoveNotAllowed, NotTheirWords
from cases.join_ports import JoinStore
from cases.joining import Part, linked, merged, split, unlinked, unmerged
from cases.model import Case, CaseEvent, CaseState, EventKind
from cases.number import format_number
from cases.opening import OpeningRules, keepable
from cases.ports import Change
from cases.reopening import reopened
from kernel.folding import fold

__all__ = ["CaseWork", "Edit", "Part"]


class CaseWork:
    """Each method is one transaction, with the events and audit rows of every case in it.

    ``seen`` is the version that the actor had on screen: who looked at something older is
    told (CaseChanged) before anything is done. Who may do it was asked before.
    """

    def __init__(
        self, store: JoinStore, rules: OpeningRules, *, now: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._rules = rules
        self._now = now

    async def edit(self, number: str, edit: Edit, *, actor: str, seen: int) -> Case:
        """Put right what was written down; raises CaseNotFound, CaseChanged."""
        case = await self._seen(number, seen)
        change = edited(case, edit, at=self._now(), actor=actor)
        return case if change is None else await self._store.save(change)

    async def merge(
        self, ends: str, *, into: str, actor: str, seen: int, note: str | None = None
    ) -> Case:
        """Close a case and let another of the same person go on in its place.

        Returns:
            The case that goes on.

        Raises:
            CaseNotFound, CaseChanged: see ``CaseStore.save``.
            SameCase, CaseFinished, NotTheSamePerson: see ``cases.joining``.
        """
        ending, staying = await self._seen(ends, seen), await self._store.get(into)
        kept = keepable(note) if note else None
        changes = merged(staying, ending, at=self._now(), actor=actor, note=kept)
        return (await self._store.save_all(changes))[0]

    async def unmerge(self, ends: str, reason: str, *, actor: str, seen: int) -> Case:
        """Make two of a merged case and the one that goes on for it; returns the first.

        What was written to the one that went on stays there.

        Raises:
            CaseNotFound, CaseChanged: see ``CaseStore.save``.
            MoveNotAllowed, ReasonMissing: see ``cases.joining``.
        """
        ending = await self._seen(ends, seen)
        if ending.merged_into is None:
            raise MoveNotAllowed(number=ends, was=ending.state.value, wanted="open")
        staying = await self._store.get(ending.merged_into)
        merging = [
            _last(await self._store.timeline(staying.number), "took_in", ends),
            _last(await self._store.timeline(ends), "merged_into", staying.number),
        ]
        kept = keepable(reason)
        changes = unmerged(staying, ending, merging, at=self._now(), actor=actor, reason=kept)
        return (await self._store.save_all(changes))[1]

    async def split(self, number: str, part: Part, *, actor: str, seen: int) -> Case:
        """Make a case of its own of some of the person's words; the same cause once.

        Raises:
            CaseNotFound, CaseChanged: see ``CaseStore.save``.
            CaseFinished: of what is finished nothing is split off.
            NotTheirWords: the person never said so.
        """
        before = await self._store.find_caused(part.cause, part.kind)
        if before is not None:
            return before
        case = await self._seen(number, seen)
        part = replace(part, text=keepable(part.text).strip())
        if not _said(part.text, case, await self._store.timeline(number)):
            raise NotTheirWords(number=number)
        now = self._now()
        year = now.astimezone(self._rules.calendar.zone).year

        def numbered(sequence: int) -> tuple[Change, Sequence[Change]]:
            fresh = format_number(year, sequence)
            opening, knows = split(case, part, self._rules, fresh, at=now, actor=actor)
            return opening, [knows]

        return await self._store.open_beside(year, numbered)

    async def link(self, number: str, other: str, *, actor: str) -> None:
        """Relate two cases; raises CaseNotFound, SameCase, CaseChanged."""
        one, two = await self._store.get(number), await self._store.get(other)
        await self._store.save_all(linked(one, two, at=self._now(), actor=actor))

    async def unlink(self, number: str, other: str, *, actor: str) -> None:
        """Relate two cases no more; raises CaseNotFound, CaseChanged."""
        one, two = await self._store.get(number), await self._store.get(other)
        await self._store.save_all(unlinked(one, two, at=self._now(), actor=actor))

    async def reopen(
        self, number: str, reason: str, *, actor: str, supervises: bool, seen: int
    ) -> Case:
        """Open a finished case again; raises as ``cases.reopening`` does, and CaseChanged."""
        case = await self._seen(number, seen)
        change = reopened(
            case,
            self._rules,
            reason=keepable(reason),
            at=self._now(),
            actor=actor,
            supervises=supervises,
            closed_at=_closed_at(await self._store.timeline(number)),
        )
        return await self._store.save(change)

    async def merged_into(self, number: str) -> Sequence[Case]:
        """Return the cases in whose place this one goes on."""
        return await self._store.merged_into(number)

    async def _seen(self, number: str, seen: int) -> Case:
        case = await self._store.get(number)
        if case.version != seen:
            raise CaseChanged(number=number)
        return case


def _last(events: Sequence[CaseEvent], name: str, number: str) -> CaseEvent:
    """Return the latest merge that names the other case so."""
    return [e for e in events if e.kind is EventKind.MERGED and e.after.get(name) == number][-1]


def _said(words: str, case: Case, events: Sequence[CaseEvent]) -> bool:
    """Whether the person said these words about the case, spaces and spelling aside."""
    told = [case.text]
    theirs = (EventKind.FOLLOWED_UP, EventKind.GRIEVED)
    told += [event.note for event in events if event.kind in theirs and event.note]
    wanted = _plain(words)
    return bool(wanted) and any(wanted in _plain(text) for text in told)


def _plain(text: str) -> str:
    return " ".join(fold(text).split())


def _closed_at(events: Sequence[CaseEvent]) -> datetime | None:
    closings = [e.at for e in events if e.after.get("state") == CaseState.CLOSED.value]
    return closings[-1] if closings else None
