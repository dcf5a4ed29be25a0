"""Runs in: app. Who works here: accounts, roles, passwords, second factors, sessions."""
