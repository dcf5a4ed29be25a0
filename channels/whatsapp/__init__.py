"""Runs in: app. WhatsApp through Meta's Cloud API: the webhook in, the Graph API out."""
