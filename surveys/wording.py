"""What people read when they are asked: faces to press, or a link, or an approved template."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from conversations.lines import CASE_LINK, RATE_CASE, RATE_SURVEY, SURVEY_LINK, Lines
from conversations.model import Conversation
from conversations.ports import NewMessage
from conversations.rating_buttons import question
from surveys.invitations import CASE, Invitation, Way
from surveys.questions import Questionnaire

CASE_TEMPLATE, CAMPAIGN_TEMPLATE = "survey_case", "survey_invitation"

Template = Callable[[Conversation, str, Mapping[str, str]], tuple[str, Mapping[str, Any]] | None]
"""Fills a template of a channel in the language of the facts; None where there is none."""


class Wording:
    """Says it in the language of the invitation. ``page`` is the address that links begin with."""

    def __init__(self, lines: Lines, *, template: Template, page: str) -> None:
        self._lines = lines
        self._template = template
        self._page = page

    def has_template(self, conversation: Conversation, invitation: Invitation) -> bool:
        """Tell whether the channel has an approved template for it."""
        return self._filled(conversation, invitation, "") is not None

    def said(
        self, conversation: Conversation, invitation: Invitation, way: Way, token: str, at: datetime
    ) -> Sequence[NewMessage]:
        """Return the message that asks."""
        language, facts = invitation.language, {"number": invitation.subject}
        if way is Way.BUTTONS:
            reason = RATE_CASE if invitation.kind == CASE else RATE_SURVEY
            asked = question(self._lines, invitation.id, language, at, reason=reason, **facts)
            if invitation.asked is not None:
                asked = replace(asked, text=f"{_first(invitation.asked, invitation)}\n{asked.text}")
            return [asked]
        reason = CASE_LINK if invitation.kind == CASE else SURVEY_LINK
        line = self._lines.line(reason, language, at, **facts)
        if way is Way.TEMPLATE:
            filled = self._filled(conversation, invitation, token)
            if filled is None:
                raise AssertionError("no template: the way was chosen without looking")
            return [replace(line, text=filled[0], metadata=filled[1])]
        said = [line.text, self._link(token)]  # apart from the sentence, so that no mark joins it
        if invitation.asked is not None:
            said.insert(0, invitation.asked.intro.of(language))
        return [replace(line, text="\n".join(said))]

    def _link(self, token: str) -> str:
        return f"{self._page}/s/{token}"

    def _filled(
        self, conversation: Conversation, invitation: Invitation, token: str
    ) -> tuple[str, Mapping[str, Any]] | None:
        name = CASE_TEMPLATE if invitation.kind == CASE else CAMPAIGN_TEMPLATE
        facts = {
            "number": invitation.subject,
            "link": self._link(token),
            "language": invitation.language.value,
        }
        return self._template(conversation, name, facts)


def _first(asked: Questionnaire, invitation: Invitation) -> str:
    return asked.questions[0].words.of(invitation.language)
