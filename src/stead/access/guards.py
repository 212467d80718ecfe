"""Guards of views. What a user may not see does not exist: 404, so that nothing is given away."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import Http404, HttpRequest, HttpResponseBase

from stead.access.models import Role, User
from stead.access.queries import has_role

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def for_roles(*roles: Role) -> Callable[[View[P]], View[P]]:
    """Let only these roles in; the page is 404 for every other."""

    def guard(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not has_role(request.user, *roles):
                raise Http404
            return view(request, *args, **kwargs)

        return guarded

    return guard


def user_of(request: HttpRequest) -> User:
    """The user of a request that a guard has let in. Raises Http404 for anybody else."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user
