from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from channels.errors import ChannelStopped, DeliveryFailed, DeliveryUnknown
from conversations.model import Address, MessageState, OutboundMessage, Sender
from conversations.outbox import Outbox
from conversations.sending import MOST_BREAKS, Backoff
from tests.app.conversations.parts import Parts


async def ours(parts: Parts) -> list[tuple[str, str | None]]:
    found = await parts.messages()
    return [(one.state.value, one.reason) for one in found if one.sender is not Sender.CITIZEN]


async def happened(parts: Parts, kind: str) -> list[Mapping[str, Any]]:
    return [one.data for one in await parts.store.events_after(0) if one.kind == kind]


async def answered(parts: Parts, *texts: str) -> None:
    for text in texts:
        await parts.hear(text)
    await parts.answer_all()


async def test_sends_in_order_and_keeps_the_services_id(parts: Parts) -> None:
    await answered(parts, "أولًا INV-1", "ثانيًا", "ثالثًا")
    await parts.send_all()
    assert [one.message.text for one in parts.channel.sent] == [
        "سمعت: أولًا INV-1",
        "سمعت: ثانيًا",
        "سمعت: ثالثًا",
    ]
    assert [one.provider_id for one in await parts.messages()][1::2] != [None, None, None]
    assert {state for state, _ in await ours(parts)} == {"sent"}


def busy(**more: object) -> DeliveryFailed:
    return DeliveryFailed(retryable=True, channel="fake", **more)


async def sent(parts: Parts) -> list[str]:
    return [one.message.text for one in parts.channel.sent]


async def test_tries_again_later_what_may_be_tried_again(parts: Parts) -> None:
    parts.channel.failures += [busy(), busy()]
    await answered(parts, "أولًا", "ثانيًا")
    for pause_s, so_far in ((9, 0), (2, 0), (19, 0), (2, 2)):
        await parts.send_all()
        parts.clock.pass_(pause_s)
        await parts.send_all()
        assert len(parts.channel.sent) == so_far
    assert await sent(parts) == ["سمعت: أولًا", "سمعت: ثانيًا"]
    assert {state for state, _ in await ours(parts)} == {"sent"}


async def test_what_waits_for_its_next_try_holds_up_its_own_conversation_only(
    parts: Parts,
) -> None:
    parts.channel.failures.append(busy())
    await answered(parts, "أولًا", "ثانيًا")
    await parts.send_all()
    await parts.hear("من شخص آخر", of=Address("fake", "user", "saif"))
    await parts.answer_all()
    await parts.send_all()
    assert await sent(parts) == ["سمعت: من شخص آخر"]
    parts.clock.pass_(11)
    await parts.send_all()
    assert (await sent(parts))[1:] == ["سمعت: أولًا", "سمعت: ثانيًا"]


async def test_a_restart_does_not_forget_the_next_try(parts: Parts) -> None:
    parts.channel.failures.append(busy())
    await answered(parts, "أولًا")
    await parts.send_all()
    again = Outbox(parts.store, {"fake": parts.channel}, owner="again", now=parts.clock)
    assert await again.claims.lease() is None
    parts.clock.pass_(11)
    lease = await again.claims.lease()
    assert lease is not None
    assert not lease.taken_over
    await again.work(lease)
    assert await sent(parts) == ["سمعت: أولًا"]


async def test_the_service_says_how_long_to_wait(parts: Parts) -> None:
    parts.channel.failures.append(busy(retry_after_s=90.0))
    await answered(parts, "أولًا")
    await parts.send_all()
    for pause_s, so_far in ((80, 0), (11, 1)):
        parts.clock.pass_(pause_s)
        await parts.send_all()
        assert len(parts.channel.sent) == so_far


async def test_each_error_has_its_own_pauses_and_after_the_last_it_is_final(parts: Parts) -> None:
    parts.channel.failures += [busy(provider_code="131056")] * 2
    await answered(parts, "أولًا")
    await parts.send_all()
    parts.clock.pass_(39)
    await parts.send_all()
    assert len(parts.channel.failures) == 1
    parts.clock.pass_(2)
    await parts.send_all()
    assert await ours(parts) == [("failed", "channel_delivery_failed")]


def test_pair_rate_pauses_are_powers_of_four() -> None:
    pauses = [Backoff().pause(attempts, "131056") for attempts in range(1, 6)]
    assert pauses == [*(timedelta(seconds=4**n) for n in range(1, 5)), None]


async def test_a_stopped_channel_keeps_all_its_messages_and_says_so_once(parts: Parts) -> None:
    parts.channel.failures += [ChannelStopped(channel="fake", provider_code="190")]
    for n in range(5):
        await parts.hear(f"سؤال {n}", of=Address("fake", "user", f"u-{n}"))
    await parts.answer_all()
    await parts.send_all()
    assert parts.channel.sent == []
    [stop] = await parts.store.stopped_channels()
    assert (stop.channel, stop.code) == ("fake", "190")
    assert await happened(parts, "channel_stopped") == [{"channel": "fake", "code": "190"}]


async def test_a_check_lets_a_stopped_channel_go_on(parts: Parts) -> None:
    parts.channel.failures += [ChannelStopped(channel="fake")] * 2
    await answered(parts, "أولًا", "ثانيًا")
    await parts.send_all()
    parts.clock.pass_(301)
    await parts.send_all()  # the check finds it stopped still
    assert parts.channel.failures == []
    await parts.send_all()
    assert parts.channel.sent == []
    parts.clock.pass_(301)
    await parts.send_all()
    assert await sent(parts) == ["سمعت: أولًا", "سمعت: ثانيًا"]
    assert await parts.store.stopped_channels() == []
    assert await happened(parts, "channel_resumed") == [{"channel": "fake", "by": "check"}]


