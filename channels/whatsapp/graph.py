"""The Graph API of the Cloud API: send, mark as read, upload, fetch.

There is no idempotency key for a sending: what was written and not answered may have been
taken, so it is ``DeliveryUnknown`` and never sent again by itself.
Source: W/messages/send-messages, W/business-phone-numbers/media.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientSession,
    ClientTimeout,
    ConnectionTimeoutError,
)
from yarl import URL

from channels.errors import DeliveryFailed, DeliveryUnknown
from channels.whatsapp.accounts import NAME
from channels.whatsapp.failures import failure_for

Payload = Mapping[str, Any]
UNREACHABLE, TIMEOUT, BROKE_OFF, NO_ID = "unreachable", "timeout", "broke_off", "no_id"


class GraphClient:
    """Speaks for one phone number; ``url`` and ``version`` say where."""

    def __init__(
        self,
        http: ClientSession,
        *,
        url: str,
        version: str,
        phone_number_id: str,
        token: str,
        timeout_s: float = 20.0,
    ) -> None:
        self._http = http
        self._root = URL(url) / version
        self._number = self._root / phone_number_id
        self._headers = {"Authorization": f"Bearer {token}"}
        self._timeout = ClientTimeout(total=timeout_s, sock_connect=5)

    async def send(self, payload: Payload) -> str:
        """Send one message and return the service's id of it.

        Raises:
            DeliveryFailed: it was not taken.
            DeliveryUnknown: it may have been taken.
        """
        answer = await self._post(payload)
        match answer:
            case {"messages": [{"id": str(taken)}, *_]}:
                return taken
        raise DeliveryUnknown(provider_code=NO_ID, channel=NAME)

    async def mark_read(self, message_id: str, *, typing: bool) -> None:
        """Show that a message was read, and that an answer is written; ends after 25 s.

        Raises:
            DeliveryFailed: it was not taken, or may not have been.
        """
        told: dict[str, Any] = {
            "messaging_product": "whatsapp",
            "status": "read",
            "message_id": message_id,
        }
        if typing:
            told["typing_indicator"] = {"type": "text"}
        await self._post(told)

    async def _post(self, payload: Payload) -> Any:
        try:
            async with self._http.post(
                self._number / "messages",
                json=payload,
                headers=self._headers,
                timeout=self._timeout,
            ) as answer:
                try:
                    body = await answer.json(content_type=None)
                except ValueError:
                    body = None
                if answer.status == 200:
                    return body
                raise failure_for(
                    answer.status, body, retry_after_s=_seconds(answer.headers.get("Retry-After"))
                )
        except (ClientConnectorError, ConnectionTimeoutError) as error:
            raise DeliveryFailed(retryable=True, provider_code=UNREACHABLE, channel=NAME) from error
        except TimeoutError as error:
            raise DeliveryUnknown(provider_code=TIMEOUT, channel=NAME) from error
        except ClientError as error:
            raise DeliveryUnknown(provider_code=BROKE_OFF, channel=NAME) from error


def _seconds(given: str | None) -> float | None:
    return float(given) if given is not None and given.isdecimal() else None
