"""What can go wrong with accounts. No error tells whether an address is known."""

from __future__ import annotations

from typing import ClassVar

from kernel.errors import BaddalaError


class AccountError(BaddalaError):
    """The root of this package's errors."""

    code: ClassVar[str] = "account_error"


class SignInRefused(AccountError):
    """Address, password or code do not match; nobody is told which."""

    code: ClassVar[str] = "sign_in_refused"


class SignInPaused(AccountError):
    """Too many attempts; ``minutes`` says how long to wait, known address or not."""

    code: ClassVar[str] = "sign_in_paused"


class PasswordTooWeak(AccountError):
    """A new password breaks a rule; ``rule`` is the key of the sentence that says which."""

    code: ClassVar[str] = "password_too_weak"


class AccountNotFound(AccountError):
    """No account has this id."""

    code: ClassVar[str] = "account_not_found"


class AddressTaken(AccountError):
    """Another account has this e-mail address."""

    code: ClassVar[str] = "address_taken"


class LastAdmin(AccountError):
    """The change would leave nobody who can administer."""

    code: ClassVar[str] = "last_admin"
