"""``baddala demo``: an invented department, in a database of its own."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from app.bootstrap import now
from app.demo_wiring import Furnished, furnish
from app.settings import Settings
from stores.database import engine_for
from stores.migrate import upgrade

FOLDER = "demo"
DATABASE = "baddala.sqlite"
MODELS = "models"


def make_demo(settings: Settings, *, cases: int, seed: int, again: bool) -> int:
    """Fill ``demo/`` in the data folder, if it is not there already; return the exit code."""
    if cases < 1:
        print("--cases: must be a whole number from 1 on", file=sys.stderr)
        return 2
    folder = settings.data_dir / FOLDER
    database = folder / DATABASE
    if database.exists() and not again:
        print(f"The demonstration in {folder} stays as it is (--again makes it anew).")
        return 0
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.glob(f"{DATABASE}*"):
        path.unlink()
    _share_models(settings, folder)
    print(f"Playing two quarters with {cases:,} cases ...", flush=True)
    being_made = folder / f"{DATABASE}.new"
    url = f"sqlite+aiosqlite:///{being_made}"
    upgrade(url)
    made = asyncio.run(_furnished(url, cases, seed))
    being_made.rename(database)
    for line in described(made):
        print(line)
    return 0


async def _furnished(url: str, cases: int, seed: int) -> Furnished:
    engine = engine_for(url)
    try:
        return await furnish(engine, size=cases, seed=seed, until=now())
    finally:
        await engine.dispose()


def described(made: Furnished) -> list[str]:
    """Return what is said of a demonstration: what is in it, and who may sign in."""
    unfinished = sum(not one.case.finished for one in made.histories)
    lines = [
        f"{len(made.histories):,} cases, {unfinished:,} of them unfinished, and"
        f" {len(made.talks):,} conversations.",
        "One-time passwords, shown this once:",
    ]
    for account, password in made.passwords:
        roles = ", ".join(sorted(account.roles))
        units = ", ".join(sorted(account.departments)) or "all units"
        lines.append(f"  {account.email:<34}{password}   {roles}; {units}")
    return lines


def _share_models(settings: Settings, folder: Path) -> None:
    """Let the demonstration use the models that are there: it has the same content."""
    models = settings.data_dir / MODELS
    models.mkdir(parents=True, exist_ok=True)
    if not (folder / MODELS).exists():
        (folder / MODELS).symlink_to(models.resolve(), target_is_directory=True)
