"""The versions of the content as git commits, its own repository or the project's.

Only plumbing commands are used: no working tree or index of a person is touched, and a process
that dies between two of them leaves at most objects that nothing points to.
"""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from content.errors import ContentBroken
from content.release import ContentInConflict, Editor

PARTS = ("data", "domain.yml")
AS_FOUND = "Content as it was found"
NOBODY = Editor("system", "Baddala", "")
PASSED = ("PATH", "HOME", "TMPDIR")
SEPARATOR = "\x1f"
FORMAT = SEPARATOR.join(("%H", "%an", "%ae", "%at", "%s"))
_BLAME = re.compile(r"\^?([0-9a-f]{40}) \d+ (\d+)")


@dataclass(frozen=True, slots=True)
class Commit:
    """One version: who made it, when, and what for."""

    id: str
    author: str
    email: str
    at: datetime
    title: str


@dataclass(frozen=True, slots=True)
class BlamedLine:
    """One line of a file and the version that it came with."""

    line: int
    text: str
    commit: str
    author: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Done:
    """How a git command ended: its code, what it wrote, what it said of errors."""

    code: int
    output: bytes
    said: str

    @property
    def text(self) -> str:
        """Return what it wrote, without the last line feed."""
        return self.output.decode("utf-8").strip("\n")


