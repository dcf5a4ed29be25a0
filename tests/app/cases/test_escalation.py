"""Words that ask for care or for a person, in both languages."""

import time

import pytest

from cases.escalation import EscalationRules
from cases.packaged import read_data
from cases.priority import PriorityRules
from kernel.language import Language
from phrases.catalogue import Catalogue

RULES = EscalationRules.load()


@pytest.mark.parametrize(
    ("text", "name", "reason"),
    [
        ("بذبح نفسي اذا ما نزل المعاش", "danger", "sensitive"),
        ("I will kill myself if the pension does not come", "danger", "sensitive"),
        ("والدي توفى كيف نحول معاشه لأمي؟", "bereavement", "sensitive"),
        ("my husband passed away, what happens to his pension MIL-77?", "bereavement", "sensitive"),
        ("الموظف طلب مني رشوة عشان يمشي المعاملة", "confidential", "sensitive"),
        ("I want to report a bribe in tender T-88", "confidential", "sensitive"),
        ("انتوا حمير ما تفهمون", "anger", "angry"),
        ("you are idiots, give me my money back", "anger", "angry"),
        ("والله بطلع في البث المباشر", "anger", "angry"),
        ("I am going to the press with this", "anger", "angry"),
        ("حسبي الله، هذي ثالث مرة أشتكي على INV-9", "anger", "angry"),
        ("حسبي الله ونعم الوكيل فيكم", "grievance", None),
        ("7asbi allah wa ne3ma el wakeel", "grievance", None),
        ("this is unacceptable, charged twice for TX-8841", "grievance", None),
    ],
)
def test_what_is_heard(text: str, name: str, reason: str | None) -> None:
    care = RULES.hear(text)
    assert care is not None
    assert (care.name, care.reason) == (name, reason)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "متى ينزل المعاش؟",
        "ليش الرسوم غالية",
        "كيف أبلغ عن رشوة؟",
        "how do I report corruption?",
        "هذي ثاني مرة أشتكي وأتمنى الرد على INV-9",
        "الله يرحم والديك ساعدني",
        "Charged twice for the same transaction",
    ],
)
def test_all_else_asks_for_neither(text: str) -> None:
    assert RULES.hear(text) is None


def test_every_line_of_care_is_there_in_both_languages() -> None:
    phrases = Catalogue.load()
    for rule in read_data("escalation.toml")["care"]:
        for language in Language:
            assert phrases.say(f"care_{rule['name']}", language)
            if rule.get("reason"):
                assert phrases.say(f"handed_over_{rule['reason']}", language)


def test_every_name_is_one_of_the_priority_rules() -> None:
    told = read_data("priority.toml")
    names = {rule["name"] for part in ("rule", "confidential") for rule in told[part]}
    for rule in read_data("escalation.toml")["care"]:
        assert set(rule.get("rules", ())) <= names
    assert PriorityRules.load()


def test_hearing_is_cheap_enough_for_every_message() -> None:
    text = "السلام عليكم، دفعت رسوم الرخصة أمس وانخصم المبلغ مرتين وما وصلني إيصال TX-8841 " * 3
    RULES.hear(text)
    began = time.process_time()
    for _ in range(50):
        RULES.hear(text)
    assert (time.process_time() - began) / 50 < 0.02
