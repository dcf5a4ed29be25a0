"""Which Python runs which package; docs/architecture.md says why there are two."""

import ast
from pathlib import Path

import pytest

from tests.app.layout.tree import PROJECT, files, named

RUNS_IN = {
    "kernel": "rasa, app",
    "bot": "rasa",
    "accounts": "app",
    "actions": "app",
    "app": "app",
    "bench": "app",
    "cases": "app",
    "search": "app",
    "channels": "app",
    "content": "app",
    "demo": "app",
    "conversations": "app",
    "desk": "app",
    "mail": "app",
    "phrases": "app",
    "privacy": "app",
    "reports": "app",
    "stores": "app",
    "surveys": "app",
    "watch": "app",
}
PACKAGES = sorted(path.parent.name for path in PROJECT.glob("*/__init__.py"))
ON_RASAS_PYTHON = [
    path
    for folder in ("bot", "kernel", "tests/both", "tests/rasa")
    for path in files(".py", under=PROJECT / folder)
]
OWNED_BY_APP = {
    "os": {"environ", "getenv", "environb"},
    "time": {"time", "time_ns", "monotonic", "perf_counter"},
    "datetime": {"now", "utcnow", "today"},
    "date": {"today"},
    "uuid": {"uuid1", "uuid4"},
}
OWNED_MODULES = {"random", "secrets"}
CLOCKED = {
    "accounts",
    "actions",
    "cases",
    "search",
    "channels",
    "content",
    "demo",
    "conversations",
    "desk",
    "mail",
    "phrases",
    "privacy",
    "reports",
    "stores",
    "surveys",
    "watch",
}


@pytest.mark.parametrize("package", PACKAGES)
def test_every_package_says_where_it_runs(package: str) -> None:
    source = (PROJECT / package / "__init__.py").read_text("utf-8")
    said = (ast.get_docstring(ast.parse(source)) or "").splitlines()[0]
    assert package in RUNS_IN, f"{package} is new: give it an entry here"
    assert said.startswith(f"Runs in: {RUNS_IN[package]}. ")


@pytest.mark.parametrize("path", ON_RASAS_PYTHON, ids=named)
def test_what_rasa_loads_is_python_3_10(path: Path) -> None:
    # syntax only, as far as ast goes: tests/both and tests/rasa really run on 3.10
    ast.parse(path.read_text("utf-8"), feature_version=(3, 10))


@pytest.mark.parametrize("package", sorted(CLOCKED & set(PACKAGES)))
def test_environment_clock_and_chance_are_handed_in(package: str) -> None:
    found = [
        f"{named(path)}:{line}: {what}"
        for path in files(".py", under=PROJECT / package)
        for line, what in taken_from_the_outside(ast.parse(path.read_text("utf-8")))
    ]
    assert found == []


def taken_from_the_outside(tree: ast.AST) -> list[tuple[int, str]]:
    """Return the lines that read the environment, a clock or chance themselves."""
    found = []
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value=ast.Name(id=module), attr=name):
                if name in OWNED_BY_APP.get(module, ()):
                    found.append((node.lineno, f"{module}.{name}"))
            case ast.Import(names=names):
                found += [(node.lineno, one.name) for one in names if one.name in OWNED_MODULES]
            case ast.ImportFrom(module=str(module), names=names):
                if module in OWNED_MODULES:
                    found.append((node.lineno, module))
                owned = OWNED_BY_APP.get(module, set())
                found += [(node.lineno, one.name) for one in names if one.name in owned]
    return found


def test_the_check_itself_sees_what_it_looks_for() -> None:
    lines = "import os, secrets\nfrom uuid import uuid4\nos.environ['X']\ndatetime.now(UTC)\n"
    assert [what for _, what in taken_from_the_outside(ast.parse(lines))] == [
        "secrets",
        "uuid4",
        "os.environ",
        "datetime.now",
    ]
