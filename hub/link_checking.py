"""Links to other sites: whether somebody answers there, asked politely and never in our own house.

A page's author decides which address is asked, so every hop is looked up first, and nothing is
sent into private networks; what was looked up is what is connected to.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from django.conf import settings
from django.db.models import F, Min, Q
from django.utils import timezone

from hub.models import LinkCheck, LinkReason

CHECK_EVERY = timedelta(days=7)
# A run must leave the worker time for its other duties.
MOST_A_RUN, RUN_SECONDS = 20, 12.0
ANSWER_SECONDS = 10.0
MOST_HOPS = 5
PORTS = {80, 443, 8080, 8443}
REDIRECTS = {301, 302, 303, 307, 308}
GONE = {404, 410}
# Reasons that may lie with our own line, when nobody else answers either.
UNREACHED = (LinkReason.NO_NAME, LinkReason.NO_ANSWER, LinkReason.TOO_SLOW)
A_DAY, AN_HOUR = timedelta(days=1), timedelta(hours=1)
NAT64, TEREDO = ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("2001::/32")
# What addresses mean, so that they are not written out again.
SAFE = "/%:@!$&'()*+,;=~-._?"


class LinkTroubleError(Exception):
    """The link does not work; `reason` says why."""

    def __init__(self, reason: LinkReason):
        super().__init__(reason)
        self.reason = reason


# --- asking -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Target:
    """One hop: where to connect, and what to ask for."""

    scheme: str
    host: str
    port: int
    addresses: tuple[str, ...]
    path: str


def look_at(url: str) -> str:
    """Why `url` does not work, as a LinkReason; "" when it does or when one cannot tell."""
    try:
        return _follow(url)
    except LinkTroubleError as trouble:
        return trouble.reason


def _follow(url: str) -> str:
    until = time.monotonic() + ANSWER_SECONDS
    seen = set()
    for _hop in range(MOST_HOPS + 1):
        if url in seen:
            return LinkReason.RING
        seen.add(url)
        target = _target(url)
        if target is None:
            return ""
        status, location = _ask_twice(target, until)
        if status not in REDIRECTS or not location:
            return _verdict(status)
        url = _next(url, location)
    return LinkReason.RING


def _next(url: str, location: str) -> str:
    # http.client reads headers as Latin-1, and sites send UTF-8.
    with suppress(UnicodeError):
        location = location.encode("latin-1").decode()
    try:
        return urljoin(url, location)
    except ValueError as error:
        raise LinkTroubleError(LinkReason.BAD_ADDRESS) from error


def _verdict(status: int) -> str:
    """Who is turned away (401, 403, 429) may be turned away as a program only."""
    if status in GONE:
        return LinkReason.NOT_FOUND
    return LinkReason.SERVER_ERROR if status >= 500 else ""


def _target(url: str) -> Target | None:
    """Where `url` leads, looked up; None where nobody is asked. Raises LinkTroubleError."""
    parts = _split(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        host = parts.hostname.encode("idna").decode()
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        raise LinkTroubleError(LinkReason.NO_NAME) from error
    except (UnicodeError, ValueError) as error:
        raise LinkTroubleError(LinkReason.BAD_ADDRESS) from error
    addresses = tuple(dict.fromkeys(place[0] for *_kind, place in found))
    if not all(may_be_asked(address) for address in addresses):
        raise LinkTroubleError(LinkReason.PRIVATE)
    if port not in PORTS and not settings.HUB_LINKS_MAY_LEAD_HOME:
        return None
    path = quote(parts.path or "/", safe=SAFE)
    if parts.query:
        path += "?" + quote(parts.query, safe=SAFE)
    return Target(parts.scheme, host, port, addresses, path)


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(f"https:{url}" if url.startswith("//") else url)
        fits = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError as error:
        raise LinkTroubleError(LinkReason.BAD_ADDRESS) from error
    if not fits:
        raise LinkTroubleError(LinkReason.BAD_ADDRESS)
    return parts


def may_be_asked(address: str) -> bool:
    """Whether an IP address is out in the world: no private network, no machine of our own."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if ip.version == 6:
        if ip in TEREDO or ip.is_site_local:
            return False
        wrapped = ip.ipv4_mapped or ip.sixtofour
        if ip in NAT64:
            wrapped = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        ip = wrapped or ip
    if ip.is_loopback and settings.HUB_LINKS_MAY_LEAD_HOME:
        return True
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def _ask_twice(target: Target, until: float) -> tuple[int, str]:
    """Status and Location; by HEAD, and by GET where HEAD is not answered well."""
    try:
        status, location = _ask("HEAD", target, until)
    except LinkTroubleError as trouble:
        if trouble.reason == LinkReason.CERTIFICATE or time.monotonic() >= until:
            raise
    else:
        if status < 400:
            return status, location
    return _ask("GET", target, until)


