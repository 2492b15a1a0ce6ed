"""Every setting, read once from the environment (prefix `KIZUNA_`). No other file reads the environment."""

import os
import re
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from console.voice import Tone, Voice
from ingest.errors import OperatorError

_PREFIX = "KIZUNA_"


class Settings(BaseSettings):
    """The choices of whoever runs this desk. An unknown `KIZUNA_` variable is an error: a typo must not be silent."""

    model_config = SettingsConfigDict(env_prefix=_PREFIX, env_ignore_empty=True, frozen=True, extra="forbid")

    home: Path = Field(Path("~/.kizuna"), description="Data folder: database, vectors and secrets of this desk.")
    models: Path = Field(
        Path("~/.cache/kizuna/models"), description="Folder of model files; several desks may share it."
    )
    models_from: Path | None = Field(None, description="A folder that is looked in first when models are fetched.")
    offline: bool = Field(False, description="Never fetch anything; a missing model is an error that says so.")
    host: str = Field("127.0.0.1", description="Address that `kizuna serve` listens on.")
    port: int = Field(8501, ge=0, le=65535, description="Port that `kizuna serve` listens on.")
    serves: Literal["all", "console", "widget"] = Field(
        "all",
        description="What `kizuna serve` serves: `all`, only the `console`, or only the `widget` and the help centre, "
        "in a process that passes on to the desk's own (docs/widget.md).",
    )
    desk_url: str = Field(
        "",
        pattern=r"^(https?://[^\s/?#@]+/?)?$",
        description="Where a process that serves only the widget finds the desk's own: `http://10.0.0.5:8501`.",
    )
    gate_key: SecretStr = Field(
        SecretStr(""), description="Key that both of these processes share, 32 characters or more; empty is none."
    )
    demo: bool = Field(False, description="Load the demo company on first start and offer its accounts at sign-in.")
    embedding: str = Field(
        "", description="Folder of another sentence-transformers model; empty is the shipped choice."
    )
    mood: Path | None = Field(
        None,
        description="Folder of a transformers text-classification model that tells moods; empty is the shipped one.",
    )
    chat: str = Field(
        "local",
        description="Chat model: `local`, `local-small`, `none`, or any name that LangChain's init_chat_model takes.",
    )
    chat_url: str = Field("", description="Base URL of an OpenAI-compatible server for `chat`, where it needs one.")
    chat_key: SecretStr = Field(SecretStr(""), description="Key for that chat model's provider.")
    vault: bool = Field(
        True, description="Keep the originals of masked personal data, encrypted; `false` never keeps them."
    )
    vault_key: Path | None = Field(
        None,
        description="File of the vault's key, made where it is missing; default is `vault.key` in the data folder.",
    )
    widget_origins: tuple[str, ...] = Field(
        (), description='Web origins that may embed the chat widget, as a JSON list: `["https://shop.example"]`.'
    )
    widget_rate: int = Field(20, ge=1, description="Messages that one visitor may send in a minute.")
    widget_site_rate: int = Field(
        600, ge=1, description="Messages that all visitors of one site may send in a minute together."
    )
    widget_answers: int = Field(
        0,
        ge=0,
        le=64,
        description="Answers that the widget writes at once, the others wait in line; `0` is 2 with a model on this "
        "machine, 8 with a provider's.",
    )
    company: str = Field(
        "Kizuna",
        description="The name that signs replies and heads the widget; in the demo Aozora Home, unless it is set.",
    )
    chat_writes: bool = Field(
        False,
        description="Let a larger chat model write drafts in its own words; each sentence is held against its sources.",
    )
    tone: Tone = Field("neutral", description="How replies sound: `neutral`, `warm` or `formal`.")
    signature: str = Field(
        "", description="How replies are signed, where not as usual; `{company}` is filled in, `\\n` starts a new line."
    )
    brands: dict[str, Voice] = Field(
        {},
        description="Brands with a voice of their own, as JSON by ticket tag or product: "
        '`{"lamps": {"company": "Mori Lamps", "tone": "warm"}}`.',
    )

    faq_four_eyes: bool = Field(
        False, description="Two supervisors approve what the FAQ says before it is published, not one."
    )
    faq_holdout: float = Field(
        0.05,
        ge=0,
        le=0.5,
        description="Share of the widget's visitors, drawn by lot, whom it answers without the FAQ, to measure what "
        "that saves; `0` is nobody.",
    )

    url: str = Field(
        "",
        pattern=r"^(https?://[^\s/?#]+[^\s?#]*)?$",
        description="Address under which people reach the console, for links in alerts; empty is host and port.",
    )
    widget_url: str = Field(
        "",
        pattern=r"^(https?://[^\s/?#]+[^\s?#]*)?$",
        description="Address under which visitors reach the widget, for the tag; empty is `KIZUNA_URL`.",
    )
    timezone: str = Field("UTC", description="Time zone of the desk, for quiet hours: `Asia/Tokyo`.")
    watch_capacity: int = Field(
        20, ge=1, description="Customers at risk whom the supervisors can look after in a week; so many are flagged."
    )
    smtp_url: SecretStr = Field(
        SecretStr(""),
        description="Mail server for alerts and for mails to customers: `smtp://user:password@host:587` (STARTTLS) or "
        "`smtps://…:465`.",
    )
    mail_from: str = Field(
        "",
        description="Sender of mails to customers, `Help <help@shop.example>`: with it, replies go to visitors who "
        "have left the chat and an address; empty sends none.",
    )
    alerts_from: str = Field("", description="Sender of alerts by email.")
    alerts_to: tuple[str, ...] = Field(
        (), description='Who gets alerts by email, as a JSON list: `["naoko@shop.example"]`.'
    )
    alerts_webhook: tuple[str, ...] = Field(
        (), description='Where alerts are posted as JSON, as a JSON list: `["https://hooks.shop.example/kizuna"]`.'
    )
    alerts_secret: SecretStr = Field(
        SecretStr(""), description="Key that signs what is posted (HMAC-SHA256, docs/watch.md); empty is unsigned."
    )
    alerts_quiet: str = Field(
        "",
        pattern=r"^(([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d)?$",
        description="Hours without alerts, in KIZUNA_TIMEZONE: `22:00-07:00`; what comes in then goes out as one.",
    )
    alerts_pause: int = Field(
        7,
        ge=0,
        description="Days after an alert in which the same customer causes no other, unless the risk rises much.",
    )
    alerts_lang: Literal["en", "ja"] = Field("en", description="Language of alerts: `en` or `ja`.")

    @field_validator("timezone")
    @classmethod
    def _zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError("There is no such time zone. Name it like Europe/London or Asia/Tokyo") from None
        return name

    @field_validator("gate_key")
    @classmethod
    def _long(cls, key: SecretStr) -> SecretStr:
        if 0 < len(key.get_secret_value()) < 32:
            raise ValueError("The key is short: make one of 32 characters or more")
        return key

    @property
    def widget_address(self) -> str:
        """Where visitors reach the widget, without a slash at the end."""
        return self.widget_url.rstrip("/") or self.address

    @field_validator("mail_from")
    @classmethod
    def _sender(cls, text: str) -> str:
        if text and not re.fullmatch(r"(?:[^<>@\r\n]*<)?[^\s<>@]+@[^\s<>@]+>?", text.strip()):
            raise ValueError("This is no sender. Write it as help@shop.example or Help <help@shop.example>")
        return text.strip()

    @property
    def address(self) -> str:
        """Where people reach the console, without a slash at the end."""
        host = "localhost" if self.host in ("127.0.0.1", "0.0.0.0", "::") else self.host
        return (self.url or f"http://{f'[{host}]' if ':' in host else host}:{self.port}").rstrip("/")

    @property
    def voice(self) -> Voice:
        """How the desk itself speaks."""
        return Voice(company=self.company, tone=self.tone, signature=self.signature.replace("\\n", "\n"))


