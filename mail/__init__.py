"""Runs in: app. Mails to staff: an outbox that survives a stop, and the way to the mail server."""
