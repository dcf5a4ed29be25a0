"""Runs in: app. Notices when the service fails, and tells the people responsible once."""
