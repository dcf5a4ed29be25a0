"""The Graph API of the Cloud API: send, mark as read, upload, fetch.

There is no idempotency key for a sending: what was written and not answered may have been
taken, so it is ``DeliveryUnknown`` and never sent again by itself.
Source: W/messages/send-messages, W/business-phone-numbers/media.
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    ConnectionTimeoutError,
    FormData,
)
from yarl import URL

from channels.errors import DeliveryFailed, DeliveryUnknown
from channels.whatsapp.accounts import NAME
from channels.whatsapp.failures import failure_for

Payload = Mapping[str, Any]
GONE, NO_URL = "media_gone", "no_url"
MEDIA_S = 120.0
PIECE = 64 * 1024
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

    @asynccontextmanager
    async def media(self, media_id: str) -> AsyncIterator[AsyncIterator[bytes]]:
        """Give the bytes of a file in pieces.

        Raises:
            DeliveryFailed: it cannot be had, now or ever.
        """
        try:
            async with self._http.get(
                self._root / media_id, headers=self._headers, timeout=self._timeout
            ) as answer:
                told = await self._told(answer)
                if answer.status != 200:
                    raise _no_file(answer.status, told)
            url = told.get("url") if isinstance(told, Mapping) else None
            if not isinstance(url, str):
                raise DeliveryFailed(retryable=True, provider_code=NO_URL, channel=NAME)
            async with self._http.get(
                url, headers=self._headers, timeout=ClientTimeout(total=MEDIA_S, sock_connect=5)
            ) as answer:
                if answer.status != 200:
                    raise _no_file(answer.status, None)
                yield answer.content.iter_chunked(PIECE)
        except (ClientError, TimeoutError) as error:  # nothing of ours was sent: again is harmless
            raise DeliveryFailed(retryable=True, provider_code=BROKE_OFF, channel=NAME) from error

    async def upload(self, path: Path, *, media_type: str, file_name: str) -> str:
        """Give a file to Meta, which keeps it for 30 days; return its id there.

        Raises:
            DeliveryFailed: it was not taken; nobody has seen anything of it.
        """
        form = FormData()
        form.add_field("messaging_product", "whatsapp")
        form.add_field("type", media_type)
        content = await asyncio.to_thread(path.read_bytes)
        form.add_field("file", io.BytesIO(content), filename=file_name, content_type=media_type)
        try:
            async with self._http.post(
                self._number / "media",
                data=form,
                headers=self._headers,
                timeout=ClientTimeout(total=MEDIA_S, sock_connect=5),
            ) as answer:
                told = await self._told(answer)
                if answer.status != 200:
                    raise failure_for(answer.status, told)
        except (ClientError, TimeoutError) as error:
            raise DeliveryFailed(retryable=True, provider_code=BROKE_OFF, channel=NAME) from error
        match told:
            case {"id": str(taken)}:
                return taken
        raise DeliveryFailed(retryable=True, provider_code=NO_ID, channel=NAME)

    @staticmethod
    async def _told(answer: ClientResponse) -> Any:
        try:
            return await answer.json(content_type=None)
        except ValueError:
            return None

    async def _post(self, payload: Payload) -> Any:
        try:
            async with self._http.post(
                self._number / "messages",
                json=payload,
                headers=self._headers,
                timeout=self._timeout,
            ) as answer:
                body = await self._told(answer)
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


def _no_file(status: int, told: object) -> DeliveryFailed:
    """Return the error for a file that is not given; a 404 may be an address that is over."""
    if status == 404:
        return DeliveryFailed(retryable=True, provider_code=GONE, channel=NAME)
    return failure_for(status, told)


def _seconds(given: str | None) -> float | None:
    return float(given) if given is not None and given.isdecimal() else None
