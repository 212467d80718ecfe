"""Contacts on pages: what kinds of action, decisions and values are called."""

from django.utils.translation import gettext_lazy as _

from stead.engagement.models import Channel, MessageClass
from stead.practice.pages import KindWords, Pages

CHANNELS, CLASSES = dict(Channel.choices), dict(MessageClass.choices)
PAGES = Pages(
    name="engagement",
    kinds={
        "owed_contact": KindWords(_("Contact owed")),
        "festival": KindWords(_("Festival")),
    },
    decisions={
        "2.3/contact_owed": _("Contact owed"),
        "2.3/occasion": _("Occasion"),
        "2.3/limits": _("Limits of contact"),
    },
    values={
        "interval_days": _("Days between contacts"),
        "channel": _("Channel"),
        "class": _("Class"),
        "message_class": _("Class"),
        "minutes": _("Minutes"),
        "kind": _("Kind"),
    },
    choices={"channel": CHANNELS, "preferred": CHANNELS, "class": CLASSES, "message_class": CLASSES},
)
