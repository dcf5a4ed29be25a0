"""Files that people send and get: what is known of one, what is refused, where they are kept."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from conversations.errors import ConversationError
from kernel.language import Language

if TYPE_CHECKING:  # ports speak of messages, and messages of attachments
    from conversations.ports import NewMessage


class AttachmentKind(StrEnum):
    """What a file is for people. The values are those of ``MessageKind``."""

    IMAGE = "image"
    AUDIO = "audio"
    VIDEO = "video"
    DOCUMENT = "document"


class AttachmentState(StrEnum):
    """What the scanner said. Only ``clean`` and ``unchecked`` files are ever given out.

    ``pending``: it was not asked yet, or was not there. ``unscannable``: it looked and
    cannot tell (encrypted, over its limits). ``unchecked``: this installation has none.
    """

    PENDING = "pending"
    CLEAN = "clean"
    INFECTED = "infected"
    UNSCANNABLE = "unscannable"
    UNCHECKED = "unchecked"

    @property
    def given_out(self) -> bool:
        """Tell whether a file in this state may leave the house."""
        return self in (AttachmentState.CLEAN, AttachmentState.UNCHECKED)


@dataclass(frozen=True, slots=True)
class Attachment:
    """One file as people see it. ``size`` is in bytes; ``file_name`` is cleaned."""

    id: str
    kind: AttachmentKind
    media_type: str
    size: int
    file_name: str
    state: AttachmentState

    def facts(self) -> dict[str, str | int]:
        """Return it as values that JSON can hold."""
        return {**asdict(self), "kind": self.kind.value, "state": self.state.value}

    @classmethod
    def from_facts(cls, facts: Mapping[str, Any]) -> Attachment:
        """Return the file that ``facts`` tell of."""
        kind, state = AttachmentKind(facts["kind"]), AttachmentState(facts["state"])
        return cls(**{**facts, "kind": kind, "state": state})


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAttachment:
    """A file with all that is kept of it. ``case_number``: the case it belongs to."""

    attachment: Attachment
    conversation_id: str
    message_id: str | None
    case_number: str | None
    sha256: str
    stored_at: datetime
    finding: str | None = None
    scan_attempts: int = 0
    from_citizen: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAttachment:
    """A file that lies finished at ``path`` and is about to be kept."""

    id: str
    conversation_id: str
    kind: AttachmentKind
    media_type: str
    file_name: str
    size: int
    sha256: str
    state: AttachmentState
    path: Path
    at: datetime
    from_citizen: bool = True


class AttachmentError(ConversationError):
    """The root of what can go wrong with a file; its code is the phrase key of the refusal."""

    code: ClassVar[str] = "attachment_failed"


class AttachmentNotFound(AttachmentError):
    """No file has this id, or whoever asks may not know of it."""

    code: ClassVar[str] = "attachment_not_found"


class AttachmentNotGivenOut(AttachmentError):
    """The file is there and stays there: not scanned yet, infected, or unscannable."""

    code: ClassVar[str] = "attachment_not_given_out"


class AttachmentEmpty(AttachmentError):
    """There is nothing in it."""

    code: ClassVar[str] = "attachment_empty"


class AttachmentTooLarge(AttachmentError):
    """It is larger than this installation takes."""

    code: ClassVar[str] = "attachment_too_large"


class AttachmentTypeRefused(AttachmentError):
    """Its bytes are of no type that this installation takes, whatever its name says."""

    code: ClassVar[str] = "attachment_type_refused"


class TooManyAttachments(AttachmentError):
    """The conversation has sent its share of files, in an hour or altogether."""

    code: ClassVar[str] = "attachment_too_many"


class AttachmentStore(Protocol):
    """Keeps files and their rows. Wherever it is killed: a row always has its file."""

    def arriving(self, attachment_id: str) -> Path:
        """Return where to write a file that is on its way; nobody else looks at it there."""

    async def put(self, new: NewAttachment, *, hourly: int, most: int) -> StoredAttachment:
        """Move the file into its place, then keep its row. The same id twice changes nothing.

        Args:
            hourly: how many files a citizen may send in this conversation in an hour.
            most: how many altogether.

        Raises:
            TooManyAttachments: the file is gone then.
        """

    async def get(self, attachment_id: str) -> StoredAttachment:
        """Return what is kept of a file; raises AttachmentNotFound."""

    async def of_conversation(
        self, conversation_id: str, ids: Sequence[str]
    ) -> Sequence[Attachment]:
        """Return those of the files that belong to the conversation, in the order of ``ids``."""

    def open(self, attachment_id: str) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        """Give the bytes of a file in pieces.

        Raises:
            AttachmentNotFound: there is none.
            AttachmentNotGivenOut: its state forbids it.
        """

    async def path_given_out(self, attachment_id: str) -> Path:
        """Return where a file lies that may be given out; raises as ``open`` does."""

    async def attach(self, attachment_id: str, message_id: str, at: datetime) -> None:
        """Make a file part of a message that is stored already; raises AttachmentNotFound."""

    async def to_recent_case(self, message_id: str, *, since: datetime, at: datetime) -> str | None:
        """Give the files of a message to the case last opened in its conversation, with an
        audit row; return its number, or None when none was opened after ``since``."""

    async def of_case(self, number: str) -> Sequence[StoredAttachment]:
        """Return the files of a case, oldest first."""

    async def next_unscanned(self, now: datetime) -> StoredAttachment | None:
        """Return the file that waits longest for the scanner and whose time has come."""

    def path_to_scan(self, attachment_id: str) -> Path:
        """Return where a file lies that the scanner is to look at."""

    async def scanned(
        self,
        attachment_id: str,
        state: AttachmentState,
        *,
        finding: str | None,
        at: datetime,
        again_at: datetime | None = None,
        tell: Callable[[Language], NewMessage] | None = None,
    ) -> bool:
        """Keep what the scanner said; an infected file goes into quarantine.

        Args:
            again_at: when to ask again, while ``state`` is pending.
            tell: makes a line for the person, whose language it gets; said in the same
                transaction, and only when the file is part of a message already.

        Returns:
            Whether this changed the state.
        """

    async def sweep(self, *, unsent_before: datetime, limit: int = 200) -> int:
        """Delete rows that never became part of a message, and files without a row.

        Both only when they are older than ``unsent_before``; return how many went.
        """
