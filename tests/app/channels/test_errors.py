"""What a sender reads from the errors of a channel."""

import pytest

from channels.errors import ChannelStopped, DeliveryFailed, DeliveryUnknown, WindowClosed


def test_a_failure_says_when_to_try_again() -> None:
    error = DeliveryFailed(retryable=True, retry_after_s=6.0, provider_code="131056", channel="wa")
    assert (error.retryable, error.retry_after_s, error.provider_code) == (True, 6.0, "131056")
    assert "131056" in str(error)


@pytest.mark.parametrize(
    ("error", "code", "retryable"),
    [
        (ChannelStopped(provider_code="190"), "channel_stopped", True),
        (WindowClosed(provider_code="131047"), "channel_window_closed", False),
        (DeliveryUnknown(), "channel_delivery_unknown", False),
    ],
)
def test_leaves_are_failures_with_a_code_of_their_own(
    error: DeliveryFailed, code: str, retryable: bool
) -> None:
    assert (error.code, error.retryable) == (code, retryable)
    assert error.retry_after_s is None
