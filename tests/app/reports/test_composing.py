"""The report in words: what changed, where to look, and tables that add up."""

from kernel.bidi import strip_controls
from kernel.language import Language
from reports.metrics import Form, Measure
from reports.tables import Cell, Report
from tests.app.reports.conftest import DUBAI, report_in


def said(report: Report) -> str:
    return "\n".join(strip_controls(one.text) for one in report.findings)


def test_it_says_what_changed_and_where_to_look() -> None:
    text = said(report_in(Language.EN))
    assert "101 cases came in, 66% more than in the period before (61)." in text
    assert "The department that rose most is Digital Payment Systems Regulation: 80 cases" in text
    assert "Unfinished cases grew by 40, to 50" in text
    assert "8 unfinished cases are late, most of them with Digital Payment Systems" in text
    assert "Look at Digital Payment Systems Regulation: it kept 25% of its promises" in text
    assert "70% of those who answered are satisfied (between 52% and 83%)" in text
    assert "3 complaints came from people who had complained within 90 days (10%" in text


def test_arabic_counts_as_arabic_does() -> None:
    text = said(report_in(Language.AR))
    assert "ورد 101 طلب، بزيادة 66%" in text
    assert "8 طلبات غير منجزة متأخرة" in text
    assert "3 شكاوى جاءت ممن سبق أن اشتكى" in text
    assert "أُعيد فتح طلبين منجزين" in text
    assert "«انخصم المبلغ» (12 طلبًا)" in text


def test_a_report_of_one_unit_names_no_other_and_no_conversations() -> None:
    report = report_in(Language.EN, "DPS")
    assert report.subject == "Digital Payment Systems Regulation"
    keys = {section.key for section in report.sections}
    assert "department" not in keys
    assert "Public Revenue" not in said(report)
    dictionary = next(one for one in report.sections if one.key == "dictionary")
    assert Measure.ALONE not in {row[0].key for row in dictionary.table.rows}


def test_groups_add_up_to_their_sums(report: Report) -> None:
    for section in report.sections:
        total = section.table.total
        if total is None or section.key in ("talks", "satisfaction"):
            continue
        for place, cell in enumerate(total[1:], start=1):
            if isinstance(cell.value, int):
                column = [row[place].value for row in section.table.rows]
                assert sum(value for value in column if isinstance(value, int)) == cell.value


def test_every_measure_has_its_line_in_the_dictionary(report: Report) -> None:
    dictionary = next(one for one in report.sections if one.key == "dictionary")
    assert {row[0].key for row in dictionary.table.rows} == set(Measure)
    shown = {
        row[0].key for one in report.sections if one.key == "measures" for row in one.table.rows
    }
    assert shown == set(Measure)


def test_the_sign_stands_before_the_number() -> None:
    assert Cell(-1200, Form.CHANGE).words(DUBAI) == "−1,200"
    assert Cell(0.125, Form.POINTS).words(DUBAI) == "+12"
    assert Cell(0.0, Form.POINTS).words(DUBAI) == "0"
    assert Cell(None, Form.SHARE).words(DUBAI) == "–"
