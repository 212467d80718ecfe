"""From which address a request comes, also behind the bank's own proxies."""

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """The address of the browser.

    Each proxy writes the address that it was asked from at the end of X-Forwarded-For. With
    STEAD_PROXIES proxies of the bank's own in front, the browser's is that many from the end; whatever
    stands before it came with the request and proves nothing. Without proxies the header is not read.
    """
    direct = str(request.META.get("REMOTE_ADDR", ""))
    proxies: int = settings.TRUSTED_PROXIES
    told = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    return told[-proxies] if 0 < proxies <= len(told) else direct
