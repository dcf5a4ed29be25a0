"""Runs in: app. How long what people told us is kept, erasing a person, and legal holds."""
