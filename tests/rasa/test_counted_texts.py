import numpy as np

from bot.counted_texts import CountedTexts
from bot.feature_space import FeatureSpace
from bot.kept import Memory
from bot.views import view

TEXTS = [
    "متى تداومون في رمضان",
    "متى تداومون",
    "wain ma3ashi rag INV-9",
    "كم رسوم INV-9 وكم كم",
    "what are your hours",
    "",
]


def test_counts_many_texts_as_one_by_one() -> None:
    space, rows = CountedTexts().learn(TEXTS, view, least=2, share=0.7)
    expected = FeatureSpace.learn(TEXTS, least=2, share=0.7)
    assert space.letters.index == expected.letters.index
    assert space.terms.index == expected.terms.index
    np.testing.assert_allclose(space.letters.weight, expected.letters.weight, rtol=1e-6)
    for text, row in zip(TEXTS, rows, strict=True):
        wanted = expected.row(text)
        np.testing.assert_array_equal(row.columns, wanted.columns)
        np.testing.assert_allclose(row.values, wanted.values, rtol=1e-5)
        assert row.values.dtype == np.float32


def test_counts_again_only_what_is_new() -> None:
    memory: Memory = Memory()
    seen = []
    counted = CountedTexts()
    counted.remember = memory.get
    for texts in (TEXTS, [*TEXTS, "شكوى جديدة"]):
        seen.clear()
        counted.learn(texts, lambda text: seen.append(text) or view(text), least=1, share=1.0)
        memory.forget_unused()
    assert seen == ["شكوى جديدة"]
