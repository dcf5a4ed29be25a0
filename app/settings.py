"""Every setting of the app, read once from the environment and ``.env``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any

from app import setting_values as read
from app.case_system_settings import CaseSystemSettings
from app.content_settings import ContentSettings
from app.dotenv import SettingsError as SettingsError
from app.dotenv import read_dotenv as read_dotenv
from app.mail_settings import MailSettings
from app.notice_settings import NoticeSettings
from app.setting_values import about as _about
from app.survey_settings import SurveySettings
from app.whatsapp_settings import WhatsAppSettings
from kernel.language import Language
from stores.database import POSTGRES_CONNECTIONS

PREFIX = "BADDALA_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(
    WhatsAppSettings,
    ContentSettings,
    SurveySettings,
    CaseSystemSettings,
    MailSettings,
    NoticeSettings,
):
    """Times are in seconds. What is not shown by ``repr`` is a secret and stays out of logs."""

    data_dir: Path = field(
        default=Path("var"),
        metadata=_about("Folder for the database, logs, models and the secret.", Path),
    )
    database_url: str = field(
        default="",
        repr=False,
        metadata=_about("Database to use. Empty: SQLite in the data folder.", read.database_url),
    )
    database_connections: int = field(
        default=POSTGRES_CONNECTIONS,
        metadata=_about(
            "How many connections to PostgreSQL the app opens at most; at least 4.",
            read.connections,
        ),
    )
    host: str = field(default="127.0.0.1", metadata=_about("Address the public server listens on."))
    port: int = field(
        default=8000,
        metadata=_about("Port of the public server: chat page and Socket.IO.", read.port),
    )
    actions_port: int = field(
        default=5055,
        metadata=_about("Port on 127.0.0.1 where Rasa calls the custom actions.", read.port),
    )
    rasa_url: str = field(
        default="http://127.0.0.1:5005",
        metadata=_about(
            "Where Rasa answers. `baddala run` starts it there, `baddala serve` expects it there.",
            read.http_url,
        ),
    )
    webchat_secret: str = field(
        default="",
        repr=False,
        metadata=_about(
            "Signs the session ids of the web chat; at least 32 characters. Empty: made once "
            "and kept in the data folder. All processes of one installation need the same.",
            read.secret,
        ),
    )
    webchat_origins: tuple[str, ...] = field(
        default=(),
        metadata=_about(
            "Other sites whose pages may embed the chat, with commas between. Empty: none.",
            read.origins,
        ),
    )
    default_language: Language = field(
        default=Language.AR,
        metadata=_about("Language of a person who has not shown one yet: ar or en.", read.language),
    )
    relay_slots: int = field(
        default=8,
        metadata=_about("How many conversations are answered at the same time.", read.count),
    )
    send_slots: int = field(
        default=8,
        metadata=_about("How many conversations are sent to at the same time.", read.count),
    )
    lease_s: float = field(
        default=12.0,
        metadata=_about(
            "After how long the work of a process that died is taken over by another.",
            read.seconds,
        ),
    )
    one_moment_s: float = field(
        default=8.0,
        metadata=_about(
            "After how long without an answer a person is told to wait a moment.", read.seconds
        ),
    )
    give_up_s: float = field(
        default=20.0,
        metadata=_about(
            "After how long without an answer we apologise and offer a person.", read.seconds
        ),
    )
    flood_burst: int = field(
        default=20,
        metadata=_about(
            "How many messages of one conversation are answered in a burst.", read.count
        ),
    )
    flood_burst_s: float = field(
        default=10.0, metadata=_about("How long a burst is.", read.seconds)
    )
    flood_hourly: int = field(
        default=200,
        metadata=_about(
            "How many messages of one conversation are answered in an hour.", read.count
        ),
    )
    public_url: str = field(
        default="",
        metadata=_about(
            "What people type to get here, such as https://chat.finance.example. Empty: host and "
            "port. With https, cookies of the desk travel over TLS only.",
            read.http_url,
        ),
    )
    desk_second_factor: bool = field(
        default=True,
        metadata=_about(
            "Whether staff who sign in with a password need an authenticator app too: yes or no.",
            read.yes_or_no,
        ),
    )
    desk_idle_s: float = field(
        default=1800.0,
        metadata=_about(
            "After how long without a click the desk asks to sign in again.", read.seconds
        ),
    )
    sso_issuer: str = field(
        default="",
        metadata=_about(
            "Issuer of an OpenID Connect provider for staff. Empty: no single sign-on, unless "
            "the endpoints are named.",
            read.http_url,
        ),
    )
    sso_endpoints: tuple[str, ...] = field(
        default=(),
        metadata=_about(
            "Instead of an issuer, for plain OAuth 2.0 (UAE PASS): the addresses of authorize, "
            "token and userinfo, with commas between.",
            read.endpoints,
        ),
    )
    sso_client_id: str = field(
        default="", metadata=_about("What the provider calls this installation.")
    )
    sso_client_secret: str = field(
        default="", repr=False, metadata=_about("What this installation proves itself with there.")
    )
    sso_scope: str = field(
        default="openid email profile", metadata=_about("What the provider is asked for.")
    )
    sso_trust_email: bool = field(
        default=False,
        metadata=_about(
            "Whether e-mail addresses of a provider that does not say so are proved: yes or no.",
            read.yes_or_no,
        ),
    )
    assign_waiting: bool = field(
        default=False,
        metadata=_about(
            "Whether a waiting conversation is given to whoever on duty holds least, instead of "
            "being offered: yes or no.",
            read.yes_or_no,
        ),
    )
    undo_s: float = field(
        default=3.0,
        metadata=_about(
            "How long an agent's line waits before it is sent, and can be taken back.", read.seconds
        ),
    )
    attachment_mb: int = field(
        default=16,
        metadata=_about("Largest file that is taken, in megabytes (1,048,576 bytes).", read.count),
    )
    attachment_types: tuple[str, ...] = field(
        default=(),
        metadata=_about(
            "Media types that are taken, told from the bytes, with commas between. Empty: "
            "pictures, sound, video, PDF, Office without macros, plain text.",
            read.media_types,
        ),
    )
    attachment_hourly: int = field(
        default=20,
        metadata=_about("How many files one conversation may send in an hour.", read.count),
    )
    clamd: str = field(
        default="",
        metadata=_about(
            "Where ClamAV listens: unix:/run/clamav/clamd.ctl or tcp://127.0.0.1:3310. "
            "Empty: files are not scanned.",
            read.clamd,
        ),
    )
    trusted_proxies: tuple[str, ...] = field(
        default=(),
        metadata=_about(
            "Networks of the proxies in front, with commas between; only their "
            "X-Forwarded-For counts. Empty: none.",
            read.networks,
        ),
    )
    address_sessions_hourly: int = field(
        default=120,
        metadata=_about("How many new chats one network address may begin in an hour.", read.count),
    )
    address_messages_minute: int = field(
        default=240,
        metadata=_about("How many messages one network address may send in a minute.", read.count),
    )
    address_uploads_hourly: int = field(
        default=120,
        metadata=_about("How many files one network address may send in an hour.", read.count),
    )
    loop_after: int = field(
        default=8,
        metadata=_about(
            "After how many nearly equal messages in quick succession answers stop.", read.count
        ),
    )
    raw_webhook_days: int = field(
        default=30,
        metadata=_about(
            "For how many days the bodies that services sent us are kept, masked; those that "
            "could not be read three times as long. At least 8: Meta repeats for 7.",
            read.days_of_raw_webhooks,
        ),
    )
    shutdown_s: float = field(
        default=5.0,
        metadata=_about("How long a stop waits for answers on their way.", read.seconds),
    )
    log_level: str = field(
        default="INFO",
        metadata=_about("What goes to the log: DEBUG, INFO, WARNING or ERROR.", read.log_level),
    )

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Settings:
        """Read ``BADDALA_<FIELD>`` for every field; an empty value means the default.

        Raises:
            SettingsError: some are malformed, or no setting of ours; all are listed.
        """
        values: dict[str, Any] = {}
        problems: list[str] = []
        known = {PREFIX + one.name.upper(): one for one in fields(cls)}
        for variable in sorted(environ):
            raw = environ[variable].strip()
            if not variable.startswith(PREFIX) or not raw:
                continue
            if variable not in known:
                problems.append(f"{variable}: there is no such setting")
                continue
            one = known[variable]
            try:
                values[one.name] = one.metadata["parse"](raw)
            except ValueError as error:
                problems.append(f"{variable}: {error}")
        settings = cls(**values)
        if settings.one_moment_s >= settings.give_up_s:
            problems.append(f"{PREFIX}ONE_MOMENT_S: must be less than {PREFIX}GIVE_UP_S")
        if settings.single_sign_on and not (settings.sso_client_id and settings.public_url):
            problems.append(
                f"{PREFIX}SSO_CLIENT_ID and {PREFIX}PUBLIC_URL: single sign-on needs both"
            )
        problems += _whatsapp_lacks(settings)
        problems += settings.lacking_of_case_systems(PREFIX)
        if settings.smtp_host and not settings.mail_from:
            problems.append(f"{PREFIX}MAIL_FROM: is needed to send mails")
        if problems:
            raise SettingsError(problems)
        return settings

    @property
    def single_sign_on(self) -> bool:
        """Return whether staff may come by a work account."""
        return bool(self.sso_issuer or self.sso_endpoints)

    @property
    def database(self) -> str:
        """Return the database to connect to."""
        return self.database_url or f"sqlite+aiosqlite:///{self.data_dir / 'baddala.sqlite'}"

    @property
    def models(self) -> Path:
        """Return the folder of trained models."""
        return self.data_dir / "models"

    @property
    def logs(self) -> Path:
        """Return the folder of the logs."""
        return self.data_dir / "log"


def _whatsapp_lacks(settings: Settings) -> list[str]:
    """Return what is missing, if some of the channel is set up and some is not."""
    needed = ("phone_number_id", "token", "app_secrets", "verify_token")
    lacking = [name for name in needed if not getattr(settings, f"whatsapp_{name}")]
    if len(lacking) == len(needed):
        return []
    return [f"{PREFIX}WHATSAPP_{name.upper()}: is needed for WhatsApp" for name in lacking]


@dataclass(frozen=True, slots=True)
class Described:
    """One setting as a person reads about it."""

    variable: str
    default: str
    means: str


def described() -> list[Described]:
    """Return every setting with its default in the spelling of the environment."""
    return [
        Described(PREFIX + one.name.upper(), _spelled(one.default), one.metadata["means"])
        for one in sorted(fields(Settings), key=_is_of_a_part)
    ]


def _is_of_a_part(one: Field[Any]) -> bool:
    """Tell whether a setting stands in a part of its own: those come last."""
    return one.name not in Settings.__annotations__


def _spelled(default: object) -> str:
    if isinstance(default, tuple):
        return ",".join(default)
    if isinstance(default, Language):
        return default.value
    if default is None:
        return ""
    if isinstance(default, bool):
        return "yes" if default else "no"
    return f"{default:g}" if isinstance(default, float) else str(default)


def load_settings(environ: Mapping[str, str], folder: Path) -> Settings:
    """Read ``.env`` in ``folder`` and the environment, which wins.

    Raises:
        SettingsError: see ``Settings.from_env``.
    """
    return Settings.from_env({**read_dotenv(folder / ".env"), **environ})
