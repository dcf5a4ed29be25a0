"""The settings of our WhatsApp number."""

from __future__ import annotations

from dataclasses import dataclass, field

from app import setting_values as read
from app.setting_values import about


@dataclass(frozen=True, kw_only=True)
class WhatsAppSettings:
    """A part of ``Settings``."""

    whatsapp_phone_number_id: str = field(
        default="",
        metadata=about("Id of our WhatsApp number. Empty: no WhatsApp.", read.number_id),
    )
    whatsapp_token: str = field(
        default="",
        repr=False,
        metadata=about("Token of the system user who sends through the Graph API."),
    )
    whatsapp_app_secrets: tuple[str, ...] = field(
        default=(),
        repr=False,
        metadata=about(
            "Secret of the Meta app, which signs webhooks. Two with a comma while one is replaced.",
            read.secrets,
        ),
    )
    whatsapp_verify_token: str = field(
        default="",
        repr=False,
        metadata=about("Word that Meta repeats when it checks the webhook address."),
    )
    whatsapp_graph_url: str = field(
        default="https://graph.facebook.com",
        metadata=about("Where the Graph API answers.", read.http_url),
    )
    whatsapp_graph_version: str = field(
        default="v26.0", metadata=about("Version of the Graph API.", read.graph_version)
    )
    whatsapp_per_second: int = field(
        default=80,
        metadata=about("How many messages a second our WhatsApp number may exchange.", read.count),
    )
    whatsapp_timeout_s: float = field(
        default=20.0,
        metadata=about("How long a sending to WhatsApp may take.", read.seconds),
    )
