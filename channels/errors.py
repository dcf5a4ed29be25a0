"""What can go wrong between us and a messaging service."""

from __future__ import annotations

from typing import ClassVar

from kernel.errors import BaddalaError


class ChannelError(BaddalaError):
    """The root of this package's errors."""

    code: ClassVar[str] = "channel_error"


class SignatureRejected(ChannelError):
    """Whoever sent this did not prove to be the service."""

    code: ClassVar[str] = "channel_signature_rejected"


class PayloadNotUnderstood(ChannelError):
    """The body is not what the service sends."""

    code: ClassVar[str] = "channel_payload_not_understood"


class DeliveryFailed(ChannelError):
    """The service did certainly not take the message.

    Args:
        retryable: whether it may take the same message later.
        retry_after_s: how long to wait at least before that; None leaves it to the sender.
        provider_code: the service's own number or name of the error, for the ledger.
    """

    code: ClassVar[str] = "channel_delivery_failed"

    def __init__(
        self,
        *,
        retryable: bool,
        retry_after_s: float | None = None,
        provider_code: str | None = None,
        **facts: str | int,
    ) -> None:
        if provider_code is not None:
            facts["provider_code"] = provider_code
        super().__init__(**facts)
        self.retryable = retryable
        self.retry_after_s = retry_after_s
        self.provider_code = provider_code


class ChannelStopped(DeliveryFailed):
    """The service takes nothing from us now (token, account, payment): a person must look.

    The message itself is in order: it waits until the channel goes on.
    """

    code: ClassVar[str] = "channel_stopped"

    def __init__(
        self,
        *,
        retryable: bool = True,
        retry_after_s: float | None = None,
        provider_code: str | None = None,
        **facts: str | int,
    ) -> None:
        super().__init__(
            retryable=retryable, retry_after_s=retry_after_s, provider_code=provider_code, **facts
        )


class WindowClosed(DeliveryFailed):
    """The person wrote too long ago for a plain message: only a template may be sent."""

    code: ClassVar[str] = "channel_window_closed"

    def __init__(
        self,
        *,
        retryable: bool = False,
        retry_after_s: float | None = None,
        provider_code: str | None = None,
        **facts: str | int,
    ) -> None:
        super().__init__(
            retryable=retryable, retry_after_s=retry_after_s, provider_code=provider_code, **facts
        )


class DeliveryUnknown(DeliveryFailed):
    """We do not know whether the service took it: never send again by itself."""

    code: ClassVar[str] = "channel_delivery_unknown"

    def __init__(
        self,
        *,
        retryable: bool = False,
        retry_after_s: float | None = None,
        provider_code: str | None = None,
        **facts: str | int,
    ) -> None:
        super().__init__(
            retryable=retryable, retry_after_s=retry_after_s, provider_code=provider_code, **facts
        )
