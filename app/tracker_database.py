"""Where Rasa keeps its trackers, as the app reaches them to erase."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import yaml

from app.settings import Settings


def tracker_database(settings: Settings, endpoints: Path) -> str:
    """Return the database of the tracker store; empty when it lives in memory, or is none of ours.

    With SQLite it is in the data folder, whatever ``endpoints`` says (``running.write_endpoints``).
    """
    store = yaml.safe_load(endpoints.read_text("utf-8")).get("tracker_store") or {}
    dialect = str(store.get("dialect", ""))
    if dialect == "sqlite":
        return f"sqlite+aiosqlite:///{settings.data_dir / 'rasa.sqlite'}"
    if dialect.startswith("postgresql"):
        user, password = (quote(str(store.get(name, "")), "") for name in ("username", "password"))
        place = f"{store.get('url', 'localhost')}:{store.get('port', 5432)}"
        return f"postgresql+asyncpg://{user}:{password}@{place}/{store.get('db', 'rasa')}"
    return ""
