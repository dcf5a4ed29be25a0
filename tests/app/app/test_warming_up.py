import os
from pathlib import Path

from app.trainer_process import TrainerFailed
from app.warming_up import WarmingUp


class Trainer:
    """Counts how often it is got ready."""

    def __init__(self, problem: Exception | None = None) -> None:
        self.asked = 0
        self._problem = problem

    async def warm_up(self) -> None:
        self.asked += 1
        if self._problem is not None:
            raise self._problem


def a_draft(folder: Path) -> Path:
    file = folder / "data" / "answers" / "faq_public.yml"
    file.parent.mkdir(parents=True)
    file.write_text("جواب INV-9", "utf-8")
    return file


def saved(file: Path, second: int) -> None:
    os.utime(file, (second, second))


async def test_a_draft_that_was_edited_is_read_ahead_once_it_rests(tmp_path: Path) -> None:
    file, trainer = a_draft(tmp_path), Trainer()
    warming = WarmingUp(tmp_path, trainer.warm_up)
    for _ in range(3):
        assert not await warming.round()  # nobody edits
    saved(file, 2_000_000_000)
    assert not await warming.round()  # perhaps somebody still does
    saved(file, 2_000_000_001)
    assert not await warming.round()
    assert await warming.round()
    assert not await warming.round()
    assert trainer.asked == 1


async def test_without_a_draft_or_a_trainer_nothing_breaks(tmp_path: Path) -> None:
    trainer = Trainer(TrainerFailed("no memory"))
    warming = WarmingUp(tmp_path, trainer.warm_up)
    assert not await warming.round()
    a_draft(tmp_path)
    assert [await warming.round() for _ in range(3)] == [False, True, False]
    assert trainer.asked == 1
