"""Runs in: app. What managers are told of a period: figures, words, and the files they come in."""
