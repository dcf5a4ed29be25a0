"""How long each kind is kept: the periods, and what a change would take away."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from aiohttp import web

from accounts.model import Role
from accounts.ports import AccountStore
from desk.access import ACCOUNT, Routes
from desk.rendering import Rendering
from kernel.folding import fold_digits
from privacy.keeping import Keeping
from privacy.model import FEWEST_DAYS, MOST_DAYS, Kind, Period

PLACE = "/administration/retention"


class RetentionPages:
    """For admins. What is typed is counted first; only what was counted can be kept."""

    def __init__(
        self,
        keeping: Keeping,
        accounts: AccountStore,
        rendering: Rendering,
        *,
        raw_days: int | None,
        now: Callable[[], datetime],
    ) -> None:
        self._keeping = keeping
        self._accounts = accounts
        self._rendering = rendering
        self._raw_days = raw_days
        self._now = now

    def add(self, routes: Routes) -> None:
        """Add the routes."""
        routes.get(PLACE, self.show, Role.ADMIN)
        routes.post(PLACE, self.change, Role.ADMIN)

    async def show(self, request: web.Request) -> web.StreamResponse:
        """Show the periods in force, and what is over."""
        return await self._page(request, await self._keeping.store.periods(), {}, asked=False)

    async def change(self, request: web.Request) -> web.StreamResponse:
        """Count what was typed; keep it when somebody has seen the count."""
        form = await request.post()
        before = await self._keeping.store.periods()
        wanted, problems = _read(form, before)
        if problems:
            return await self._page(request, wanted, problems, asked=False)
        if form.get("step") != "keep":
            return await self._page(request, wanted, {}, asked=True)
        days = {kind: period.days for kind, period in wanted.items()}
        by = f"agent:{request[ACCOUNT].id}"
        await self._keeping.store.set_days(days, by=by, at=self._now())
        raise web.HTTPSeeOther(f"/desk{PLACE}")

    async def _page(
        self,
        request: web.Request,
        periods: Mapping[Kind, Period],
        problems: Mapping[Kind, str],
        *,
        asked: bool,
    ) -> web.StreamResponse:
        language = self._rendering.language(request)
        people = await self._accounts.list()
        facts = {
            "periods": periods,
            "counts": {} if problems else await self._keeping.counts(periods),
            "problems": problems,
            "asked": asked,
            "fewest": FEWEST_DAYS,
            "raw_days": self._raw_days,
            "names": {f"agent:{one.id}": one.name(language) for one in people},
        }
        status = 422 if problems else 200
        return self._rendering.page(request, "retention.html", facts, status=status)


def _read(
    form: Mapping[str, object], before: Mapping[Kind, Period]
) -> tuple[dict[Kind, Period], dict[Kind, str]]:
    """Return the periods as typed, nothing meaning for good, and which cannot be."""
    wanted: dict[Kind, Period] = {}
    problems: dict[Kind, str] = {}
    for kind, period in before.items():
        typed = fold_digits(str(form.get(kind.value, "")).strip())
        if not typed:
            wanted[kind] = replace(period, days=None)
        elif typed.isascii() and typed.isdecimal() and len(typed) <= 6:
            wanted[kind] = replace(period, days=int(typed))
            if not FEWEST_DAYS[kind] <= int(typed) <= MOST_DAYS:
                problems[kind] = "desk_retention_out_of_range"
        else:
            wanted[kind] = period
            problems[kind] = "desk_retention_no_number"
    return wanted, problems
