"""The command ``baddala``."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from app.settings import Settings, SettingsError, described, load_settings

HELP = """\
baddala: the switchboard of a government contact centre, in Arabic and English.

  baddala run               start everything: database, model, Rasa, the chat; Ctrl-C stops it
  baddala serve             start the app alone; Rasa runs elsewhere (BADDALA_RASA_URL)
  baddala migrate           bring the database to the newest version
  baddala train             train the model if the content has changed (--again: in any case)
  baddala eval              score the model on the shared messages it was never shown
  baddala demo              fill a database of its own with an invented department
                            (--again: anew, up to today; --cases N, else 3000; --seed N)
  baddala chat              talk to the running app in this terminal
  baddala cases list        list the cases, newest first
  baddala cases show NUMBER show one case and what happened to it
  baddala message ID        show one message's whole life; ID is ours, or CHANNEL:ITS-ID-THERE
  baddala failures          list what did not get through (--clear ID: somebody saw to it;
                            --retry ID: handle it once more, though it may be said twice)
  baddala report RHYTHM     write a daily, weekly, monthly or quarterly report as PDF, Excel and CSV
                            (--period 2026-10, else the last one over; --department CODE, else
                            the whole; --language ar or en; --out FOLDER, else here)
  baddala reconcile         count what came against what became of it (--hours 24)
  baddala channels          list the channels that take nothing (--resume NAME: go on)
  baddala block WHOM --reason TEXT
                            refuse messages of CHANNEL:KIND:VALUE or a network (--hours N, else 24)
  baddala blocks            list who is blocked
  baddala unblock ID        end a block
  baddala staff password EMAIL
                            give somebody a new one-time password for the desk
  baddala settings          list every setting, its default and its meaning
  baddala help              show this text

`chat` and `cases` take --language ar or en; they and `message` take --raw for terminals that
join and order Arabic letters themselves. Settings come from the environment and from .env.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return the exit code."""
    try:
        return _command(_parser().parse_args(arguments))
    except BrokenPipeError:  # whoever reads has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130


def _command(given: argparse.Namespace) -> int:
    if given.command in (None, "help"):
        print(HELP, end="")
        return 0
    if given.command == "settings":
        return _show_settings()
    if given.command == "eval":
        return subprocess.call([sys.executable, "-m", "bench.understanding"])
    try:
        settings = load_settings(os.environ, Path.cwd())
        return _with_settings(given, settings)
    except SettingsError as error:
        print("These settings need a look:", *error.problems, sep="\n  ", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="baddala", add_help=False)
    parser.add_argument("-h", "--help", dest="command", action="store_const", const="help")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    for name in ("run", "serve", "migrate", "eval", "settings", "help"):
        commands.add_parser(name, add_help=False)
    train = commands.add_parser("train", add_help=False)
    train.add_argument("--again", action="store_true")
    demo = commands.add_parser("demo", add_help=False)
    demo.add_argument("--again", action="store_true")
    demo.add_argument("--cases", type=int, default=3000)
    demo.add_argument("--seed", type=int, default=26)
    chat = commands.add_parser("chat", add_help=False)
    cases = commands.add_parser("cases", add_help=False)
    what = cases.add_subparsers(dest="what", metavar="list|show", required=True)
    listing = what.add_parser("list", add_help=False)
    listing.add_argument("--limit", type=int, default=50)
    listing.add_argument("--confidential", action="store_true")
    showing = what.add_parser("show", add_help=False)
    showing.add_argument("number")
    staff = commands.add_parser("staff", add_help=False)
    giving = staff.add_subparsers(dest="what", metavar="password", required=True)
    giving.add_parser("password", add_help=False).add_argument("email")
    message = commands.add_parser("message", add_help=False)
    message.add_argument("id")
    message.add_argument("--raw", action="store_true")
    failures = commands.add_parser("failures", add_help=False)
    failures.add_argument("--limit", type=int, default=50)
    failures.add_argument("--clear", metavar="ID", default=None)
    failures.add_argument("--retry", metavar="ID", default=None)
    report = commands.add_parser("report", add_help=False)
    report.add_argument("rhythm", choices=("daily", "weekly", "monthly", "quarterly"))
    report.add_argument("--period", default=None)
    report.add_argument("--department", default=None)
    report.add_argument("--language", choices=("ar", "en"), default=None)
    report.add_argument("--out", type=Path, default=Path())
    counting = commands.add_parser("reconcile", add_help=False)
    counting.add_argument("--hours", type=int, default=24)
    channels = commands.add_parser("channels", add_help=False)
    channels.add_argument("--resume", metavar="NAME", default=None)
    blocking = commands.add_parser("block", add_help=False)
    blocking.add_argument("target")
    blocking.add_argument("--reason", required=True)
    blocking.add_argument("--hours", type=float, default=24.0)
    commands.add_parser("unblock", add_help=False).add_argument("id", type=int)
    commands.add_parser("blocks", add_help=False)
    for one in (chat, listing, showing):
        one.add_argument("--raw", action="store_true")
        one.add_argument("--language", choices=("ar", "en"), default=None)
    return parser


def _with_settings(given: argparse.Namespace, settings: Settings) -> int:
    # imported late: each command pays only for what it needs
    match given.command:
        case "chat":
            from app.cli_chat import chat

            return chat(settings, raw=given.raw, language=given.language)
        case "cases":
            from app.cli_cases import list_cases, show_case

            if given.what == "list":
                return list_cases(
                    settings,
                    raw=given.raw,
                    language=given.language,
                    limit=given.limit,
                    confidential=given.confidential,
                )
            return show_case(settings, given.number, raw=given.raw, language=given.language)
        case "demo":
            from app.cli_demo import make_demo

            return make_demo(settings, cases=given.cases, seed=given.seed, again=given.again)
        case "block" | "unblock" | "blocks":
            from app import cli_blocks

            if given.command == "block":
                return cli_blocks.block(
                    settings, given.target, reason=given.reason, hours=given.hours
                )
            if given.command == "unblock":
                return cli_blocks.unblock(settings, given.id)
            return cli_blocks.list_blocks(settings)
        case "message":
            from app.cli_delivery import show_message

            return show_message(settings, given.id, raw=given.raw)
        case "failures":
            from app.cli_delivery import list_failures

            return list_failures(settings, limit=given.limit, clear=given.clear, retry=given.retry)
        case "report":
            from app.cli_report import make_report

            return make_report(
                settings,
                given.rhythm,
                period=given.period,
                department=given.department,
                language=given.language,
                out=given.out,
            )
        case "reconcile":
            from app.cli_reconcile import reconcile

            return reconcile(settings, hours=given.hours)
        case "channels":
            from app.cli_delivery import list_stopped

            return list_stopped(settings, resume=given.resume)
        case "staff":
            from app.cli_staff import give_password

            return give_password(settings, given.email)
        case _:
            from app.cli_run import start

            return start(given, settings)


def _show_settings() -> int:
    for one in described():
        print(f"{one.variable}\n    {one.means}\n    Default: {one.default or 'empty'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
