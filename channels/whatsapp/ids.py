"""Which strings of the Cloud API are ids, and no words of people."""

from __future__ import annotations

# fmt: off
IDS = frozenset(
    {
        "id", "from", "to", "from_user_id", "to_user_id", "from_parent_user_id", "wa_id",
        "user_id", "parent_user_id", "previous_user_id", "previous", "current", "new_wa_id",
        "customer", "identity_key_hash", "identity", "message_id", "original_message_id",
        "timestamp", "phone_number_id", "display_phone_number", "recipient_id",
        "recipient_user_id", "sha256", "mime_type", "url", "href", "link", "media_id",
        "media_type", "type", "status", "object", "field", "product_retailer_id", "catalog_id",
        "group_id", "biz_opaque_callback_data", "reply_to", "ctwa_clid", "source_id",
        "source_url", "wamid", "number", "phone",
    }
)
# fmt: on
"""Keys whose strings are left as they are: masking would spoil them."""
