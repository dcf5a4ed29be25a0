"""The page of the assistant and the team: own units only, and every number leads to its cases."""

import re

from accounts.model import Role
from cases.model import CaseState
from desk.viewer import agent_of
from tests.app.desk.staff import at_the_desk
from tests.app.desk.test_oversight_pages import a_city, number
from tests.app.webchat_house import Running

PAGES = ("/desk/oversight/team", "/desk/oversight/team/live")


async def test_shows_who_has_how_much_and_leads_to_the_cases(running: Running) -> None:
    await a_city(running, 20)
    async with at_the_desk(running, "noura", Role.AGENT, departments="DPS") as noura:
        agent = agent_of(noura.account)
        await running.house.desk.agents.enrol(agent)
        for path in PAGES:
            assert (await noura.see(path))[0] == 403
        [first, *_] = [
            case for case in await running.house.cases.list() if case.state is CaseState.NEW
        ]
        await running.house.cases.move(first.number, CaseState.OPEN, actor=agent.actor)
    async with at_the_desk(running, "huda", Role.MANAGER) as huda:
        for path in PAGES:
            status, page = await huda.see(path)
            assert status == 200
            assert noura.account.name_ar in page
            [link] = re.findall(r'href="/desk/oversight/cases\?(owner=agent[^"&]*)"', page)
            assert await number(huda, link, "/desk/oversight/cases") == 1
        status, listed = await huda.see(f"/desk/oversight/cases?{link}")
        assert f"/desk/cases/{first.number}" in listed, "two clicks from the team to the case"
    async with at_the_desk(running, "salem", Role.MANAGER, departments="ACC") as salem:
        status, page = await salem.see(PAGES[0])
        assert status == 200
        assert noura.account.name_ar not in re.findall(r"<tbody>(.*?)</tbody>", page, re.DOTALL)[-1]
