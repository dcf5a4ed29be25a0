"""A loaded model is not searched for garbage; Python does so for 0.2 s every thousand messages."""

from __future__ import annotations

import gc
from typing import Any

from rasa.core.agent import Agent

STOCK_LOAD = Agent.load_model


def load_model(self: Agent, *given: Any, **named: Any) -> None:
    """Load a model, throw the one before away, and set aside what there is now."""
    STOCK_LOAD(self, *given, **named)
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def apply() -> None:
    """Settle each model that is loaded from now on."""
    Agent.load_model = load_model
