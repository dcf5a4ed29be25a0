"""Runs in: app. What people type into the search box, and what was found for it."""
