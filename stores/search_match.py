"""A question in the words of FTS5 and of PostgreSQL, and the condition that it is met."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from search.question import Group, Question, Term
from stores.search_writes import of_kind

FTS = sa.table("search_fts", sa.column("rowid", sa.Integer))
_ON_POSTGRESQL = sa.text(
    "array_to_tsvector(string_to_array(coalesce(search_entry.folded, ''), ' ')) "
    "@@ CAST(CAST(:asked AS text) AS tsquery)"
)
_ON_SQLITE = sa.text("search_fts MATCH :asked")


class Match:
    """Builds what is asked, of words that have letters and digits only, or a mark of ours."""

    def __init__(self, *, postgresql: bool) -> None:
        self._postgresql = postgresql
        self._and, self._or = (" & ", " | ") if postgresql else (" AND ", " OR ")

    def met(self, asked: str) -> sa.TextClause:
        """Return the condition on ``search_entry`` (and on SQLite ``FTS``, joined to it)."""
        return (_ON_POSTGRESQL if self._postgresql else _ON_SQLITE).bindparams(asked=asked)

    def words(self, question: Question, *kinds: str) -> str:
        """Ask for all groups in entries of one of the kinds."""
        return self._all([self._of(kinds), *(self._group(one) for one in question.groups)])

    def contact(self, question: Question, *kinds: str) -> str:
        """Ask for the whole contact that was typed."""
        return self._all([self._of(kinds), self._term(Term(question.contact))])

    def either(self, *asked: str) -> str:
        """Ask for one of these."""
        return f"({self._or.join(asked)})"

    def _all(self, asked: Sequence[str]) -> str:
        return f"({self._and.join(asked)})"

    def _of(self, kinds: Sequence[str]) -> str:
        return self.either(*(self._term(Term(of_kind(kind))) for kind in kinds))

    def _group(self, group: Group) -> str:
        return self.either(*(self._all([self._term(term) for term in way]) for way in group))

    def _term(self, term: Term) -> str:
        if self._postgresql:
            return f"'{term.word}'{':*' if term.begins else ''}"
        return f'"{term.word}"{"*" if term.begins else ""}'
