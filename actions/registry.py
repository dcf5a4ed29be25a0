"""Every custom action, built with what it needs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from rasa_sdk import Action
from rasa_sdk.executor import ActionExecutor

from actions.answer_all import ActionAnswerAll
from actions.ask_case_confirmed import ActionAskCaseConfirmed
from actions.ask_case_department import ActionAskCaseDepartment
from actions.cancel import ActionCancel
from actions.change_language import ActionChangeLanguage, LanguagePins
from actions.choose import ActionChoose
from actions.feedback import ActionFeedback
from actions.hand_over import HandOver, OnDuty
from actions.objecting import Objecting
from actions.open_callback import ActionOpenCallback
from actions.open_case import ActionOpenCase
from actions.opening import Opening
from actions.refer import ActionRefer
from actions.start_case import ActionStartCase
from actions.talk_to_human import ActionTalkToHuman
from actions.track_case import ActionTellCase, ActionTrackCase, FollowUp
from actions.unsure import ActionUnsure
from actions.validate_case_form import ORDER, ValidateCaseForm
from actions.validate_track_form import ValidateTrackForm
from actions.which_case import WhichCase
from actions.yes_no import ActionYesNo
from cases.calendar import WorkingCalendar
from cases.service import CaseService
from phrases.catalogue import Catalogue


def build_executor(
    *,
    cases: CaseService,
    pins: LanguagePins,
    phrases: Catalogue,
    calendar: WorkingCalendar,
    on_duty: OnDuty,
    now: Callable[[], datetime],
) -> ActionExecutor:
    """Register each action as an instance; nothing is looked up at run time."""
    which = WhichCase(cases, phrases)
    objecting = Objecting(cases, phrases)
    opening = Opening(cases, phrases, which)
    start = ActionStartCase(phrases, which, opening, objecting)
    follow_up = FollowUp(cases, phrases, objecting)
    hand_over = HandOver(on_duty)
    human = ActionTalkToHuman(cases, phrases, calendar, hand_over)
    track = ActionTrackCase(follow_up)
    yes_no = ActionYesNo(start, which, objecting)
    pressed: dict[str, Action] = {
        "choose": ActionChoose(start, which, objecting, now),
        "feedback": ActionFeedback(),
        "cancel": ActionCancel(),
        "affirm": yes_no,
        "deny": yes_no,
        "talk_to_human": human,
        "track_case": track,
    }
    actions: tuple[Action, ...] = (
        *dict.fromkeys(pressed.values()),
        ActionRefer(pressed, which),
        start,
        ActionOpenCase(opening),
        ActionOpenCallback(cases, phrases, calendar),
        ActionTellCase(follow_up),
        ActionAnswerAll(now),
        ActionUnsure(phrases, hand_over, which, objecting),
        ActionChangeLanguage(pins),
        ActionAskCaseDepartment(phrases),
        ActionAskCaseConfirmed(phrases),
        *(ValidateCaseForm(form, cases) for form in ORDER),
        ValidateTrackForm(cases),
    )
    executor = ActionExecutor()
    for action in actions:
        executor.register_action(action)
    return executor
