"""One suitable variation of a response is taken without drawing lots."""

from __future__ import annotations

from typing import Any

import numpy as np
from rasa.core.nlg.generator import ResponseVariationFilter
from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator


def response_for(
    self: TemplatedNaturalLanguageGenerator,
    utter_action: str,
    output_channel: str,
    filled_slots: dict[str, Any],
) -> dict[str, Any] | None:
    """Return a variation that fits channel and slots, any of them where several do."""
    if utter_action not in self.responses:
        return None
    suitable = ResponseVariationFilter(self.responses).responses_for_utter_action(
        utter_action, output_channel, filled_slots
    )
    if not suitable:
        return None
    chosen: dict[str, Any] = suitable[0] if len(suitable) == 1 else np.random.choice(suitable)
    return chosen


def apply() -> None:
    """Take the only one there is."""
    TemplatedNaturalLanguageGenerator._random_response_for = response_for
