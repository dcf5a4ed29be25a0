"""Read the content files: examples and answers under data/, responses in domain.yml."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from content.errors import ContentBroken
from content.model import Button, Content, Example, Response
from content.yaml_text import Lined, read_yaml
from kernel.language import Language

PROJECT = Path(__file__).resolve().parent.parent


def read_content(project: Path = PROJECT) -> Content:
    """Return everything the assistant knows.

    Raises:
        ContentBroken: a file is not what it should be; the facts say where and why.
    """
    domain = read_yaml(project / "domain.yml")
    return Content(
        examples=tuple(read_examples(project)),
        responses=(*_responses(domain, "domain.yml"), *read_answers(project)),
        intents=frozenset(
            intent if isinstance(intent, str) else next(iter(intent))
            for intent in domain.get("intents", ())
        ),
    )


def read_examples(
    project: Path = PROJECT, names: Collection[str] | None = None
) -> Iterator[Example]:
    """Yield the examples of both languages, file by file; of ``names`` only, if given.

    Raises:
        ContentBroken: an example lacks its text or its variety.
    """
    for language in Language:
        for path in sorted((project / "data" / f"nlu_{language.value}").glob("*.yml")):
            name = str(path.relative_to(project))
            if names is not None and name not in names:
                continue
            for block in read_yaml(path).get("nlu", ()):
                for entry in block.get("examples", ()):
                    yield _example(entry, block, language, name)


def read_answers(project: Path = PROJECT) -> Iterator[Response]:
    """Yield the answers to questions, every language of each.

    Raises:
        ContentBroken: an answer has no text, or is for no language.
    """
    for path in sorted((project / "data" / "answers").glob("*.yml")):
        yield from _responses(read_yaml(path), str(path.relative_to(project)))


def _example(entry: Any, block: Lined, language: Language, name: str) -> Example:
    if not isinstance(entry, Lined):
        at = f"{name}:{block.line}"
        raise ContentBroken(place=at, reason="an example is not a mapping", key="no_mapping")
    place = f"{name}:{entry.line}"
    metadata = entry.get("metadata") or {}
    if not entry.get("text") or not block.get("intent") or not metadata.get("variety"):
        reason = "an example needs intent, text and variety"
        raise ContentBroken(place=place, reason=reason, key="example_incomplete")
    return Example(
        text=entry["text"].strip(),
        intent=block["intent"],
        language=language,
        variety=metadata["variety"],
        department=metadata.get("department"),
        place=place,
    )


def _responses(file: Lined, name: str) -> Iterator[Response]:
    for response, variants in file.get("responses", {}).items():
        for variant in variants:
            place = f"{name}:{variant.line}"
            if not variant.get("text"):
                raise ContentBroken(
                    place=place,
                    reason=f"{response} has no text",
                    key="answer_without_text",
                    told={"name": response},
                )
            yield Response(
                name=response,
                language=_language(variant, place),
                text=variant["text"],
                buttons=tuple(
                    Button(title=button["title"], payload=button["payload"])
                    for button in variant.get("buttons", ())
                ),
                about=variant.get("metadata") or {},
                place=place,
            )


def _language(variant: Lined, place: str) -> Language:
    for condition in variant.get("condition", ()):
        if condition.get("name") == "language":
            return Language(condition["value"])
    reason = "a response without a language condition"
    raise ContentBroken(place=place, reason=reason, key="answer_without_language")