def load(home: Path | None = None) -> Settings:
    """Settings from the environment; `home` (from `--home`) wins over `KIZUNA_HOME`.

    Raises OperatorError for an unknown name or a bad value, naming the variable.
    """
    known = {_PREFIX + name.upper() for name in Settings.model_fields}
    unknown = sorted(name for name in os.environ if name.upper().startswith(_PREFIX) and name.upper() not in known)
    if unknown:
        raise OperatorError(
            f"Unknown setting {', '.join(unknown)}. docs/settings.md lists every setting; unset this one."
        )
    try:
        found = Settings(**({"home": home} if home else {}))  # type: ignore[arg-type]
    except ValidationError as error:
        raise OperatorError(_explained(error)) from None
    except SettingsError as error:  # a setting that is no plain value
        if "brands" in str(error):
            raise OperatorError(f'{_PREFIX}BRANDS is not JSON. Write it as {{"lamps": {{"tone": "warm"}}}}.') from None
        field = re.search(r'field "(\w+)"', str(error))
        name = field[1].upper() if field else "A list"
        wanted = '["naoko@shop.example"]' if name == "ALERTS_TO" else '["https://shop.example"]'
        raise OperatorError(f"{_PREFIX}{name} is not a JSON list of texts. Write it as {wanted}.") from None
    places = ("home", "models", "models_from", "vault_key", "mood")
    return found.model_copy(update={name: _full(getattr(found, name)) for name in places})


def _explained(error: ValidationError) -> str:
    return " ".join(f"{_PREFIX}{'.'.join(map(str, e['loc'])).upper()}: {e['msg']}." for e in error.errors())


def _full(path: Path | None) -> Path | None:
    return path.expanduser().resolve() if path else None
