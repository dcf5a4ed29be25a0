"""The file ``.env``, and what is said about bad settings."""

from __future__ import annotations

from pathlib import Path


class SettingsError(Exception):
    """The environment has bad settings; lists all of them at once."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def read_dotenv(path: Path) -> dict[str, str]:
    """Return the variables of a ``.env`` file; none when there is no file.

    One ``NAME=value`` per line; ``#`` begins a comment line; quotes round a value go.

    Raises:
        SettingsError: a line is neither.
    """
    if not path.is_file():
        return {}
    found: dict[str, str] = {}
    problems: list[str] = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        name, equals, value = stripped.removeprefix("export ").partition("=")
        if not equals or not name.strip().isidentifier():
            problems.append(f"{path.name}, line {number}: not NAME=value")
            continue
        value = value.strip()
        if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
            value = value[1:-1]
        found[name.strip()] = value
    if problems:
        raise SettingsError(problems)
    return found
