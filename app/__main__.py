"""``python -m app``: the command line, where ``baddala`` is not in the path."""

from app.cli import main

raise SystemExit(main())