class ContentRepository:
    """A git directory and the branch in it that is live.

    Args:
        git_dir: made as a repository of its own if there is none.
        environment: the process's, of which git gets what it needs to run.
        branch: what ``head`` names; empty: the branch that is checked out (the project's own).
    """

    def __init__(self, git_dir: Path, environment: Mapping[str, str], branch: str = "live") -> None:
        self._git_dir = git_dir
        self._environment = {name: environment[name] for name in PASSED if name in environment}
        self._fixed = {"GIT_DIR": str(git_dir), "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C.UTF-8"}
        self._branch = branch

    def prepare(self, live: Path, at: datetime) -> str:
        """Return the head; made from what is live when there is none yet."""
        if not (self._git_dir / "HEAD").exists():
            self._git_dir.mkdir(parents=True, exist_ok=True)
            self._git("init", "--quiet", "--bare")
        found = self.find_head()
        if found is None:
            found = self.commit_folder(live, None, NOBODY, AS_FOUND, at)
            self.move_head(found, None)
        return found

    def find_head(self) -> str | None:
        """Return the version that is live, None if there is none."""
        done = self._run("rev-parse", "--verify", "--quiet", self._ref)
        return done.text or None

    def move_head(self, commit: str, expected: str | None) -> None:
        """Let another version be the live one; raises ContentBroken if it was not ``expected``."""
        self._git("update-ref", self._ref, commit, expected or "0" * 40)

    def refresh_index(self, live: Path) -> None:
        """Let the project's own index know of the new head; nothing else in it is touched."""
        if not self._branch:
            self._run("reset", "--quiet", "--", *PARTS, tree=live)

    def commit_folder(
        self, folder: Path, parent: str | None, author: Editor, title: str, at: datetime
    ) -> str:
        """Return a version with what the folder holds; the parent itself if nothing differs."""
        with tempfile.TemporaryDirectory() as place:
            index = {"GIT_INDEX_FILE": str(Path(place) / "index")}
            if parent is not None:
                self._git("read-tree", parent, more=index)
            here = [part for part in PARTS if (folder / part).exists()]
            self._git("add", "--force", "--all", "--", *here, more=index, tree=folder)
            tree = self._git("write-tree", more=index)
        if parent is not None and tree == self._git("rev-parse", f"{parent}^{{tree}}"):
            return parent
        return self._commit_tree(tree, [parent] if parent else [], author, title, at)

    def merged(self, ours: str, theirs: str, author: Editor, title: str, at: datetime) -> str:
        """Return a version with both sides' changes.

        Raises:
            ContentInConflict: both changed the same lines.
        """
        if ours == theirs or self._contains(ours, theirs):
            return ours
        if self._contains(theirs, ours):
            return theirs
        done = self._run("merge-tree", "--write-tree", "--name-only", ours, theirs)
        lines = done.text.split("\n\n")[0].splitlines()
        if done.code == 1:
            raise ContentInConflict(sorted(set(lines[1:])))
        if done.code:
            raise ContentBroken(place="git merge-tree", reason=done.said)
        return self._commit_tree(lines[0], [ours, theirs], author, title, at)

    def retold(self, commit: str, parent: str, author: Editor, title: str, at: datetime) -> str:
        """Return a version that says what ``commit`` says, behind ``parent``: a roll back."""
        tree = self._git("rev-parse", f"{commit}^{{tree}}")
        return self._commit_tree(tree, [parent], author, title, at)

    def same_content(self, one: str, other: str) -> bool:
        """Tell whether two versions say the same."""
        return self._run("diff", "--quiet", one, other, "--", *PARTS).code == 0

    def check_out(self, commit: str, folder: Path) -> None:
        """Write the content of a version into a folder that nobody else writes in."""
        folder.mkdir(parents=True, exist_ok=True)
        names = self._git("ls-tree", "--name-only", commit, "--", *PARTS).splitlines()
        packed = self._bytes("archive", "--format=tar", commit, *names)
        with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
            archive.extractall(folder, filter="data")

    def history(
        self, commit: str, *, limit: int = 50, files: Sequence[str] = PARTS
    ) -> list[Commit]:
        """Return the versions up to one in which a file changed, newest first."""
        said = self._git("log", f"-{limit}", f"--format={FORMAT}", commit, "--", *files)
        return [_commit(line) for line in said.splitlines()]

    def blame(self, commit: str, file: str) -> list[BlamedLine]:
        """Return each line of a file with the version that it came with."""
        said = self._git("blame", "--porcelain", commit, "--", file)
        lines: list[BlamedLine] = []
        known: dict[str, dict[str, str]] = {}
        now, place = "", 0
        for line in said.split("\n"):
            if line.startswith("\t"):
                about = known[now]
                at = datetime.fromtimestamp(int(about["author-time"]), UTC)
                lines.append(BlamedLine(place, line[1:], now, about["author"], at))
            elif found := _BLAME.match(line):
                now, place = found[1], int(found[2])
                known.setdefault(now, {})
            elif now:
                key, _, value = line.partition(" ")
                known[now][key] = value
        return lines

    def _contains(self, newer: str, older: str) -> bool:
        return self._run("merge-base", "--is-ancestor", older, newer).code == 0

    def _commit_tree(
        self, tree: str, parents: Sequence[str], author: Editor, title: str, at: datetime
    ) -> str:
        stamp = f"{int(at.timestamp())} +0000"
        who = {
            "GIT_AUTHOR_NAME": author.name or author.id,
            "GIT_AUTHOR_EMAIL": author.email or f"{author.id}@baddala",
            "GIT_AUTHOR_DATE": stamp,
            "GIT_COMMITTER_NAME": NOBODY.name,
            "GIT_COMMITTER_EMAIL": "baddala@localhost",
            "GIT_COMMITTER_DATE": stamp,
        }
        given = [argument for parent in parents for argument in ("-p", parent)]
        return self._git("commit-tree", tree, *given, "-m", title, more=who)

    @property
    def _ref(self) -> str:
        if self._branch:
            return f"refs/heads/{self._branch}"
        return self._git("symbolic-ref", "HEAD")

    def _run(
        self, *command: str, more: dict[str, str] | None = None, tree: Path | None = None
    ) -> Done:
        extra = {**(more or {}), **({"GIT_WORK_TREE": str(tree)} if tree else {})}
        return run_git(command, {**self._environment, **self._fixed, **extra}, tree)

    def _bytes(self, *command: str) -> bytes:
        done = self._run(*command)
        if done.code:
            raise ContentBroken(place=f"git {command[0]}", reason=done.said)
        return done.output

    def _git(
        self, *command: str, more: dict[str, str] | None = None, tree: Path | None = None
    ) -> str:
        done = self._run(*command, more=more, tree=tree)
        if done.code:
            raise ContentBroken(place=f"git {command[0]}", reason=done.said)
        return done.text


def project_git_dir(project: Path, environment: Mapping[str, str]) -> Path:
    """Return the git directory of the project; raises ContentBroken if it has none."""
    done = run_git(("rev-parse", "--absolute-git-dir"), dict(environment), project)
    if done.code:
        raise ContentBroken(place=str(project), reason=done.said)
    return Path(done.text)


def run_git(
    command: Sequence[str], environment: Mapping[str, str], folder: Path | None = None
) -> Done:
    """Run git and return what came of it, whatever that is."""
    program = shutil.which("git", path=environment.get("PATH"))
    if program is None:
        raise ContentBroken(place="git", reason="not installed")
    done = subprocess.run(
        [program, "-c", "core.quotepath=off", "-c", "core.autocrlf=false", *command],
        env=environment,
        cwd=folder,
        capture_output=True,
        check=False,
    )
    return Done(done.returncode, done.stdout, done.stderr.decode("utf-8", "replace").strip())


def _commit(line: str) -> Commit:
    commit, author, email, at, title = line.split(SEPARATOR)
    return Commit(commit, author, email, datetime.fromtimestamp(int(at), UTC), title)
