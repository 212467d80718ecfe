"""How pages say that somebody left or died, and since when."""

from datetime import date

from django.utils.translation import gettext as _

from stead.core.formats import day_short
from stead.customers.models import Ended


def said_ended(ended: str, ended_on: date | None, language: str, today: date | None) -> str:
    """Left since 3 Mar 2026; nothing for a customer."""
    if not ended:
        return ""
    if ended_on is None:
        return str(Ended(ended).label)
    said = _("Deceased, %(day)s") if ended == Ended.DECEASED else _("Left on %(day)s")
    return said % {"day": day_short(ended_on, language, today)}
