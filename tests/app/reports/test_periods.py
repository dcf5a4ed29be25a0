from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from reports.periods import Period, Rhythm

DUBAI = ZoneInfo("Asia/Dubai")


@pytest.mark.parametrize(
    ("rhythm", "day", "key", "first", "last"),
    [
        (Rhythm.DAILY, "2026-11-25", "2026-11-25", "2026-11-25", "2026-11-25"),
        (Rhythm.WEEKLY, "2026-11-25", "2026-W48", "2026-11-23", "2026-11-29"),
        (Rhythm.WEEKLY, "2027-01-01", "2026-W53", "2026-12-28", "2027-01-03"),
        (Rhythm.MONTHLY, "2028-02-29", "2028-02", "2028-02-01", "2028-02-29"),
        (Rhythm.MONTHLY, "2026-12-31", "2026-12", "2026-12-01", "2026-12-31"),
        (Rhythm.QUARTERLY, "2026-12-31", "2026-Q4", "2026-10-01", "2026-12-31"),
        (Rhythm.QUARTERLY, "2026-07-01", "2026-Q3", "2026-07-01", "2026-09-30"),
    ],
)
def test_a_day_lies_in_one_period_of_each_rhythm(
    rhythm: Rhythm, day: str, key: str, first: str, last: str
) -> None:
    period = Period.holding(rhythm, date.fromisoformat(day))
    assert (period.key, period.first.isoformat(), period.last.isoformat()) == (key, first, last)
    assert Period.read(rhythm, key) == period


@pytest.mark.parametrize("rhythm", list(Rhythm))
def test_periods_follow_each_other_without_a_gap(rhythm: Rhythm) -> None:
    period = Period.holding(rhythm, date(2025, 12, 20))
    for _ in range(60):
        following = period.after()
        assert following.before() == period
        assert period.span(DUBAI).until == following.span(DUBAI).since
        period = following
    assert [one.after() for one in period.earlier(3)][-1] == period


def test_a_day_begins_at_midnight_in_dubai() -> None:
    span = Period.read(Rhythm.MONTHLY, "2026-10").span(DUBAI)
    assert span.since == datetime(2026, 9, 30, 20, tzinfo=UTC)
    assert span.until == datetime(2026, 10, 31, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("rhythm", "key"),
    [
        (Rhythm.MONTHLY, "2026-13"),
        (Rhythm.MONTHLY, "2026-10-01"),
        (Rhythm.MONTHLY, "٢٠٢٦-١٠"),
        (Rhythm.WEEKLY, "2026-W54"),
        (Rhythm.QUARTERLY, "2026-Q5"),
        (Rhythm.DAILY, "2026-02-30"),
        (Rhythm.DAILY, ""),
    ],
)
def test_what_names_no_period_is_refused(rhythm: Rhythm, key: str) -> None:
    with pytest.raises(ValueError, match=r"period|day|month|week"):
        Period.read(rhythm, key)
