"""A short letter as plain text and as a page, in the direction of its language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from kernel.language import Language

FONT = "'IBM Plex Sans Arabic','Segoe UI',Tahoma,Arial,sans-serif"
INK, PALE, BRAND, LINE = "#10211F", "#566964", "#0B4F57", "#D5DEDB"


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What it says. ``facts`` are pairs of a name and what it is; ``link`` words and address."""

    language: Language
    title: str
    paragraphs: Sequence[str]
    facts: Sequence[tuple[str, str]] = ()
    link: tuple[str, str] | None = None
    issuer: str

    def text(self) -> str:
        """Return it as plain text."""
        parts = [self.title, *self.paragraphs]
        if self.facts:
            parts.append("\n".join(f"{name}: {fact}" for name, fact in self.facts))
        if self.link:
            parts.append(f"{self.link[0]}:\n{self.link[1]}")
        return "\n\n".join([*parts, self.issuer]) + "\n"

    def html(self) -> str:
        """Return it as a page. Mail programs know no style sheets: each part says its own."""
        direction = self.language.direction
        say = f"margin:0 0 12px;font:400 16px/1.7 {FONT};color:{INK}"
        body = [f'<h1 style="margin:0 0 12px;font:700 20px/1.45 {FONT};color:{INK}" dir="auto">']
        body += [escape(self.title), "</h1>"]
        body += [f'<p style="{say}" dir="auto">{escape(one)}</p>' for one in self.paragraphs]
        if self.facts:
            cell = f"padding:6px 0;border-bottom:1px solid {LINE};font:400 15px/1.6 {FONT}"
            body.append('<table role="presentation" width="100%" cellspacing="0">')
            body += [
                f'<tr><td style="{cell};color:{PALE}">{escape(name)}</td>'
                f'<td style="{cell};color:{INK}"><bdi>{escape(fact)}</bdi></td></tr>'
                for name, fact in self.facts
            ]
            body.append("</table>")
        if self.link:
            words, address = map(escape, self.link)
            body.append(
                f'<p style="margin:20px 0"><a href="{address}" style="background:{BRAND};'
                f"color:#fff;padding:10px 18px;border-radius:4px;text-decoration:none;"
                f'font:500 15px/1.4 {FONT};display:inline-block">{words}</a></p>'
            )
        body.append(f'<p style="margin:20px 0 0;font:400 13px/1.6 {FONT};color:{PALE}">')
        body += [escape(self.issuer), "</p>"]
        return (
            f'<!doctype html><html lang="{self.language.value}" dir="{direction}"><head>'
            f'<meta charset="utf-8"><title>{escape(self.title)}</title></head>'
            f'<body dir="{direction}" style="margin:0;padding:24px;background:#F4F7F6">'
            f'<div dir="{direction}" style="max-width:560px;margin:0 auto;padding:24px;'
            f'background:#fff;border:1px solid {LINE};border-radius:6px">'
            f"{''.join(body)}</div></body></html>\n"
        )
