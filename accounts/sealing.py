"""Keep small secrets readable for this installation only."""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class Sealing:
    """Seals with a key that is derived from the installation's secret.

    Args:
        secret: of the installation; whoever has only the database cannot unseal.
        purpose: what the key is for; another purpose has another key.
    """

    def __init__(self, secret: bytes, purpose: str) -> None:
        derived = HKDF(SHA256(), 32, salt=None, info=purpose.encode()).derive(secret)
        self._fernet = Fernet(base64.urlsafe_b64encode(derived))

    def seal(self, text: str) -> str:
        """Return what may be stored."""
        return self._fernet.encrypt(text.encode()).decode("ascii")

    def unseal(self, sealed: str) -> str | None:
        """Return the text; None when another secret sealed it, or it was changed."""
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken:
            return None
