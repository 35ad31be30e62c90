"""What opens the door: secrets, the cookies given for them, and patience against guessing."""

import hashlib
import hmac
import ipaddress
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable

from rag.settings import Settings

SESSION_SECONDS = 7 * 24 * 3600
_FREE_TRIES = 5
_LONGEST_WAIT_SECONDS = 60.0
_MOST_ADDRESSES = 10_000


def warning_about(settings: Settings) -> str | None:
    """What to tell whoever serves the page where others can reach it without a password, else None."""
    if secrets_of(settings) or _is_loopback(settings.host):
        return None
    return (
        f"anyone who can reach {settings.host} can read every article and ask anything: "
        "set MASDAR_PASSWORD (and serve it behind HTTPS), or serve on 127.0.0.1."
    )


def secrets_of(settings: Settings) -> tuple[str, ...]:
    """The secrets that open the door; none leave it open."""
    both = (settings.password.get_secret_value(), settings.access_token.get_secret_value())
    return tuple(secret for secret in both if secret)


def may_change_library(settings: Settings) -> bool:
    """Whether readers of the page may add files to the folder of articles, and take them out.

    Unless a setting says it, not where anyone who reaches the port could.
    """
    if settings.library_changes != "auto":
        return settings.library_changes == "allowed"
    return bool(secrets_of(settings)) or _is_loopback(settings.host)


def asks_for_another_site(host_header: str, settings: Settings) -> bool:
    """Whether a request that reached an open server on this machine was sent for another site's name.

    A page of such a site, whose name was led to this machine after it was opened, could read every article.
    """
    if secrets_of(settings) or not _is_loopback(settings.host):
        return False
    name = host_header.rpartition(":")[0] if host_header.rpartition(":")[2].isdigit() else host_header
    name = name.strip("[]").rstrip(".").lower()
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return "." in name and not name.endswith(".localhost") and name != settings.host.lower()
    return False


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class Sessions:
    """Cookies that only this process can have made: a moment of expiry, signed with a key that nobody knows."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._key = secrets.token_bytes(32)
        self._clock = clock

    def new(self) -> str:
        """The value of a new cookie."""
        expires = str(int(self._clock()) + SESSION_SECONDS)
        return f"{expires}.{self._signature(expires)}"

    def valid(self, cookie: str) -> bool:
        """Whether a cookie was made here, and has not expired."""
        expires, _, signature = cookie.partition(".")
        if not same(signature, self._signature(expires)):
            return False
        return int(expires) > self._clock()

    def _signature(self, expires: str) -> str:
        return hmac.new(self._key, expires.encode("utf-8", "replace"), hashlib.sha256).hexdigest()


class Tries:
    """Slows guessing down: after a few wrong secrets from one address, each further one must wait twice as long."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failed: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def wait_seconds(self, address: str) -> float:
        """How long this address must still wait before a secret of it is looked at."""
        count, last = self._failed.get(_network(address), (0, 0.0))
        if count < _FREE_TRIES:
            return 0.0
        wait = min(2.0 ** min(count - _FREE_TRIES, 30), _LONGEST_WAIT_SECONDS)
        return max(0.0, last + wait - self._clock())

    def failed(self, address: str) -> None:
        """Counts a wrong secret."""
        network = _network(address)
        count, _ = self._failed.pop(network, (0, 0.0))
        self._failed[network] = (count + 1, self._clock())
        while len(self._failed) > _MOST_ADDRESSES:
            self._failed.popitem(last=False)

    def succeeded(self, address: str) -> None:
        """Forgets the wrong ones."""
        self._failed.pop(_network(address), None)


def _network(address: str) -> str:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    # Whoever has one address of version 6 has 2^64 of them.
    return str(ipaddress.ip_network(f"{parsed}/64", strict=False)) if parsed.version == 6 else address


def same(given: str, wanted: str) -> bool:
    """Whether two secrets are equal, in a time that does not tell where they differ."""
    digests = [hashlib.sha256(each.encode("utf-8", "surrogatepass")).digest() for each in (given, wanted)]
    return hmac.compare_digest(*digests)
