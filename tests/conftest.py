"""For every test: settings come from the test alone, and nothing outside this machine can be reached."""

import ipaddress
import os
import socket
from collections.abc import Iterator
from typing import Any

import pytest

pytest_plugins = ("browser_page", "shared_fixtures")


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Removes ``MASDAR_*``, but for where the encoder is unpacked: that is done once a machine, not once a test."""
    for variable in os.environ:
        if variable.startswith("MASDAR_") and variable != "MASDAR_CACHE_DIR":
            monkeypatch.delenv(variable)


@pytest.fixture(autouse=True)
def _no_trained_reader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only tests of the real model read with the trained reader; the others would load it for nothing."""
    if not {mark.name for mark in request.node.iter_markers()} & {"model", "browser"}:
        monkeypatch.setattr("rag.cross_encoder.open_cross_encoder", lambda settings: None)


@pytest.fixture(autouse=True, scope="session")
def _no_network() -> Iterator[None]:
    """Makes a connection to anywhere but this machine an error."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex"):
            patch.setattr(socket.socket, name, _guarded(getattr(socket.socket, name)))
        patch.setattr(socket, "getaddrinfo", _guarded_lookup(socket.getaddrinfo))
        yield


def _guarded(connect: Any) -> Any:
    def guarded(self: socket.socket, address: Any) -> Any:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not _is_local(address[0]):
            raise AssertionError(f"a test tried to reach {address}")
        return connect(self, address)

    return guarded


def _guarded_lookup(look_up: Any) -> Any:
    def guarded(host: Any, *arguments: Any, **named: Any) -> Any:
        if host is not None and not _is_local(host):
            raise AssertionError(f"a test tried to look up {host!r}")
        return look_up(host, *arguments, **named)

    return guarded


def _is_local(host: str | bytes) -> bool:
    name = host.decode() if isinstance(host, bytes) else host
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return name in {"", "localhost", socket.gethostname()}
    return address.is_loopback or address.is_unspecified
