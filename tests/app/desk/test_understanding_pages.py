"""What the assistant understood, and the answers that it would give, for an agent."""

from datetime import UTC, datetime

from tests.app.desk.test_files_at_the_desk import a_claimed_one
from tests.app.webchat_house import Running

PARSE = {
    "intent": {"name": "faq", "confidence": 0.91},
    "department": {"name": "MIL", "confidence": 0.8},
    "language": "ar",
    "variety": "gulf",
    "response_selector": {
        "default": {
            "ranking": [
                {"intent_response_key": "faq/mil_pension_pay_date", "confidence": 0.84},
                {"intent_response_key": "faq/mil_pension_not_received", "confidence": 0.1},
            ]
        }
    },
}


async def test_it_is_told_as_it_was_at_the_time(running: Running) -> None:
    running.rasa.understanding = PARSE
    async with a_claimed_one(running) as (client, noura, id_):
        running.rasa.understanding = {}
        place = f"/desk/inbox/{id_}/understood"
        status, told = await noura.see(f"{place}?seq=1")
        assert status == 200
        for words in ("faq", "91%", "متى ينزل المعاش", "84%", "خليجية", "كما فُهمت عند الرد"):
            assert words in told
        assert (await noura.see(f"{place}?seq=2"))[0] == 404  # not the citizen's
        assert (await noura.see(f"{place}?seq=x"))[0] == 400
        # what people were told was never put to the assistant
        running.rasa.understanding = PARSE
        await client.say("متى ينزل المعاش؟")
        transcript = await running.house.floor.queues.transcript(id_, at=datetime.now(UTC), limit=1)
        _, told = await noura.see(f"{place}?seq={transcript.messages[-1].seq}")
        assert "كما يفهمها المساعد الآن" in told


async def test_likely_answers_are_offered_in_the_citizens_language(running: Running) -> None:
    async with a_claimed_one(running) as (client, noura, id_):
        place = f"/desk/inbox/{id_}/suggestions"
        assert "data-insert" not in (await noura.see(place))[1]
        running.rasa.understanding = PARSE
        for words, answer in (
            ("متى ينزل المعاش؟", "تحدّد إدارة معاشات العسكريين"),
            ("when is the pension paid?", "The pension division for local military"),
        ):
            heard = len(client.heard)
            await client.say(words)
            _, told = await noura.see(place)
            assert told.count("data-insert") == 1
            assert answer in told
            assert len(client.heard) == heard  # nothing is said by itself


async def test_a_silent_assistant_is_told_in_words(running: Running) -> None:
    async with a_claimed_one(running) as (_client, noura, id_):
        await running.rasa.stop()
        status, told = await noura.see(f"/desk/inbox/{id_}/understood?seq=1")
        assert (status, "لا يمكن سؤال المساعد" in told) == (200, True)
        assert (await noura.see(f"/desk/inbox/{id_}/suggestions"))[0] == 200
