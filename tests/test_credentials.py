"""A forged or old cookie opens nothing, guessing grows slow, a secret is never printed, an open door is warned of."""

from typing import Any

import pytest

from rag.settings import Settings
from rag.web.credentials import Sessions, Tries, asks_for_another_site, same, warning_about


def test_a_cookie_is_good_only_here_unchanged_and_for_a_week() -> None:
    clock = [1_000_000.0]
    sessions = Sessions(clock=lambda: clock[0])
    cookie = sessions.new()
    expires, _, signature = cookie.partition(".")
    assert sessions.valid(cookie)
    assert not Sessions(clock=lambda: clock[0]).valid(cookie)
    for forged in (
        "",
        ".",
        f"{int(expires) + 1}.{signature}",
        f"{expires}.",
        f"{expires}.{signature}x",
        "9" * 5000,
        "é.é",
    ):
        assert not sessions.valid(forged)
    clock[0] += 7 * 24 * 3600
    assert not sessions.valid(cookie)


def test_guessing_is_slowed_down_for_its_address_alone_and_forgotten_on_success() -> None:
    clock = [0.0]
    tries = Tries(clock=lambda: clock[0])
    waits = []
    for _ in range(14):
        waits.append(tries.wait_seconds("192.0.2.1"))
        clock[0] += waits[-1]
        tries.failed("192.0.2.1")
    assert waits == [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert tries.wait_seconds("192.0.2.2") == 0
    tries.succeeded("192.0.2.1")
    assert tries.wait_seconds("192.0.2.1") == 0


def test_a_whole_network_of_version_6_is_one_guesser_and_memory_is_bounded() -> None:
    tries = Tries(clock=lambda: 0.0)
    for number in range(6):
        tries.failed(f"2001:db8::{number:x}")
    assert tries.wait_seconds("2001:db8::ffff") > 0
    assert tries.wait_seconds("2001:db8:1::1") == 0
    for number in range(10_001):
        tries.failed(f"somewhere {number}")
    assert tries.wait_seconds("2001:db8::ffff") == 0


def test_secrets_are_compared_whole() -> None:
    assert same("abc", "abc")
    assert not same("abc", "abd")
    assert not same("", "a")
    assert not same("\ud800", "?")


@pytest.mark.parametrize(
    ("host", "secrets", "warned"),
    [
        ("127.0.0.1", {}, False),
        ("localhost", {}, False),
        ("::1", {}, False),
        ("0.0.0.0", {}, True),  # noqa: S104
        ("::", {}, True),
        ("news.example", {}, True),
        ("192.168.1.5", {}, True),
        ("0.0.0.0", {"password": "x"}, False),  # noqa: S104
        ("0.0.0.0", {"access_token": "x"}, False),  # noqa: S104
    ],
)
def test_serving_to_others_without_a_password_is_warned_of(host: str, secrets: dict[str, str], warned: bool) -> None:
    warning = warning_about(Settings(host=host, **secrets))
    assert (warning is not None) == warned
    if warning is not None:
        assert host in warning
        assert "MASDAR_PASSWORD" in warning


@pytest.mark.parametrize("settings", [{"host": "0.0.0.0"}, {"password": "x"}])  # noqa: S104
def test_with_a_password_or_for_others_any_name_is_answered(settings: dict[str, str]) -> None:
    assert not asks_for_another_site("news.example", Settings(**settings))


def test_a_secret_is_never_printed(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    settings = Settings(password="s3cret-a", access_token="s3cret-b")  # noqa: S106
    assert "s3cret" not in repr(settings) + str(settings) + str(settings.model_dump())
    monkeypatch.chdir(tmp_path)
    (tmp_path / "masdar.toml").write_text("password = 12345678\n", encoding="utf-8")
    with pytest.raises(Exception, match="'password'") as error:
        Settings()
    assert "12345678" not in str(error.value)
