"""Where the app is killed. A point names a method of a part and whether the process dies
before it, after it, or inside its transaction right before the commit.

Nothing of this is in the product: the child process (``mortal.py``) wraps the method.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from channels.whatsapp.channel import WhatsappChannel
from conversations.rasa_assistant import RasaAssistant
from conversations.webhook_groups import GroupedWebhooks
from stores.sql_case_store import SqlCaseStore
from stores.sql_conversation_work import SqlConversationWork
from stores.sql_leases import SqlLeases
from stores.sql_sending import SqlSending
from stores.sql_webhook_store import SqlWebhookStore
from stores.webhook_batch import WebhookBatch


class When(StrEnum):
    BEFORE = "before"
    BEFORE_COMMIT = "before_commit"
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class Point:
    """``only`` looks at the arguments; ``hits`` that many times the process survives it."""

    part: type
    method: str
    when: When
    hits: int = 3
    only: Callable[[dict[str, Any]], bool] = lambda _named: True


def hands_over(named: dict[str, Any]) -> bool:
    return named.get("decide") is not None


def gives_back(named: dict[str, Any]) -> bool:
    return bool(named.get("give_back"))


POINTS = {
    "before_webhook_is_stored": Point(WebhookBatch, "keep", When.BEFORE, hits=1),
    "after_raw_and_messages_insert": Point(WebhookBatch, "keep", When.AFTER, hits=1),
    "after_webhook_is_stored": Point(GroupedWebhooks, "keep", When.AFTER),
    "after_claim_to_answer": Point(SqlLeases, "claim", When.AFTER),
    "before_rasa_is_asked": Point(RasaAssistant, "reply", When.BEFORE),
    "before_case_is_committed": Point(SqlCaseStore, "open", When.BEFORE_COMMIT),
    "after_case_is_committed": Point(SqlCaseStore, "open", When.AFTER),
    "after_rasa_answered": Point(RasaAssistant, "reply", When.AFTER),
    "before_answers_are_committed": Point(SqlConversationWork, "answer", When.BEFORE_COMMIT),
    "after_answers_are_committed": Point(SqlConversationWork, "answer", When.AFTER),
    "during_hand_over": Point(SqlConversationWork, "answer", When.BEFORE_COMMIT, only=hands_over),
    "after_lease_went_back": Point(SqlSending, "delivered", When.AFTER, only=gives_back),
    "before_sending_is_begun": Point(SqlLeases, "begin", When.BEFORE),
    "before_send": Point(WhatsappChannel, "send", When.BEFORE),
    "after_provider_took_it": Point(WhatsappChannel, "send", When.AFTER),
    "before_sent_is_committed": Point(SqlSending, "delivered", When.BEFORE_COMMIT),
    "during_status_update": Point(SqlWebhookStore, "keep_statuses", When.BEFORE_COMMIT),
}

CHAINS = (
    (
        "before_webhook_is_stored",
        "after_claim_to_answer",
        "before_rasa_is_asked",
        "before_sending_is_begun",
        "after_answers_are_committed",
    ),
    (
        "after_raw_and_messages_insert",
        "before_case_is_committed",
        "after_rasa_answered",
        "before_send",
        "during_hand_over",
    ),
    (
        "after_webhook_is_stored",
        "after_case_is_committed",
        "before_answers_are_committed",
        "after_provider_took_it",
    ),
    ("after_lease_went_back", "before_sent_is_committed", "during_status_update"),
)
"""Points at which the app dies one after the other under one load."""

WITH_TWO_PROCESSES = ("after_claim_to_answer", "before_answers_are_committed")
"""Each under a load of its own: the other process goes on, and soon nothing is left to do."""
