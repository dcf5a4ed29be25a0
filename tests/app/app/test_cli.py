import asyncio
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from app.cli import HELP, main
from app.ledgers import open_accounts
from app.settings import Settings, described
from tests.app.layout.tree import PROJECT
from tests.app.webchat_house import free_port


@pytest.mark.parametrize("arguments", [[], ["help"], ["--help"]])
def test_help_is_plain_english(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 0
    assert capsys.readouterr().out == HELP


def test_lists_every_setting(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["settings"]) == 0
    shown = capsys.readouterr().out
    for one in described():
        assert one.variable in shown
        assert one.means in shown


def test_bad_settings_are_told_together(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BADDALA_PORT", "x")
    monkeypatch.setenv("BADDALA_PROT", "8000")
    assert main(["migrate"]) == 2
    told = capsys.readouterr().err
    assert "BADDALA_PORT" in told
    assert "BADDALA_PROT" in told


def test_an_unknown_command_says_how_to_go_on(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["dance"])
    assert "dance" in capsys.readouterr().err


def test_serves_until_it_is_told_to_stop(tmp_path: Path) -> None:
    environment = {
        "BADDALA_DATA_DIR": str(tmp_path),
        "BADDALA_PORT": str(free_port()),
        "BADDALA_ACTIONS_PORT": str(free_port()),
    }
    command = [sys.executable, "-m", "app.cli"]
    migrated = subprocess.run(
        [*command, "migrate"], env=environment, cwd=PROJECT, capture_output=True, check=True
    )
    assert migrated.stdout == b"The database is at the newest version.\n"
    with subprocess.Popen(
        [*command, "serve"],
        env=environment,
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as served:
        assert served.stdout is not None
        assert environment["BADDALA_PORT"] in served.stdout.readline()
        served.send_signal(signal.SIGTERM)
        out, err = served.communicate(timeout=20)
    assert served.returncode == 0, err
    assert "One-time password" in out
    assert out.endswith("Stopping.\n")
    assert "Traceback" not in err


def test_staff_get_a_new_password_from_the_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BADDALA_DATA_DIR", str(tmp_path))
    assert main(["staff", "password", "nobody@finance.example"]) == 1
    assert "nobody@finance.example" in capsys.readouterr().err
    settings = Settings(data_dir=tmp_path)

    async def first() -> None:
        async with open_accounts(settings) as administration:
            await administration.first_admin()

    asyncio.run(first())
    assert main(["staff", "password", "Admin@baddala.local"]) == 0
    assert re.search(r"once: (\w{4}-){3}\w{4}\n", capsys.readouterr().out)
