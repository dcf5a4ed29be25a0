"""Sign people in, step by step, and keep guessers waiting."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.administration import email_key
from accounts.codes import accepted_step, hashed_code, without_used
from accounts.errors import SignInPaused, SignInRefused
from accounts.model import Account, Secrets, Session, Step
from accounts.passwords import Passwords, judge
from accounts.ports import AccountStore
from accounts.sealing import Sealing

LONGEST_BROWSER = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInRules:
    """How long sessions last and how many attempts are free, per address and per network."""

    idle: timedelta = timedelta(minutes=30)
    absolute: timedelta = timedelta(hours=12)
    unfinished: timedelta = timedelta(minutes=10)
    free_attempts: int = 5
    free_attempts_of_network: int = 30
    window: timedelta = timedelta(minutes=15)
    second_factor: bool = True


@dataclass(frozen=True, slots=True)
class Visitor:
    """Where an attempt comes from: the network address and what the browser calls itself."""

    address: str
    browser: str


class SignIn:
    """Sessions begin at the step that the account needs, and get a new token at each step."""

    def __init__(
        self,
        store: AccountStore,
        *,
        passwords: Passwords,
        sealing: Sealing,
        rules: SignInRules,
        now: Callable[[], datetime],
        new_token: Callable[[], str],
    ) -> None:
        self._store = store
        self._passwords = passwords
        self._sealing = sealing
        self.rules = rules
        self._now = now
        self._new_token = new_token

    async def begin(self, email: str, password: str, visitor: Visitor) -> tuple[str, Step]:
        """Check address and password; return a token and the step that comes next.

        Raises:
            SignInPaused: too many attempts for this address or from this network.
            SignInRefused: they do not match; nobody learns whether the address is known.
        """
        keys = (f"email:{email_key(email)}", f"network:{visitor.address}")
        await self._not_paused(keys)
        known = await self._store.find(email)
        fits = self._passwords.fits(password, known[1].password_hash if known else None)
        if known is None or not fits or not known[0].active:
            await self._store.note_failure(keys, at=self._now())
            raise SignInRefused
        account, secrets = known
        if secrets.totp is None:
            await self._store.forget_failures(keys[:1])
        if secrets.password_hash and self._passwords.outdated(secrets.password_hash):
            await self._store.set_password(
                account.id,
                self._passwords.hashed(password),
                temporary=account.password_temporary,
                actor="system:sign_in",
                at=self._now(),
            )
        first = Step.CODE if secrets.totp else self._after_code(account)
        return await self._open(account, first, visitor), first

    async def begin_known(self, account: Account, visitor: Visitor) -> str:
        """Return a token for somebody whom the single sign-on has vouched for.

        Raises:
            SignInRefused: the account is not active.
        """
        if not account.active:
            raise SignInRefused
        return await self._open(account, Step.DONE, visitor)

    async def prove_code(self, token: str, session: Session, account: Account, typed: str) -> str:
        """Check the second step; return the new token.

        Raises:
            SignInPaused, SignInRefused: see ``begin``.
        """
        keys = (f"code:{account.id}", f"network:{session.address}")
        await self._not_paused(keys)
        if not await self._code_fits(account, await self._store.secrets(account.id), typed):
            await self._store.note_failure(keys, at=self._now())
            raise SignInRefused
        await self._store.forget_failures((keys[0], f"email:{email_key(account.email)}"))
        return await self._advance(token, self._after_code(account))

    async def change_password(self, token: str, account: Account, current: str, wanted: str) -> str:
        """Replace the password, in the desk or as a step on the way in; return the new token.

        Raises:
            PasswordTooWeak: the new one breaks a rule.
            SignInPaused, SignInRefused: the present one does not match.
        """
        keys = (f"password:{account.id}",)
        await self._not_paused(keys)
        secrets = await self._store.secrets(account.id)
        if not self._passwords.fits(current, secrets.password_hash):
            await self._store.note_failure(keys, at=self._now())
            raise SignInRefused
        judge(wanted, email=account.email)
        await self._store.set_password(
            account.id,
            self._passwords.hashed(wanted),
            temporary=False,
            actor=f"agent:{account.id}",
            at=self._now(),
        )
        await self.end_others(token, account)
        needs = self.rules.second_factor and secrets.totp is None
        return await self._advance(token, Step.ENROL if needs else Step.DONE)

    async def enrol(
        self, token: str, account: Account, secret: str, typed: str, recovery: Sequence[str]
    ) -> str:
        """Keep a second factor once its first code is right; return the new token.

        Raises:
            SignInRefused: the code does not fit the secret.
        """
        step = accepted_step(secret, typed, at=self._now(), after=0)
        if step is None:
            raise SignInRefused
        await self._store.set_second_factor(
            account.id,
            totp=self._sealing.seal(secret),
            last_step=step,
            recovery=[hashed_code(code) for code in recovery],
            actor=f"agent:{account.id}",
            at=self._now(),
        )
        return await self._advance(token, Step.DONE)

    async def who(self, token: str) -> tuple[Session, Account] | None:
        """Return whose session a token is; None when it has run out, been idle, or ended."""
        found = await self._store.session(hashed(token))
        if found is None:
            return None
        session, account = found
        now = self._now()
        if now >= session.ends_at or now - session.seen_at >= self.rules.idle or not account.active:
            return None
        if now - session.seen_at > self.rules.idle / 30:
            await self._store.seen(session.token_hash, now)
        return session, account

    async def leave(self, token: str, account: Account) -> None:
        """End the session."""
        await self._store.end_session(hashed(token), actor=f"agent:{account.id}", at=self._now())

    async def end_others(self, token: str, account: Account) -> None:
        """End all other sessions of the account."""
        await self._store.end_sessions(
            account.id, but=hashed(token), actor=f"agent:{account.id}", at=self._now()
        )

    def _after_code(self, account: Account) -> Step:
        if account.password_temporary:
            return Step.PASSWORD
        if self.rules.second_factor and not account.second_factor:
            return Step.ENROL
        return Step.DONE

    async def _code_fits(self, account: Account, secrets: Secrets, typed: str) -> bool:
        now = self._now()
        secret = self._sealing.unseal(secrets.totp) if secrets.totp else None
        if secret:
            step = accepted_step(secret, typed, at=now, after=secrets.last_step)
            if step is not None:
                return await self._store.use_step(account.id, step)
        left = without_used(secrets.recovery, typed)
        return left is not None and await self._store.use_recovery(
            account.id, before=secrets.recovery, left=left, at=now
        )

    async def _not_paused(self, keys: Sequence[str]) -> None:
        """Raise SignInPaused when a key has had its free attempts within the window."""
        now = self._now()
        for key in keys:
            shared = key.startswith("network:")
            free = self.rules.free_attempts_of_network if shared else self.rules.free_attempts
            failed = await self._store.failures(key, since=now - self.rules.window)
            if len(failed) >= free:
                left = failed[free - 1] + self.rules.window - now
                raise SignInPaused(minutes=max(1, -(-int(left.total_seconds()) // 60)))

    async def _open(self, account: Account, step: Step, visitor: Visitor) -> str:
        token, now = self._new_token(), self._now()
        session = Session(
            token_hash=hashed(token),
            account_id=account.id,
            step=step,
            created_at=now,
            seen_at=now,
            ends_at=now + self._lasts(step),
            address=visitor.address,
            browser=visitor.browser[:LONGEST_BROWSER],
        )
        await self._store.open_session(session, actor=f"agent:{account.id}")
        return token

    async def _advance(self, token: str, step: Step) -> str:
        fresh = self._new_token()
        moved = await self._store.advance(
            hashed(token),
            new_hash=hashed(fresh),
            step=step,
            ends_at=self._now() + self._lasts(step),
        )
        if not moved:
            raise SignInRefused
        return fresh

    def _lasts(self, step: Step) -> timedelta:
        return self.rules.absolute if step is Step.DONE else self.rules.unfinished


def hashed(token: str) -> str:
    """Return what is stored of a session token; its random bits need no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()