def _ask(method: str, target: Target, until: float) -> tuple[int, str]:
    """Status and Location of one request; nothing of the body is read."""
    seconds = until - time.monotonic()
    if seconds <= 0:
        raise LinkTroubleError(LinkReason.TOO_SLOW)
    connection = _Connection(target, seconds)
    # A timeout of the socket begins anew with each byte; this one does not.
    alarm = threading.Timer(seconds, connection.cut_off)
    alarm.start()
    try:
        connection.request(method, target.path, headers=_headers())
        answer = connection.getresponse()
        if time.monotonic() >= until:
            # Cut off in the middle, what came looks like all there was.
            raise TimeoutError
        return answer.status, answer.headers.get("Location", "")
    except ssl.SSLCertVerificationError as error:
        raise LinkTroubleError(LinkReason.CERTIFICATE) from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        slow = isinstance(error, TimeoutError) or time.monotonic() >= until
        reason = LinkReason.TOO_SLOW if slow else LinkReason.NO_ANSWER
        raise LinkTroubleError(reason) from error
    finally:
        alarm.cancel()
        connection.close()


def _headers() -> dict[str, str]:
    name = f"Kopa-talak-link-check/1.0 (+{settings.HUB_ADDRESS})"
    return {"User-Agent": name, "Accept": "*/*", "Connection": "close"}


class _Connection(http.client.HTTPConnection):
    """Connects to the addresses that were looked up, whatever the name means a moment later."""

    def __init__(self, target: Target, seconds: float):
        super().__init__(target.host, target.port, timeout=seconds)
        self.target = target
        self.default_port = 443 if target.scheme == "https" else 80

    def connect(self):
        for place, address in enumerate(self.target.addresses[:2], start=1):
            try:
                self.sock = socket.create_connection((address, self.port), self.timeout / 2)
                break
            except OSError:
                if place == min(2, len(self.target.addresses)):
                    raise
        if self.target.scheme == "https":
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(self.sock, server_hostname=self.host)

    def cut_off(self):
        sock = self.sock
        if sock is not None:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)


# --- keeping ----------------------------------------------------------------------------------


def check_due(now=None) -> int:
    """Look at the links to other sites whose turn it is; returns how many were looked at.

    One after the other, each site once a run; each link once a week, and after a first failure
    again on another day. Where nobody at all answers, the hub's own line is at fault, not the links.
    """
    now = now or timezone.now()
    until, asked, unreached = time.monotonic() + RUN_SECONDS, set(), []
    for url in list(_due(now)[: MOST_A_RUN * 10]):
        site = url.split("/", 3)[2].casefold() if url.count("/") > 1 else url
        if site in asked:
            continue
        if len(asked) >= MOST_A_RUN or time.monotonic() >= until:
            break
        asked.add(site)
        reason = look_at(url)
        if reason in UNREACHED:
            unreached.append((url, reason))
        else:
            note(url, reason, now)
    is_online = bool(unreached) and _somebody_answers(now)
    for url, reason in unreached:
        if is_online:
            note(url, reason, now)
        else:
            # Nothing is known of it; in an hour it is due again.
            later = now - CHECK_EVERY + AN_HOUR
            LinkCheck.objects.filter(url=url, is_external=True).update(checked_at=later)
    return len(asked)


def _somebody_answers(now) -> bool:
    """Whether any site was reached within a day: without, the hub itself may have no network."""
    rows = LinkCheck.objects.filter(is_external=True, checked_at__gt=now - A_DAY)
    nobody_asked = (LinkReason.PRIVATE, LinkReason.BAD_ADDRESS)
    return rows.exclude(reason__in=[*UNREACHED, *nobody_asked]).exists()


def _due(now):
    """Addresses, those first that were never looked at or longest not."""
    again = Q(first_failed_on__lt=timezone.localdate(now), is_broken=False)
    rows = LinkCheck.objects.filter(is_external=True).filter(
        Q(checked_at=None) | Q(checked_at__lt=now - CHECK_EVERY) | again
    )
    rows = rows.order_by().values("url").annotate(at=Min("checked_at"))
    return rows.order_by(F("at").asc(nulls_first=True), "url").values_list("url", flat=True)


def note(url: str, reason: str, now) -> None:
    """Keep what was found out about `url`, wherever it stands."""
    rows = LinkCheck.objects.filter(url=url, is_external=True)
    if not reason:
        rows.update(reason="", first_failed_on=None, is_broken=False, checked_at=now)
        return
    today = timezone.localdate(now)
    first = rows.aggregate(first=Min("first_failed_on"))["first"] or today
    # A site may be away for an hour; an address that can never work need not be tried twice.
    never = reason in (LinkReason.BAD_ADDRESS, LinkReason.PRIVATE)
    rows.update(
        reason=reason, first_failed_on=first, is_broken=never or first < today, checked_at=now
    )
