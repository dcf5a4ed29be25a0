"""Templates that Meta approved for us: the only messages outside the 24-hour window.

They are data, in ``templates.toml``: each stands in Meta's business manager under the same
name and language, and its text here is what people see in the history.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from kernel.bidi import isolate
from kernel.language import Language


@dataclass(frozen=True, slots=True)
class Template:
    """One template. ``parameters`` name what fills ``{{1}}``, ``{{2}}`` ... in this order."""

    name: str
    language: Language
    code: str
    parameters: tuple[str, ...]
    text: str

    def filled(self, facts: Mapping[str, str]) -> tuple[str, dict[str, Any]]:
        """Return the words people will read, and the metadata that makes them a template.

        Raises:
            KeyError: a parameter is missing.
        """
        given = [facts[name] for name in self.parameters]
        text = self.text
        for number, fact in enumerate(given, start=1):
            text = text.replace(f"{{{{{number}}}}}", isolate(fact))
        told = {"name": self.name, "language": self.code, "parameters": given}
        return text, {"template": told}


class Templates:
    """All of them."""

    def __init__(self, templates: Sequence[Template]) -> None:
        self._templates = tuple(templates)

    @classmethod
    def load(cls) -> Templates:
        """Read the file beside this module."""
        text = files("channels.whatsapp").joinpath("templates.toml").read_text("utf-8")
        return cls(
            [
                Template(
                    name, Language(language), one["code"], tuple(of["parameters"]), one["text"]
                )
                for name, of in tomllib.loads(text).items()
                for language, one in of["text"].items()
            ]
        )

    def offered(self, language: Language) -> Sequence[Template]:
        """Return the templates in a language."""
        return [one for one in self._templates if one.language is language]

    def find(self, name: str, language: Language) -> Template | None:
        """Return one template."""
        named = [one for one in self._templates if (one.name, one.language) == (name, language)]
        return named[0] if named else None
