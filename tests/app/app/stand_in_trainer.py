"""Speaks the trainer's protocol and learns nothing: ``python stand_in_trainer.py``.

Its model is the text of the answers. A content that says SLOW never gets ready; one that says
WRONG gives a model that answers nothing right, one that says ASTRAY one whose conversation goes
another way.
"""

import json
import sys
import time
from pathlib import Path


def say(**told: object) -> None:
    print(json.dumps(told), flush=True)


def train(job: dict) -> dict:
    text = "".join(p.read_text("utf-8") for p in sorted(Path(job["content"]).rglob("*.yml")))
    for part, share in (("reading", 0.1), ("words", 0.3), ("network", 0.7)):
        say(id=job["id"], event="progress", part=part, share=share)
        if "SLOW" in text and part == "words":
            time.sleep(60)
    if "BROKEN" in text:
        raise ValueError("no labels")
    Path(job["model"]).parent.mkdir(parents=True, exist_ok=True)
    Path(job["model"]).write_text(text, "utf-8")
    return {"model": job["model"]}


def judge(job: dict) -> dict:
    wrong = "WRONG" in Path(job["model"]).read_text("utf-8")
    answer = "faq/none" if wrong else "faq/refund"
    said = [{"intent": "faq", "answer": answer} for _ in job["texts"]]
    text = Path(job["model"]).read_text("utf-8")
    story = {"story": "سؤال INV-9", "language": "ar", "went": "ASTRAY" not in text}
    where = {"at": "ابا فلوسي", "wanted": "utter_faq", "found": "action_unsure"}
    return {"said": said, "stories": [{**story, **where}] if "stories" in job else []}


say(event="ready")
for line in sys.stdin:
    job = json.loads(line)
    does = {"train": train, "judge": judge, "warm_up": lambda _job: {}}
    try:
        result = does[job["do"]](job)
    except ValueError as error:
        say(id=job["id"], event="failed", reason=str(error))
    else:
        say(id=job["id"], event="done", wall_s=0, cpu_s=0, memory_mb=1, **result)
