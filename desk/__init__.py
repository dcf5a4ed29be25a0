"""Runs in: app. Screens for the people who work here, server-rendered, in both languages."""
