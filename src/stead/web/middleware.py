"""What holds for every request: the user's language, ended sessions, partial pages."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import SESSION_KEY, logout
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.cache import patch_vary_headers

from stead.access.models import User
from stead.extracts.shown_night import NIGHT_TRIES, is_shown_still, night_of, overtaken, read_anew

GetResponse = Callable[[HttpRequest], HttpResponse]
# All that a one-time password opens.
OPEN_WITH_ONE_TIME_PASSWORD = ("password", "logout", "language")


class NulMiddleware:
    """Text with a NUL in it comes from no field of ours, and PostgreSQL cannot hold it: a bad request."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Refuse with 400 what would end as an error of the database."""
        sent = (
            value for form in (request.GET, request.POST) for _, values in form.lists() for value in values
        )
        if "\0" in request.path or any("\0" in value for value in sent):
            raise BadRequest("there is a NUL in what was sent")
        return self.get_response(request)


class UserMiddleware:
    """The user's own language; the end of a disabled user's session; an own password before anything else."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request as this user may see it."""
        user = request.user
        if not isinstance(user, User):
            # The session still names somebody, but that user is disabled, deleted or has a new password.
            if SESSION_KEY in request.session:
                logout(request)
            return self.get_response(request)
        if user.language:
            # Where the user chose none, Django has taken the browser's already.
            translation.activate(user.language)
            request.LANGUAGE_CODE = user.language
        allowed = {reverse(name) for name in OPEN_WITH_ONE_TIME_PASSWORD}
        if user.password_is_one_time and request.path not in allowed and not _is_static(request):
            return redirect("password")
        response = self.get_response(request)
        # What a user saw of customers stays neither in the browser's cache nor in one on the way.
        response.headers.setdefault("Cache-Control", "no-store, private")
        return response


class PartialPageMiddleware:
    """Parts of pages: one that asked after the session ended sends the whole page to the door."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Turn a redirect to the login page into one that htmx follows with the whole page."""
        response = self.get_response(request)
        to_login = response.get("Location", "").split("?")[0] == reverse(settings.LOGIN_URL)
        if request.headers.get("HX-Request") == "true" and response.status_code == 302 and to_login:
            moved = HttpResponse(status=204)
            moved["HX-Redirect"] = reverse(settings.LOGIN_URL)
            return moved
        # The same address gives a whole page or a part of one; caches must know.
        patch_vary_headers(response, ["HX-Request"])
        return response


class OneNightMiddleware:
    """Pages of one night: one that a publication overtook between two of its queries is made once more.

    A snapshot would not do: the publication puts new tables in the place of those that pages read, and a
    transaction finds the new table under the old name, with rows that its snapshot is too old to see.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with a page for which the night at its end is the one at its beginning."""
        for _ in range(NIGHT_TRIES):
            if request.method in {"GET", "HEAD"} and request.user.is_authenticated:
                # Read before anything else of the night is, whether the page asks for it or not.
                night_of(request)
            response = self.get_response(request)
            # What changes something or is written as it is sent cannot be made again.
            if request.method not in {"GET", "HEAD"} or response.streaming or is_shown_still(request):
                return response
            read_anew(request)
        return overtaken()


def _is_static(request: HttpRequest) -> bool:
    """Whether the request is for a file that belongs to every page."""
    return request.path.startswith(settings.STATIC_URL)
