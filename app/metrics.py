"""What a monitoring system asks for, in Prometheus's text format."""

from __future__ import annotations

from collections.abc import Sequence

from aiohttp import web

from conversations.breaker import Breaker

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

Metric = tuple[str, str, str, float]
"""Name, type, meaning, value."""


def of_breaker(breaker: Breaker) -> tuple[Metric, ...]:
    """Return how this process gets on with the assistant."""
    name = "baddala_assistant"
    return (
        (
            f"{name}_breaker_open",
            "gauge",
            "1 while the assistant counts as gone and each message is tried once only.",
            float(breaker.open),
        ),
        (
            f"{name}_unreachable_seconds",
            "gauge",
            "For how long nobody got through to the assistant.",
            round(breaker.unreachable_s, 3),
        ),
        (f"{name}_asked_total", "counter", "Times the assistant was asked.", breaker.asked),
        (f"{name}_failed_total", "counter", "Times no answer came.", breaker.failed),
        (
            f"{name}_unreachable_total",
            "counter",
            "Times nobody listened at its address.",
            breaker.unreachable,
        ),
        (f"{name}_breaker_opened_total", "counter", "Times the breaker opened.", breaker.opened),
    )


def text_of(metrics: Sequence[Metric]) -> str:
    """Return metrics as Prometheus reads them."""
    return "".join(
        f"# HELP {name} {meaning}\n# TYPE {name} {kind}\n{name} {value:g}\n"
        for name, kind, meaning, value in metrics
    )


def add_metrics(app: web.Application, breaker: Breaker) -> None:
    """Add ``/metrics`` to a server that only this machine reaches."""

    async def metrics(_request: web.Request) -> web.Response:
        body = text_of(of_breaker(breaker)).encode()
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE})

    app.router.add_get("/metrics", metrics)
