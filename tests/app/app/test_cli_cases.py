import asyncio
from pathlib import Path

import pytest

from app.cli_cases import list_cases, show_case
from app.ledgers import open_cases
from app.running import migrate
from app.settings import Settings
from cases.model import Case, CaseKind, CaseState
from cases.service import OpenRequest
from kernel.bidi import FSI, PDI
from kernel.language import Language


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    told = Settings(data_dir=tmp_path)
    migrate(told)
    return told


def opened(settings: Settings) -> Case:
    async def opening() -> Case:
        async with open_cases(settings) as cases:
            case = await cases.open(
                OpenRequest(
                    kind=CaseKind.COMPLAINT,
                    text="انخصم المبلغ مرتين عن الفاتورة INV-9",
                    language=Language.AR,
                    channel="webchat",
                    person_id="p-7",
                    conversation_id="c-7",
                    caused_by="m-1",
                    department="DPS",
                    department_confidence=0.9,
                    contact="+971501234567",
                )
            )
            return await cases.move(
                case.number, CaseState.OPEN, actor="agent:mariam", note="اتصلنا به"
            )

    return asyncio.run(opening())


def shown(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().out.replace(FSI, "").replace(PDI, "")


def test_lists_cases_in_either_language(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    case = opened(settings)
    for language, words in (
        ("en", ("complaint", "Open", "One case.")),
        ("ar", ("شكوى", "طلب واحد.")),
    ):
        told = {"raw": True, "language": language, "limit": 50, "confidential": False}
        assert list_cases(settings, **told) == 0
        listed = shown(capsys)
        assert case.number in listed
        for word in words:
            assert word in listed


def test_shows_a_case_by_its_number_however_it_is_typed(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    case = opened(settings)
    eastern = case.number.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")).replace("-", " ")
    assert show_case(settings, eastern, raw=True, language="en") == 0
    told = shown(capsys)
    for words in (case.number, "INV-9", "agent:mariam", "اتصلنا به", "+971501234567"):
        assert words in told


def test_letters_are_joined_and_ordered_for_terminals_that_cannot(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    case = opened(settings)
    assert show_case(settings, case.number, raw=False, language="ar") == 0
    told = shown(capsys)
    assert "INV-9" in told
    assert "الفاتورة" not in told  # its letters now stand in the order they are seen


def test_no_such_case(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    opened(settings)
    assert show_case(settings, "أهلًا", raw=True, language="ar") == 1
    assert "أهلًا" in capsys.readouterr().err