async def test_a_person_lets_a_stopped_channel_go_on(parts: Parts) -> None:
    parts.channel.failures.append(ChannelStopped(retryable=False, channel="fake"))
    await answered(parts, "أولًا")
    await parts.send_all()
    parts.clock.pass_(100_000)
    await parts.send_all()
    assert parts.channel.sent == []
    assert await parts.store.resume_channel("fake", by="agent:mariam", at=parts.clock())
    assert not await parts.store.resume_channel("fake", by="agent:mariam", at=parts.clock())
    await parts.send_all()
    assert await sent(parts) == ["سمعت: أولًا"]


async def test_a_closing_outbox_leaves_the_rest_pending(parts: Parts) -> None:
    await answered(parts, "أولًا", "ثانيًا")
    lease = await parts.outbox.claims.lease()
    assert lease is not None
    parts.outbox.close()
    await parts.outbox.work(lease)
    assert {state for state, _ in await ours(parts)} == {"pending"}
    again = Outbox(parts.store, {"fake": parts.channel}, owner="again", now=parts.clock)
    lease = await again.claims.lease()
    assert lease is not None
    await again.work(lease)
    assert len(parts.channel.sent) == 2


async def test_a_person_may_have_it_sent_once_more(parts: Parts) -> None:
    parts.channel.failures.append(DeliveryUnknown(retryable=False, channel="fake"))
    await answered(parts, "أولًا")
    await parts.send_all()
    answer = (await parts.messages())[1]
    assert await parts.store.retry(answer.id, by="agent:mariam", at=parts.clock())
    assert not await parts.store.retry(answer.id, by="agent:mariam", at=parts.clock())
    await parts.send_all()
    assert await sent(parts) == ["سمعت: أولًا"]


async def test_a_sending_that_breaks_off_again_and_again_is_put_aside(
    parts: Parts,
) -> None:
    parts.channel.repeatable = True
    send = parts.channel.send

    async def poisoned(outbound: OutboundMessage) -> str:
        if "قاتلة" in outbound.message.text:
            raise ZeroDivisionError
        return await send(outbound)

    parts.channel.send = poisoned
    parts.rasa.answering = lambda _sender, text, _metadata: [{"text": text}]
    await answered(parts, "قاتلة", "حية بعدها")
    for _ in range(MOST_BREAKS):
        with pytest.raises(ZeroDivisionError):
            await parts.send_all()
    await parts.send_all()
    assert await sent(parts) == ["حية بعدها"]
    assert await ours(parts) == [("quarantined", "broke_off_send"), ("sent", None)]


async def test_a_final_failure_is_kept_and_the_next_is_sent(parts: Parts) -> None:
    parts.channel.failures.append(DeliveryFailed(retryable=False, channel="fake"))
    await answered(parts, "أولًا", "ثانيًا")
    await parts.send_all()
    assert await ours(parts) == [("failed", "channel_delivery_failed"), ("sent", None)]


async def test_what_may_have_arrived_is_not_sent_again(parts: Parts) -> None:
    parts.channel.failures.append(DeliveryUnknown(retryable=False, channel="fake"))
    await answered(parts, "أولًا", "ثانيًا")
    await parts.send_all()
    assert await ours(parts) == [("unknown", "channel_delivery_unknown"), ("sent", None)]
    assert len(parts.channel.sent) == 1


@pytest.mark.parametrize(
    ("repeatable", "begun", "state"),
    [(False, True, "unknown"), (False, False, "sent"), (True, True, "sent")],
)
async def test_what_a_dead_sender_had_begun_is_sent_again_only_where_that_does_no_harm(
    parts: Parts, repeatable: bool, begun: bool, state: str
) -> None:
    parts.channel.repeatable = repeatable
    await answered(parts, "أولًا", "ثانيًا")
    lease = await parts.outbox.claims.lease()
    assert lease is not None
    assert await parts.outbox.claims.lease() is None
    if begun:
        await parts.store.begin(lease, (await parts.messages())[2].id)
    parts.clock.pass_(120)
    await parts.send_all()
    assert [state for state, _ in await ours(parts)] == [state, "sent"]


async def test_who_lost_the_lease_sends_nothing(parts: Parts) -> None:
    await answered(parts, "أولًا")
    slow = await parts.outbox.claims.lease()
    assert slow is not None
    parts.clock.pass_(120)
    heir = await parts.outbox.claims.lease()
    assert heir is not None
    await parts.outbox.work(slow)
    assert parts.channel.sent == []
    await parts.outbox.work(heir)
    assert len(parts.channel.sent) == 1


async def test_who_renews_is_not_taken_for_dead(parts: Parts) -> None:
    await answered(parts, "أولًا")
    lease = await parts.outbox.claims.lease()
    assert lease is not None
    for _ in range(5):
        parts.clock.pass_(10)
        await parts.outbox.claims.renew()
        assert await parts.outbox.claims.lease() is None
    await parts.outbox.work(lease)
    assert len(parts.channel.sent) == 1


async def test_a_channel_that_is_gone_is_a_failure_with_a_name(parts: Parts) -> None:
    await answered(parts, "أولًا")
    outbox = Outbox(parts.store, {}, owner="other", now=parts.clock)
    lease = await outbox.claims.lease()
    assert lease is not None
    await outbox.work(lease)
    assert await ours(parts) == [(MessageState.FAILED.value, "no_channel")]
