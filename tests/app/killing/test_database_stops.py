"""PostgreSQL breaks down under load and comes back: nothing lost, nothing doubled."""

import asyncio
import json
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiohttp import ClientSession

from channels.whatsapp.fake_graph import SECRET, envelope_of, wamid_of
from channels.whatsapp.signature import HEADER, signature
from stores.migrate import upgrade_async
from tests.app.killing.city import City, city
from tests.app.killing.test_kills import alive, nothing_is_hidden, patience_s
from tests.postgres import PostgresServer, make_cluster, serve_cluster

AWAY_S = 2.0
COMMITS_LAST = "synchronous_commit=on"
"""What was committed outlives the server; the machine itself does not break down here."""


class Postgres:
    """A server of one's own that can be killed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = PostgresServer(folder).url("postgres")
        self._server: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._server = serve_cluster(self.folder, COMMITS_LAST)

    def stop(self, sign: signal.Signals) -> None:
        if self._server is not None:
            self._server.send_signal(sign)
            self._server.wait(30)
            self._server = None


@pytest.fixture
def server() -> Iterator[Postgres]:
    folder = Path(tempfile.mkdtemp(prefix="baddala-pg-"))
    make_cluster(folder)
    running = Postgres(folder)
    running.start()
    yield running
    running.stop(signal.SIGINT)
    shutil.rmtree(folder)


async def posted(built: City, text: str) -> int:
    """Post one webhook of its own, once, and return the status."""
    message = {
        "from": "971500000099",
        "id": wamid_of(text),
        "timestamp": "1790000000",
        "type": "text",
        "text": {"body": text},
    }
    told = envelope_of({"messages": [message]}, wa_id="971500000099")
    body = json.dumps(told, ensure_ascii=False).encode()
    headers = {HEADER: f"sha256={signature(body, SECRET)}", "Content-Type": "application/json"}
    url = f"http://127.0.0.1:{built.ports[0]}/channels/whatsapp"
    async with ClientSession() as http, http.post(url, data=body, headers=headers) as answer:
        return answer.status


async def test_the_database_breaks_down_and_comes_back(server: Postgres, tmp_path: Path) -> None:
    await upgrade_async(server.url)
    async with city(server.url, tmp_path) as built, alive(await built.start_app()):
        writing = asyncio.create_task(built.everybody_writes())
        await built.answered(20)
        server.stop(signal.SIGQUIT)  # no good-bye to anybody
        assert await posted(built, "هل تصل هذه؟ INV-9") == 503
        await asyncio.sleep(AWAY_S)
        assert await posted(built, "هل تصل هذه؟ INV-9") == 503
        server.start()
        await built.engine.dispose()  # ours, not the app's
        await asyncio.wait_for(writing, patience_s())
        print(f"finished {await built.finished(patience_s()):.1f} s after it was back")
        await nothing_is_hidden(built, 1, apologies=True)
