"""Settings: what is out of bounds or unknown is refused by name, and nearer sources win."""

from pathlib import Path

import pytest

from rag.errors import SettingsError
from rag.settings import Settings


@pytest.fixture(autouse=True)
def _empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MASDAR_CACHE_DIR", raising=False)


@pytest.mark.parametrize(
    ("name", "lowest", "highest"),
    [
        ("encoder_batch_size", 1, 1024),
        ("threads", 0, 256),
        ("max_passage_tokens", 32, 512),
        ("top_k", 1, 1000),
        ("max_quotes", 1, 10),
        ("min_confidence", 0, 1),
        ("port", 1, 65535),
    ],
)
def test_a_value_is_taken_on_its_bounds_and_refused_beyond_them_by_name(name: str, lowest: int, highest: int) -> None:
    for value in (lowest, highest):
        assert getattr(Settings(**{name: value}), name) == value
    for value in (lowest - 1, highest + 1):
        with pytest.raises(SettingsError, match=f"'{name}'.*{value}"):
            Settings(**{name: value})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("max_article_megabytes", 0),
        ("max_article_megabytes", 2049),
        ("max_article_megabytes", float("inf")),
        ("chat_timeout_seconds", 0),
        ("min_confidence", float("nan")),
        ("top_k", "many"),
        ("top_k", 2.5),
        ("top_k", None),
        ("encoder", ""),
        ("encoder_engine", "cuda"),
        ("encoder_precision", "int4"),
        ("host", ""),
        ("data_dir", 3),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused_by_name(name: str, value: object) -> None:
    with pytest.raises(SettingsError, match=f"'{name}'"):
        Settings(**{name: value})


@pytest.mark.parametrize("name", ["topk", "index", "data_dir_"])
def test_an_unknown_argument_is_refused_by_name(name: str) -> None:
    with pytest.raises(SettingsError, match=f"Unknown setting '{name}'"):
        Settings(**{name: 3})


@pytest.mark.parametrize("variable", ["MASDAR_TOPK", "MASDAR_", "MASDAR_DATA", "MASDAR_CACHE"])
def test_an_unknown_variable_of_the_environment_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, "3")
    with pytest.raises(SettingsError, match=f"'{variable}'"):
        Settings()


def test_a_variable_out_of_bounds_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MASDAR_TOP_K", "0")
    with pytest.raises(SettingsError, match="'top_k'"):
        Settings()


def test_an_unknown_name_in_the_file_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "masdar.toml").write_text("topk = 3\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="'topk'"):
        Settings()


@pytest.mark.parametrize("content", ["top_k = ", "[[", "top_k = 3\ntop_k = 4", "\ud800"])
def test_a_file_that_is_no_toml_is_refused_by_its_name(tmp_path: Path, content: str) -> None:
    (tmp_path / "masdar.toml").write_bytes(content.encode("utf-8", "surrogatepass"))
    with pytest.raises(SettingsError, match=r"masdar\.toml"):
        Settings()


def test_arguments_win_over_the_environment_and_that_over_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    default = Settings().top_k
    (tmp_path / "masdar.toml").write_text("top_k = 3\nmax_quotes = 2\nport = 81\n", encoding="utf-8")
    assert (Settings().top_k, default) == (3, 10)
    monkeypatch.setenv("MASDAR_TOP_K", "4")
    monkeypatch.setenv("MASDAR_MAX_QUOTES", "5")
    settings = Settings(top_k=6)
    assert (settings.top_k, settings.max_quotes, settings.port) == (6, 5, 81)


def test_only_the_file_of_the_working_folder_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "masdar.toml").write_text("top_k = 3\n", encoding="utf-8")
    (tmp_path / ".env").write_text("MASDAR_TOP_K=7\n", encoding="utf-8")
    assert Settings().top_k == 3
    (tmp_path / "below").mkdir()
    monkeypatch.chdir(tmp_path / "below")
    assert Settings().top_k == 10


def test_settings_cannot_be_changed_afterwards() -> None:
    settings = Settings()
    with pytest.raises(ValueError, match="frozen"):
        settings.top_k = 3
    assert settings.top_k == 10


def test_by_default_nothing_outside_this_machine_is_named_and_the_cache_is_in_the_home_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    settings = Settings()
    assert (settings.chat_model, settings.chat_base_url, settings.encoder) == ("", "", "bundled")
    assert settings.host == "127.0.0.1"
    assert settings.cache_dir == tmp_path / ".cache" / "masdar"


def test_every_setting_says_what_it_is() -> None:
    for name, field in Settings.model_fields.items():
        assert field.description, name
        assert field.description.endswith("."), name


def test_today_is_a_day_or_nothing() -> None:
    assert Settings(today="2022-03-01").today == "2022-03-01"
    for text in ("yesterday", "2022-13-01", "01.03.2022"):
        with pytest.raises(SettingsError, match="'today'"):
            Settings(today=text)
