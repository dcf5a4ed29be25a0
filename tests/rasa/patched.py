"""``python -m tests.rasa.patched ...``: Rasa's commands, patched as the server runs them."""

from __future__ import annotations

from rasa.__main__ import main

from bot.patches import apply_patches

if __name__ == "__main__":
    apply_patches()
    main()
