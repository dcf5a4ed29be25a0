"""What every template may use."""

from zoneinfo import ZoneInfo

import pytest

from desk.access import Tokens
from desk.rendering import Rendering
from kernel.language import Language
from phrases.catalogue import Catalogue


@pytest.mark.parametrize(
    ("size", "ar", "en"),
    [
        (0, "1 كيلوبايت", "1 KB"),
        (214 * 1024, "214 كيلوبايت", "214 KB"),
        (1_258_291, "\u20681.2\u2069 ميغابايت", "\u20681.2\u2069 MB"),
    ],
)
def test_the_size_of_a_file_is_said_in_the_language_of_the_page(
    size: int, ar: str, en: str
) -> None:
    rendering = Rendering(
        Catalogue.load(), Tokens(b"s"), default=Language.AR, zone=ZoneInfo("Asia/Dubai")
    )
    assert rendering.file_size(size, Language.AR) == ar
    assert rendering.file_size(size, Language.EN) == en
