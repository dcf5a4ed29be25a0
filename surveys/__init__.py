"""Runs in: app. Ask people what they think: seldom, once each, and count what they say."""
