"""What a setting may be: from the text of the environment to its value, or a ValueError."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from conversations.file_types import TYPES
from kernel.language import Language
from mail.model import is_address


def about(means: str, parse: Callable[[str], Any] = str) -> Mapping[str, Any]:
    """Return what a setting knows about itself."""
    return {"means": means, "parse": parse}


def port(raw: str) -> int:
    """Read a port number."""
    if not raw.isdecimal() or not 0 < int(raw) < 65536:
        raise ValueError("must be a port number, 1 to 65535")
    return int(raw)


def seconds(raw: str) -> float:
    """Read a number of seconds."""
    seconds = float(raw)
    if not 0 < seconds < 86_400:
        raise ValueError("must be a number of seconds above 0")
    return seconds


def count(raw: str) -> int:
    """Read a whole number from 1 on."""
    if not raw.isdecimal() or int(raw) < 1:
        raise ValueError("must be a whole number from 1 on")
    return int(raw)


def connections(raw: str) -> int:
    """Read how many connections to keep: one listens for news all the time."""
    if not raw.isdecimal() or int(raw) < 4:
        raise ValueError("must be a whole number from 4 on")
    return int(raw)


def days_of_raw_webhooks(raw: str) -> int:
    """Read how long a webhook is kept: longer than Meta repeats it."""
    if not raw.isdecimal() or int(raw) < 8:
        raise ValueError("must be a whole number from 8 on")
    return int(raw)


def yes_or_no(raw: str) -> bool:
    """Read a choice."""
    if raw.lower() not in ("yes", "no"):
        raise ValueError("must be yes or no")
    return raw.lower() == "yes"


def http_url(raw: str) -> str:
    """Read the address of a service."""
    parts = urlsplit(raw)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must be an address such as http://127.0.0.1:5005")
    return raw.rstrip("/")


def database_url(raw: str) -> str:
    """Read the address of a database."""
    if not raw.startswith(("sqlite+aiosqlite:///", "postgresql+asyncpg://")):
        raise ValueError("must begin with sqlite+aiosqlite:/// or postgresql+asyncpg://")
    return raw


def origins(raw: str) -> tuple[str, ...]:
    """Read origins with commas between."""
    origins = tuple(one.strip().rstrip("/") for one in raw.split(",") if one.strip())
    for one in origins:
        parts = urlsplit(one)
        if parts.scheme not in ("http", "https") or parts.path or not parts.hostname:
            raise ValueError("must be origins such as https://finance.example, with commas between")
    return origins


def pairs(raw: str) -> tuple[str, ...]:
    """Read names and what each stands for."""
    told = [one.partition("=") for one in raw.split(",") if one.strip()]
    if not told or not all(name.strip() and value.strip() for name, _, value in told):
        raise ValueError("must be pairs such as DPS=Payments,ACC=Accounts")
    return tuple(f"{name.strip()}={value.strip()}" for name, _, value in told)


def endpoints(raw: str) -> tuple[str, ...]:
    """Read the three addresses of single sign-on."""
    addresses = tuple(http_url(one.strip()) for one in raw.split(","))
    if len(addresses) != 3:
        raise ValueError("must be three addresses: authorize, token, userinfo")
    return addresses


def secret(raw: str) -> str:
    """Read one long secret."""
    if len(raw) < 32:
        raise ValueError("must be at least 32 characters long")
    return raw


def secrets(raw: str) -> tuple[str, ...]:
    """Read secrets with commas between."""
    secrets = tuple(one.strip() for one in raw.split(",") if one.strip())
    if not secrets or min(map(len, secrets)) < 16:
        raise ValueError("must be at least 16 characters long each, with commas between")
    return secrets


def graph_version(raw: str) -> str:
    """Read a version of the Graph API."""
    if not re.fullmatch(r"v\d{2,3}\.\d", raw):
        raise ValueError("must be a version such as v26.0")
    return raw


def number_id(raw: str) -> str:
    """Read an id of digits."""
    if not raw.isascii() or not raw.isdecimal():
        raise ValueError("must be the id of the number, digits only")
    return raw


def language(raw: str) -> Language:
    """Read a language we speak."""
    if raw not in ("ar", "en"):
        raise ValueError("must be ar or en")
    return Language(raw)


def log_level(raw: str) -> str:
    """Read a level of the log."""
    if raw.upper() not in logging.getLevelNamesMapping():
        raise ValueError("must be DEBUG, INFO, WARNING or ERROR")
    return raw.upper()


def media_types(raw: str) -> tuple[str, ...]:
    """Return media types that we can tell from bytes."""
    types = tuple(one.strip().lower() for one in raw.split(",") if one.strip())
    if unknown := [one for one in types if one not in TYPES]:
        raise ValueError(f"cannot tell {', '.join(unknown)}; known: {', '.join(TYPES)}")
    return types


def clamd(raw: str) -> str:
    """Return where ClamAV listens."""
    parts = urlsplit(raw)
    if not ((parts.scheme == "unix" and parts.path) or (parts.scheme == "tcp" and parts.port)):
        raise ValueError("must be unix:/run/clamav/clamd.ctl or tcp://127.0.0.1:3310")
    return raw


def networks(raw: str) -> tuple[str, ...]:
    """Return networks such as 10.0.0.0/8."""
    found = tuple(one.strip() for one in raw.split(",") if one.strip())
    for one in found:
        ip_network(one)
    return found


def smtp_tls(raw: str) -> str:
    """Return how a mail server is spoken to."""
    if raw.lower() not in ("starttls", "tls", "none"):
        raise ValueError("must be starttls, tls or none")
    return raw.lower()


def address(raw: str) -> str:
    """Read a mail address."""
    if not is_address(raw):
        raise ValueError("must be an address such as baddala@finance.example")
    return raw


def addresses(raw: str) -> tuple[str, ...]:
    """Read mail addresses with commas between."""
    return tuple(address(one.strip()) for one in raw.split(",") if one.strip())


def folder_or_none(raw: str) -> Path | None:
    """Read a folder; empty is none."""
    return Path(raw) if raw else None


def own_or_project(raw: str) -> str:
    """Read which repository."""
    if raw not in ("own", "project"):
        raise ValueError("must be own or project")
    return raw
