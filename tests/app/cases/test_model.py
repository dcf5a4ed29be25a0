from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from cases.errors import MoveNotAllowed
from cases.model import MOVES, CaseEvent, CaseState, Due, EventKind
from tests.contracts.case_store import NOON, a_case

LATER = NOON + timedelta(hours=1)


@pytest.mark.parametrize(("was", "wanted"), list(product(CaseState, CaseState)))
def test_moves_only_as_the_law_of_moves_says(was: CaseState, wanted: CaseState) -> None:
    case = a_case(state=was)
    if wanted in MOVES[was]:
        moved = case.move_to(wanted, at=LATER)
        assert (moved.state, moved.changed_at, moved.version) == (wanted, LATER, case.version)
    else:
        with pytest.raises(MoveNotAllowed) as refusal:
            case.move_to(wanted, at=LATER)
        assert refusal.value.facts == {"number": case.number, "was": was, "wanted": wanted}


def test_every_state_can_be_reached_and_only_closed_is_the_end() -> None:
    reached, frontier = {CaseState.NEW}, {CaseState.NEW}
    while frontier:
        frontier = set().union(*(MOVES[state] for state in frontier)) - reached
        reached |= frontier
    assert reached == set(CaseState)
    assert [state for state in CaseState if not MOVES[state]] == [CaseState.CLOSED]


def test_a_finished_case_is_never_overdue() -> None:
    due = Due(resolve_due_at=NOON)
    assert a_case(clocks=due).overdue(LATER)
    assert not a_case(clocks=due).overdue(NOON)
    assert not a_case(clocks=Due()).overdue(LATER)
    assert not a_case(clocks=due, state=CaseState.RESOLVED).overdue(LATER)


def test_times_must_be_aware() -> None:
    with pytest.raises(ValueError, match="aware"):
        a_case(opened_at=datetime(2026, 11, 2))  # noqa: DTZ001  # the point of the test


def test_an_event_names_its_actor() -> None:
    with pytest.raises(ValueError, match="actor"):
        CaseEvent(
            case_number="DF-26-000019",
            version=1,
            kind=EventKind.NOTED,
            at=datetime(2026, 11, 2, tzinfo=UTC),
            actor="",
            before={},
            after={},
            note="متابعة INV-9",
        )
