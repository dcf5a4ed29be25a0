"""A look at every page of the desk: what the modules in ``tests/e2e/rooms/`` fill them with.

Each of those is a part of the desk. It has

- ``async def furnish(visit: Visit) -> Furnished``, which makes data and returns, by the path of
  the route as the router tells it, the places to look at. A route whose path has a parameter
  needs at least one; a route without one is looked at as it is, and at the places given here.
- and may have ``ENDLESS``: paths of routes that never end or only give files.

What a route answers says whether it is a page: parts of pages, files and redirections are not.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

from accounts.model import Step
from tests.app.desk.staff import Staff
from tests.app.webchat_house import Running
from tests.app.whatsapp_house import WithMeta

ROOMS = Path(__file__).parent / "rooms"


@dataclass(frozen=True)
class Place:
    """One look at a page.

    ``called`` names its picture where a route has several. With ``form`` the page is what a
    form is answered with; it is sent once for each language, whose code stands for
    ``{language}`` in it. ``step`` is where on the way in the session stands, None for none.
    """

    address: str
    called: str = ""
    form: Mapping[str, str] | None = None
    step: Step | None = Step.DONE


Furnished = Mapping[str, Sequence[Place | str]]


@dataclass
class Visit:
    """The house that is furnished, and the employee who looks: every role, every unit."""

    both: WithMeta
    staff: Staff
    colleague: Staff
    stays: AsyncExitStack
    numbers: dict[str, str] = field(default_factory=dict)
    """What one room tells the next: rooms are furnished in the order of their names."""

    @property
    def running(self) -> Running:
        return self.both.running


def rooms() -> Sequence[ModuleType]:
    """Return the modules, in the order of their names."""
    names = sorted(path.stem for path in ROOMS.glob("*.py"))
    return [importlib.import_module(f"tests.e2e.rooms.{name}") for name in names]
