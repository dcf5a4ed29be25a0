"""``python -m bot.tryout_process``: answers the content studio until its input ends."""

from __future__ import annotations

import json
import sys

from bot.serve import leave_out_tensorflow, stay_on_one_thread


def main() -> int:
    """Answer line by line; what a library prints goes to stderr."""
    stay_on_one_thread()
    leave_out_tensorflow()
    from bot.trial import project_settings  # after what they import is arranged
    from bot.tryout import Tryout, answered

    to, sys.stdout = sys.stdout, sys.stderr
    tryout = Tryout(project_settings())
    for line in sys.stdin:
        try:
            told = answered(tryout, json.loads(line))
        except Exception as error:  # the one who asks is told, and may ask again
            told = {"failed": f"{type(error).__name__}: {error}"}
        to.write(json.dumps(told, ensure_ascii=False) + "\n")
        to.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
