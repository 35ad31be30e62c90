"""Every setting, with its unit, bounds and default; from arguments, then ``MASDAR_*``, then ``masdar.toml``."""

import datetime
import os
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from rag.errors import SettingsError

VERSION = "0.1.0"
BUNDLED_ENCODER = "bundled"
_ENVIRONMENT_PREFIX = "MASDAR_"
_FILE = "masdar.toml"
_SECRETS = frozenset({"password", "access_token"})


def _default_cache_dir() -> Path:
    return Path.home() / ".cache" / "masdar"


class Settings(BaseSettings):
    """Settings of one assistant; immutable.

    Arguments win over environment variables (``MASDAR_TOP_K=5``), which win over ``masdar.toml`` in the working folder.

    Raises:
        SettingsError: a name is unknown or a value out of bounds; the message names it.
    """

    model_config = SettingsConfigDict(
        env_prefix=_ENVIRONMENT_PREFIX, toml_file=_FILE, extra="forbid", frozen=True, protected_namespaces=()
    )

    data_dir: Path = Field(default=Path("data"), description="Folder of articles, read with its subfolders.")
    index_dir: Path = Field(default=Path("index"), description="Folder the index is kept in.")
    cache_dir: Path = Field(
        default_factory=_default_cache_dir, description="Folder the bundled encoder is unpacked to, once per machine."
    )

    encoder: str = Field(
        default=BUNDLED_ENCODER,
        min_length=1,
        description='"bundled", a sentence-transformers model folder, or a model name.',
    )
    encoder_engine: Literal["auto", "openvino", "torch"] = Field(
        default="auto", description="What runs the bundled encoder; auto takes OpenVINO where it is installed."
    )
    encoder_precision: Literal["auto", "float32", "bfloat16"] = Field(
        default="auto",
        description="Arithmetic of the bundled encoder; auto takes bfloat16 where the CPU has it.",
    )
    encoder_batch_size: int = Field(default=16, ge=1, le=1024, description="Passages encoded at once.")
    threads: int = Field(default=0, ge=0, le=256, description="CPU threads for encoding; 0 takes those of the machine.")

    max_passage_tokens: int = Field(
        default=224, ge=32, le=512, description="Length of a passage in tokens of the encoder, its title not counted."
    )
    max_article_megabytes: float = Field(
        default=50.0, gt=0, le=2048, description="Files above this are skipped and named, in megabytes."
    )

    reader: Literal["trained", "plain"] = Field(
        default="trained",
        description='What reads the passages: "trained", a small transformer; "plain", measures of words and vectors.',
    )
    top_k: int = Field(default=10, ge=1, le=1000, description="Passages retrieved for a question.")
    max_passages_per_article: int = Field(
        default=0, ge=0, le=1000, description="Passages of one article among those retrieved, at most; 0: any number."
    )
    today: str = Field(
        default="",
        description='Day that "yesterday" in a question counts from, such as 2022-03-01; empty: the day of asking.',
    )
    max_quotes: int = Field(default=3, ge=1, le=10, description="Quotations in an answer, at most.")
    min_confidence: float = Field(
        default=0.4, ge=0.0, le=1.0, description="Below this probability of answering, the assistant abstains."
    )

    chat_model: str = Field(
        default="",
        description='Chat model by its LangChain name, such as "openai:gpt-4o-mini"; empty: only quote.',
    )
    chat_base_url: str = Field(default="", description="Address of the chat model's server, if not the default.")
    chat_timeout_seconds: float = Field(default=60.0, gt=0, le=3600, description="How long to wait for the chat model.")

    host: str = Field(default="127.0.0.1", min_length=1, description="Address the page is served on.")
    port: int = Field(default=7860, ge=1, le=65535, description="Port the page is served on.")
    password: SecretStr = Field(
        default=SecretStr(""), description="Asked for before anything is served; empty: nothing is asked."
    )
    access_token: SecretStr = Field(
        default=SecretStr(""), description="For programs, in place of the password; set alone, it is the password."
    )
    library_changes: Literal["auto", "allowed", "refused"] = Field(
        default="auto",
        description="Whether the page adds and removes files; auto: where only this machine, or a secret, opens it.",
    )

    @field_validator("today")
    @classmethod
    def _is_day(cls, text: str) -> str:
        return datetime.date.fromisoformat(text).isoformat() if text else ""

    def __init__(self, **values: Any) -> None:
        self._refuse_unknown_variables()
        try:
            super().__init__(**values)
        except ValidationError as error:
            raise SettingsError(_explain(error)) from None
        except (ValueError, OSError) as error:  # the file is no TOML, no UTF-8, or cannot be read
            raise SettingsError(f"{_FILE} cannot be read: {error}. Mend it, or remove it.") from None

    @classmethod
    def _refuse_unknown_variables(cls) -> None:
        # pydantic-settings ignores an environment variable it does not know: a typo would go unnoticed.
        for variable in sorted(os.environ):
            name = variable.removeprefix(_ENVIRONMENT_PREFIX).lower()
            if variable.startswith(_ENVIRONMENT_PREFIX) and name not in cls.model_fields:
                raise SettingsError(f"Unknown environment variable {variable!r}. See docs/settings.md for the names.")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments, environment, file, in that order; no ``.env`` and no secrets folder."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def _explain(error: ValidationError) -> str:
    first = error.errors()[0]
    name = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        return f"Unknown setting {name!r}. See docs/settings.md for the names."
    # A secret of the wrong kind is still one.
    got = "" if name in _SECRETS else f" (got {first['input']!r})"
    return f"Setting {name!r}: {first['msg']}{got}. See docs/settings.md for its bounds."


def settings_table() -> str:
    """Every setting as a Markdown table: variable, default, bounds, meaning."""
    lines = ["| argument | variable | default | bounds | meaning |", "|---|---|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = "the user's cache folder" if field.default_factory else f"`{field.default}`"
        bounds = " ".join(
            f"{sign} {getattr(rule, key)}"
            for rule in field.metadata
            for key, sign in (("ge", "≥"), ("gt", ">"), ("le", "≤"))
            if hasattr(rule, key)
        )
        choices = getattr(field.annotation, "__args__", ())
        allowed = ", ".join(f"`{choice}`" for choice in choices) or bounds or "–"
        variable = f"{_ENVIRONMENT_PREFIX}{name.upper()}"
        lines.append(f"| `{name}` | `{variable}` | {default} | {allowed} | {field.description} |")
    return "\n".join(lines)
