from dataclasses import fields
from pathlib import Path

import pytest

from app.settings import Settings, SettingsError, described, load_settings, read_dotenv
from kernel.language import Language
from tests.app.layout.tree import PROJECT

SECRET = "a secret of more than thirty-two characters"


def test_needs_nothing_to_start_with() -> None:
    settings = Settings.from_env({})
    assert settings.port == 8000
    assert settings.database == "sqlite+aiosqlite:///var/baddala.sqlite"
    assert settings.default_language is Language.AR


def test_reads_what_is_set() -> None:
    settings = Settings.from_env(
        {
            "BADDALA_PORT": "8100",
            "BADDALA_DATABASE_URL": "postgresql+asyncpg://u:p@h/db",
            "BADDALA_WEBCHAT_ORIGINS": "https://a.example, https://b.example/",
            "BADDALA_DEFAULT_LANGUAGE": "en",
            "BADDALA_GIVE_UP_S": "30",
            "BADDALA_HOST": "",
            "PATH": "/bin",
        }
    )
    assert settings.port == 8100
    assert settings.database == "postgresql+asyncpg://u:p@h/db"
    assert settings.webchat_origins == ("https://a.example", "https://b.example")
    assert settings.default_language is Language.EN
    assert settings.give_up_s == 30
    assert settings.host == "127.0.0.1"


def test_reports_all_problems_at_once() -> None:
    with pytest.raises(SettingsError) as found:
        Settings.from_env(
            {
                "BADDALA_PORT": "70000",
                "BADDALA_RASA_URL": "localhost",
                "BADDALA_DATABASE_URL": "mysql://h",
                "BADDALA_DATABASE_CONNECTIONS": "3",
                "BADDALA_WEBCHAT_SECRET": "short",
                "BADDALA_WEBCHAT_ORIGINS": "https://a.example/page",
                "BADDALA_FLOOD_BURST": "0",
                "BADDALA_GIVE_UP_S": "nan",
                "BADDALA_LOG_LEVEL": "loud",
                "BADDALA_DEFAULT_LANGUAGE": "fr",
                "BADDALA_PROT": "8000",
            }
        )
    assert [problem.partition(":")[0] for problem in found.value.problems] == [
        "BADDALA_DATABASE_CONNECTIONS",
        "BADDALA_DATABASE_URL",
        "BADDALA_DEFAULT_LANGUAGE",
        "BADDALA_FLOOD_BURST",
        "BADDALA_GIVE_UP_S",
        "BADDALA_LOG_LEVEL",
        "BADDALA_PORT",
        "BADDALA_PROT",
        "BADDALA_RASA_URL",
        "BADDALA_WEBCHAT_ORIGINS",
        "BADDALA_WEBCHAT_SECRET",
    ]


def test_one_moment_comes_before_giving_up() -> None:
    with pytest.raises(SettingsError, match="BADDALA_ONE_MOMENT_S"):
        Settings.from_env({"BADDALA_ONE_MOMENT_S": "20"})


def test_secrets_are_not_shown() -> None:
    shown = repr(
        Settings.from_env(
            {
                "BADDALA_WEBCHAT_SECRET": SECRET,
                "BADDALA_DATABASE_URL": "postgresql+asyncpg://u:password@h/db",
            }
        )
    )
    assert SECRET not in shown
    assert "password" not in shown


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text('# ours\nexport BADDALA_PORT=8100\nBADDALA_HOST="0.0.0.0"\n')
    settings = load_settings({"BADDALA_PORT": "8200"}, tmp_path)
    assert (settings.port, settings.host) == (8200, "0.0.0.0")  # noqa: S104 - as written above


def test_a_line_that_is_no_setting_is_told(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("BADDALA_PORT 8100\n\nمنفذ\n")
    with pytest.raises(SettingsError, match=r"line 1.*line 3"):
        read_dotenv(tmp_path / ".env")
    assert read_dotenv(tmp_path / "none") == {}


def test_the_documentation_lists_every_setting_as_the_program_does() -> None:
    page = (PROJECT / "docs" / "settings.md").read_text("utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| `BADDALA_")]
    assert rows == [
        f"| `{one.variable}` | {f'`{one.default}`' if one.default else 'empty'} | {one.means} |"
        for one in described()
    ]
    assert len(rows) == len(fields(Settings))
