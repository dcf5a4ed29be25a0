"""The way in: before a session, and each step of one."""

from __future__ import annotations

from accounts.model import Step
from tests.e2e.visit import Furnished, Place, Visit

STEPS = {
    "sign-in/code": Step.CODE,
    "sign-in/password": Step.PASSWORD,
    "sign-in/second-factor": Step.ENROL,
}


async def furnish(_visit: Visit) -> Furnished:
    return {
        "/desk/sign-in": [Place("/desk/sign-in", "outside", step=None)],
        **{f"/desk/{path}": [Place(f"/desk/{path}", step=step)] for path, step in STEPS.items()},
        "/desk/static/{name}": ["/desk/static/desk.css"],
        "/desk/language/{language}": ["/desk/language/ar"],
        "/desk/audit": [Place("/desk/audit?action=handover_claimed", "one-action")],
        "/desk/me": [Place("/desk/nothing-here", "not-there")],
    }
