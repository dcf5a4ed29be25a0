"""Tell the people responsible of an incident by mail, each in their language."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.model import Account, Role
from accounts.ports import AccountStore
from cases.departments import DEPARTMENTS
from kernel.language import Language
from mail.letter import Letter
from mail.model import Mail, is_address
from mail.outbox import MailOutbox
from phrases.catalogue import Catalogue
from phrases.days import ZONE
from watch.model import Incident, Trouble

MOMENT = "%Y-%m-%d %H:%M"


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentMails:
    """A queue that is too old is its supervisors' business, all else the administrators'.

    The key of each mail names the incident and the recipient, so telling twice is heard once.

    Args:
        to: addresses to tell instead of the administrators.
        desk_url: where the desk is.
    """

    outbox: MailOutbox
    accounts: AccountStore
    phrases: Catalogue
    to: tuple[str, ...]
    default_language: Language
    desk_url: str
    now: Callable[[], datetime]

    async def raised(self, incident: Incident) -> Sequence[tuple[str, str]]:
        """Tell those responsible; return who that is: pairs of address and language."""
        told = await self._responsible(incident)
        for address, language in told:
            await self._send("raised", incident, address, language)
        return [(address, language.value) for address, language in told]

    async def over(self, incident: Incident) -> None:
        """Tell those who were told that it is over."""
        for address, language in incident.told_to:
            await self._send("over", incident, address, Language(language))

    async def _responsible(self, incident: Incident) -> Sequence[tuple[str, Language]]:
        people = [one for one in await self.accounts.list() if one.active]
        if incident.trouble is Trouble.QUEUE_OLD:
            department = incident.subject or None
            found = [one for one in people if one.may(Role.SUPERVISOR) and one.serves(department)]
            if found:
                return _addresses(found)
        if self.to:
            return [(one, self.default_language) for one in self.to]
        return _addresses([one for one in people if one.may(Role.ADMIN)])

    async def _send(self, what: str, incident: Incident, address: str, language: Language) -> None:
        title = self.title(incident, language)
        facts = [(self.phrases.say("alert_began", language), _moment(incident.began_at))]
        if what == "over":
            title = self.phrases.say("alert_over", language, what=title)
            facts.append((self.phrases.say("alert_ended", language), _moment(self.now())))
        say = self.phrases.say(
            "alert_over_text" if what == "over" else f"alert_{incident.trouble.value}_text",
            language,
        )
        letter = Letter(
            language=language,
            title=title,
            paragraphs=[say],
            facts=facts,
            link=(
                self.phrases.say("alert_open", language),
                f"{self.desk_url}/desk/{_page(incident)}",
            ),
            issuer=self.phrases.say("desk_issuer", language),
        )
        await self.outbox.add(
            Mail(
                key=f"incident:{incident.id}:{what}:{address}"[:128],
                to=(address,),
                subject=title,
                text=letter.text(),
                html=letter.html(),
                language=language,
            )
        )

    def title(self, incident: Incident, language: Language) -> str:
        """Return an incident in one line."""
        return incident_title(self.phrases, incident, language)


def incident_title(phrases: Catalogue, incident: Incident, language: Language) -> str:
    """Return an incident in one line."""
    subject = incident.subject
    if incident.trouble is Trouble.QUEUE_OLD:
        known = DEPARTMENTS.get(subject)
        subject = known.name(language) if known else phrases.say("alert_all_units", language)
    elif subject and f"channel_{subject}" in phrases.keys(language):
        subject = phrases.say(f"channel_{subject}", language)
    return phrases.say(
        f"alert_{incident.trouble.value}", language, **{**incident.facts, "subject": subject}
    )


def _addresses(people: Sequence[Account]) -> Sequence[tuple[str, Language]]:
    return [(one.email, one.language) for one in people if is_address(one.email)]


def _page(incident: Incident) -> str:
    return "inbox" if incident.trouble is Trouble.QUEUE_OLD else "administration/health"


def _moment(at: datetime) -> str:
    return at.astimezone(ZONE).strftime(MOMENT)
