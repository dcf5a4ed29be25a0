"""What form validation needs of the domain."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml


def forms_only(path: Path) -> dict[str, Any]:
    """Return the part of the domain that form validation reads.

    Rasa does not send the domain with a call (``enable_selective_domain``): it is 97 %
    of the bytes, and of it our actions only need the slots of the forms.
    """
    domain = yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)
    return {"forms": domain["forms"], "slots": {}, "actions": [], "responses": {}}
