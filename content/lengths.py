"""How long what people read may be, on the narrowest channel that shows it.

Source for WhatsApp: Meta, Cloud API, text messages and interactive messages (reply buttons,
lists), read in November 2026; ``channels/whatsapp/options.py`` does what is told here.
"""

from __future__ import annotations

from dataclasses import dataclass

from content.entries import Side

LONGEST_TEXT = 4096
LONGEST_WITH_BUTTONS = 1024
BUTTON_TITLE, ROW_TITLE = 20, 24
MOST_BUTTONS = 3
LONGEST_TITLE = 80


@dataclass(frozen=True, slots=True)
class Fit:
    """How a side fits: its length, the most it may have, and how its buttons are shown."""

    length: int
    most: int
    buttons: str
    """none, buttons, list or numbered: what WhatsApp makes of them."""

    @property
    def fits(self) -> bool:
        """Tell whether the text can be sent on every channel."""
        return self.length <= self.most


def fit(side: Side) -> Fit:
    """Return how a side fits; links and line breaks count as they are."""
    titles = [button.title.strip() for button in side.buttons]
    if not titles:
        shown = "none"
    elif (
        len(titles) <= MOST_BUTTONS
        and max(map(len, titles)) <= BUTTON_TITLE
        and len(side.text) <= LONGEST_WITH_BUTTONS
    ):
        shown = "buttons"
    elif max(map(len, titles)) <= ROW_TITLE:
        shown = "list"
    else:
        shown = "numbered"
    return Fit(len(side.text), LONGEST_TEXT, shown)
