"""The breaker opens after a time without anybody there, and tells of itself."""

from app.metrics import of_breaker, text_of
from conversations.breaker import Breaker


class Seconds:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_it_opens_after_its_time_and_closes_with_the_first_that_gets_through() -> None:
    clock = Seconds()
    breaker = Breaker(20.0, clock)
    breaker.got_through(answered=True)
    assert not breaker.did_not_get_through()
    clock.now += 19
    assert not breaker.did_not_get_through()
    clock.now += 1
    assert breaker.did_not_get_through()
    assert breaker.did_not_get_through()
    assert (breaker.open, breaker.failing, breaker.opened) == (True, True, 1)
    breaker.got_through(answered=False)
    assert (breaker.open, breaker.failing, breaker.unreachable_s) == (False, True, 0.0)
    breaker.got_through(answered=True)
    assert (breaker.asked, breaker.failed, breaker.unreachable) == (7, 5, 4)
    assert not breaker.failing


def test_metrics_are_in_prometheus_format() -> None:
    clock = Seconds()
    breaker = Breaker(20.0, clock)
    breaker.did_not_get_through()
    clock.now += 30
    lines = text_of(of_breaker(breaker)).splitlines()
    assert "baddala_assistant_breaker_open 1" in lines
    assert "baddala_assistant_unreachable_seconds 30" in lines
    assert "# TYPE baddala_assistant_breaker_open gauge" in lines
    assert all(line.startswith(("# HELP ", "# TYPE ", "baddala_")) for line in lines)
