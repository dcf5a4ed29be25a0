"""A month of figures made by hand, and the report of it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from cases.board import Age, By, ClockState
from kernel.language import Language
from phrases.catalogue import Catalogue
from reports.composing import Composer
from reports.figures import Backlog, Faces, Figures, PeriodFigures, Scope, Slice, Talks
from reports.fonts import Fonts
from reports.names import Names
from reports.periods import Period, Rhythm
from reports.shares import Share
from reports.subjects import Subject
from reports.tables import Report

DUBAI = ZoneInfo("Asia/Dubai")
AT = datetime(2026, 11, 2, 4, 30, tzinfo=UTC)
FONTS = Fonts(Path(__file__).parents[3] / "channels" / "webchat" / "static" / "fonts")
PHRASES = Catalogue.load()


def month(factor: int = 1) -> PeriodFigures:
    dps = Slice(received=40 * factor, finished=31, resolve=Share(10, 40))
    rev = Slice(received=21, finished=30, resolve=Share(38, 40))
    return PeriodFigures(
        total=dps + rev,
        by={
            By.DEPARTMENT: {"DPS": dps, "REV": rev},
            By.KIND: {"complaint": dps, "suggestion": rev},
            By.CHANNEL: {"webchat": dps, "تيليكس": rev},
            By.SEGMENT: {"supplier": dps, "": rev},
        },
        standing_before=10,
        standing=10 + 40 * factor + 21 - 61,
        reopened=2,
        joined=0,
        contact=Share(50, 61),
        days=[1.0, 2.5, 9.0],
        repeated=Share(3, 30),
        confidential=4,
        faces=Faces(asked=50, answered_of_asked=30, happy=21, neutral=4, unhappy=5),
        talks=Talks(held=900, escalated=120, reasons={"asked": 70, "unsure_twice": 55}),
    )


def figures(department: str | None = None) -> Figures:
    period = Period.read(Rhythm.MONTHLY, "2026-10")
    late, on_time = ClockState.LATE.value, ClockState.IN_TIME.value
    crossed = {("DPS", late): 7, ("DPS", on_time): 2, ("REV", late): 1, ("REV", on_time): 1000}
    ages = {
        (Age.OVER_30.value, late): 8,
        (Age.TODAY.value, on_time): 1000,
        (Age.DAYS_1_2.value, on_time): 2,
    }
    one_group = {("complaint", late): 8, ("complaint", on_time): 1002}
    return Figures(
        period=period,
        scope=Scope(department),
        at=AT,
        day_end=AT,
        now=month(2),
        earlier=[(one, month()) for one in period.earlier(3)],
        backlog=Backlog(
            by={
                By.AGE: ages,
                By.DEPARTMENT: crossed,
                By.KIND: one_group,
                By.CHANNEL: {("webchat", late): 8, ("webchat", on_time): 1002},
                By.SEGMENT: {("", late): 8, ("", on_time): 1002},
                By.PRIORITY: {},
            }
        ),
        subjects=[
            Subject(Language.AR, "انخصم المبلغ", 12, "=انخصم المبلغ مرتين عن ePay وما وصل الإيصال"),
            Subject(Language.EN, "refund", 5, "+When will the refund come?"),
        ],
    )


def report_in(language: Language, department: str | None = None) -> Report:
    return Composer(figures(department), Names(PHRASES, language), DUBAI).report()


@pytest.fixture(params=list(Language), ids=lambda one: one.value)
def report(request: pytest.FixtureRequest) -> Report:
    return report_in(request.param)
