"""A real Request Tracker 5 for tests: its own server, on a database of its own.

Programs of Debian's ``request-tracker5 rt5-db-sqlite rt5-standalone``. Without them the tests
fail: they are never skipped.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest

SETUP = "rt-setup-database-5"
SERVER = Path("/usr/share/request-tracker5/libexec/rt-server")
INITIAL_DATA = Path(__file__).parents[1] / "docs" / "request-tracker.pl"
ROOT_PASSWORD = "root-of-a-test"
PASSWORD = "baddala-of-a-test"
START_TIMEOUT_S = 60

CONFIG = """
Set($rtname, 'finance.test');
Set($Organization, 'finance.test');
Set($DatabaseType, 'SQLite');
Set($DatabaseName, '{folder}/rt.sqlite');
Set($WebDomain, '127.0.0.1');
Set($WebPort, {port});
Set($Timezone, 'UTC');
Set($LogToSyslog, undef);
Set($LogToSTDERR, 'error');
Set($MailCommand, 'testfile');
1;
"""
AT_HAND = f"""
# a password for us, and no scrips: their mails would go to nobody, and take most of the time
our @Final = (sub {{
    my $scrips = RT::Scrips->new(RT->SystemUser);
    $scrips->UnLimit;
    while (my $scrip = $scrips->Next) {{ $scrip->SetDisabled(1) }}
    my $user = RT::User->new(RT->SystemUser);
    $user->Load('baddala');
    my ($done, $said) = $user->SetPassword('{PASSWORD}');
    die $said unless $done;
}});
1;
"""


@dataclass
class RequestTracker:
    """A running RT; ``url`` is its address."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = field(default=None)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        config = {"RT_SITE_CONFIG": f"{self.folder}/RT_SiteConfig.pm"}
        return {**os.environ, **config, "RT_SITE_CONFIG_DIR": f"{self.folder}/none"}

    def prepare(self) -> None:
        """Make the database with what Baddala needs in it."""
        if shutil.which(SETUP) is None or not SERVER.exists():
            raise RuntimeError(
                "RT is not installed: apt-get install request-tracker5 rt5-db-sqlite rt5-standalone"
            )
        config = CONFIG.format(folder=self.folder, port=self.port)
        (self.folder / "RT_SiteConfig.pm").write_text(config, "utf-8")
        (self.folder / "root").write_text(ROOT_PASSWORD, "utf-8")
        (self.folder / "at-hand.pl").write_text(AT_HAND, "utf-8")
        root = ["--dba", "root", "--root-password-file", str(self.folder / "root")]
        self._setup("init", "--skip-create", "--dba-password", "", *root)
        for data in (INITIAL_DATA, self.folder / "at-hand.pl"):
            self._setup("insert", "--dba", "root", "--datafile", str(data))

    def _setup(self, action: str, *given: str) -> None:
        done = subprocess.run(
            [SETUP, "--action", action, *given],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise RuntimeError(done.stdout + done.stderr)

    def start(self) -> None:
        """Start the server; it dies with this process."""
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "TERM", str(SERVER), "--port", str(self.port)],
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + START_TIMEOUT_S
        while not _listens(self.port):
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise RuntimeError((self.folder / "server.log").read_text("utf-8"))
            time.sleep(0.05)

    def stop(self) -> None:
        """Stop the server as a power failure would."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(scope="session")
def request_tracker() -> Iterator[RequestTracker]:
    """Run one RT for the session."""
    folder = Path(tempfile.mkdtemp(prefix="baddala-rt-"))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    running = RequestTracker(folder, port)
    try:
        running.prepare()
        running.start()
        yield running
    finally:
        running.stop()
        shutil.rmtree(folder, ignore_errors=True)


@dataclass
class Clerk:
    """Somebody who works in RT itself: sees all tickets and changes them there."""

    http: aiohttp.ClientSession
    tracker: RequestTracker

    async def call(self, method: str, path: str, body: Any = None, **asked: str) -> Any:
        headers = {
            "Authorization": aiohttp.encode_basic_auth("root", ROOT_PASSWORD),
            "Connection": "close",
        }
        url = f"{self.tracker.url}/REST/2.0/{path}"
        async with self.http.request(
            method, url, params=asked, json=body, headers=headers
        ) as response:
            assert response.status < 400, await response.text()
            return await response.json(content_type=None)

    async def tickets(self) -> dict[str, dict[str, str]]:
        """Return every ticket's queue, status and fields by the number of its case.

        Fails when a case has two tickets.
        """
        found: dict[str, dict[str, str]] = {}
        page, pages = 1, 1
        while page <= pages:
            answer = await self.call(
                "GET",
                "tickets",
                query="'CF.{Baddala number}' IS NOT NULL",
                fields="Status,Queue,CustomFields,Due",
                per_page="100",
                page=str(page),
                **{"fields[Queue]": "Name"},
            )
            for ticket in answer["items"]:
                facts = {
                    one["name"].removeprefix("Baddala "): (one["values"] or [""])[0]
                    for one in ticket["CustomFields"]
                }
                facts |= {"id": ticket["id"], "status": ticket["Status"]}
                facts["queue"] = ticket["Queue"]["Name"]
                assert facts["number"] not in found, f"two tickets for {facts['number']}"
                found[facts["number"]] = facts
            pages = int(answer["pages"] or 1)
            page += 1
        return found

    async def comments(self, ticket: str) -> list[str]:
        """Return the headings of the comments on a ticket."""
        answer = await self.call(
            "GET", f"ticket/{ticket}/history", fields="Type,Data", per_page="100"
        )
        return [one["Data"].strip() for one in answer["items"] if one["Type"] == "Comment"]

    async def change(self, ticket: str, **fields: str) -> None:
        """Change a ticket as its people do."""
        await self.call("PUT", f"ticket/{ticket}", fields)

    async def clear(self) -> None:
        """Delete all tickets."""
        for ticket in (await self.tickets()).values():
            await self.change(ticket["id"], Status="deleted")
