"""Check all content: ``python -m content.check``, which ``make lint`` runs."""

from __future__ import annotations

import sys
import tomllib
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from content.errors import ContentBroken
from content.finding import Finding
from content.held_out import find_held_out
from content.in_step import find_out_of_step
from content.labels import find_mislabelled
from content.minimums import find_too_few
from content.model import Content, Example
from content.near_duplicates import Pair, near_duplicates, share_by_label
from content.reading import PROJECT, read_content
from kernel.language import Language

REPEATED_SHARE = 0.1
"""A label may repeat itself in at most this part of its examples.

Greetings and thanks are formulas, and 4 % of them repeat one another. From a tenth on, a
label has noticeably less to learn from than its count says.
"""


def main(project: Path = PROJECT) -> int:
    """Print a report; return 0 if all is well and 1 if anything must be mended."""
    try:
        content = read_content(project)
    except ContentBroken as error:
        print(error)
        return 1
    pairs = near_duplicates(content.examples)
    findings = [*findings_of(content, project), *repeated(content.examples, pairs)]
    print(summary(content))
    for pair in pairs:
        print(described(pair))
    for finding in findings:
        print(finding)
    print(f"content: {len(findings)} to mend, {len(pairs)} near-duplicates")
    return 1 if findings else 0


def findings_of(
    content: Content, project: Path = PROJECT, added: Collection[str] = ()
) -> Iterator[Finding]:
    """Yield what is wrong, near-duplicates apart.

    ``added``: departments that were added at the desk. They may own answers and examples, and
    nobody asks for examples of them.
    """
    # a file of data: content knows the departments, not the package that owns them
    departments = tomllib.loads((project / "cases" / "departments.toml").read_text("utf-8"))
    yield from find_mislabelled(content, {*departments, *added})
    yield from find_out_of_step(content)
    yield from find_too_few(content, departments)
    yield from find_held_out(content.examples, project.parent / "shared" / "eval")


def repeated(examples: Sequence[Example], pairs: Sequence[Pair]) -> Iterator[Finding]:
    """Yield the near-duplicates that may not stay, and the labels that have too many.

    Equal examples never stay, nor do near-duplicates that mean different things. Others
    are listed only, up to ``REPEATED_SHARE`` of their label.
    """
    for pair in pairs:
        if pair.equal or not pair.same_label:
            reason = f"{pair.second.label} says what {pair.first.label} at {pair.first.place} says"
            facts = {"label": pair.first.label, "place": pair.first.place}
            yield Finding("repeated", pair.second.place, reason, "like", facts)
    for label, share in share_by_label(examples, pairs).items():
        if share > REPEATED_SHARE:
            told, facts = f"{share:.0%} of its examples repeat another", {"share": f"{share:.0%}"}
            yield Finding("repeated", label, told, "repeat_each_other", facts)


def described(pair: Pair) -> str:
    """Return one pair for people to read."""
    first, second = pair.first, pair.second
    labels = first.label if pair.same_label else f"{first.label} and {second.label}"
    return (
        f"alike {pair.likeness:.2f} under {labels}\n"
        f"  {first.place}: {first.text}\n  {second.place}: {second.text}"
    )


def summary(content: Content) -> str:
    """Return how much there is of each language and variety."""
    lines = []
    for language in Language:
        heard = [example for example in content.examples if example.language is language]
        varieties = Counter(example.variety for example in heard).most_common()
        listed = ", ".join(f"{name} {count}" for name, count in varieties)
        lines.append(f"{language.value}: {len(heard)} examples ({listed})")
    topics = {r.topic for r in content.responses if r.topic is not None}
    lines.append(f"{len(topics)} questions answered, {len(content.responses)} responses")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
