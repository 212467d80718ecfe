"""What every whole page shows around its content: navigation, the day, last night, the user."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from stead.access.models import User
from stead.access.queries import sees_customers
from stead.extracts.shown_night import night_of
from stead.web.navigation import address, items_for


def page(request: HttpRequest) -> dict[str, Any]:
    """Names that every template may use: night, work_date, book_currency, navigation, search_address."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {"today": timezone.localdate()}
    night = night_of(request)
    return {
        "night": night,
        "today": night.work_date if night else timezone.localdate(),
        "work_date": night.work_date if night else None,
        "book_currency": night.book_currency if night else "",
        "navigation": items_for(user.role, request.path),
        "search_address": address("search") if sees_customers(user) else "",
        "handbook_address": address("handbook_find"),
    }
