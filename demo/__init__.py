"""Runs in: app. A made-up house to look at: invented people, real services, a simulated clock."""
