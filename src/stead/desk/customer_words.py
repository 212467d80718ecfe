"""The words of the customer page for what the tables hold as codes."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from stead.engagement.kinds import KINDS

Words = Mapping[str, Promise]
Labels = Mapping[str, str | Promise]

FIELDS: Words = {
    "identity_masked": lazy("identity document"),
    "birth_date": lazy("date of birth"),
    "gender": lazy("gender"),
    "phone": lazy("phone"),
    "address": lazy("address"),
    "occupation": lazy("occupation"),
    "employer": lazy("employer"),
    "family_status": lazy("family status"),
    "education": lazy("education"),
    "yearly_income": lazy("yearly income"),
    "risk_grade": lazy("valid risk grade"),
    "marketing_consent": lazy("consent to marketing"),
    "wecom_id": lazy("WeCom"),
    "email": lazy("e-mail"),
}
GENDERS: Words = {"f": lazy("female"), "m": lazy("male")}
FAMILY: Words = {
    "single": lazy("single"),
    "married": lazy("married"),
    "divorced": lazy("divorced"),
    "widowed": lazy("widowed"),
}
EDUCATION: Words = {
    "primary": lazy("primary school"),
    "secondary": lazy("secondary school"),
    "bachelor": lazy("bachelor"),
    "master": lazy("master"),
    "doctor": lazy("doctor"),
}
CONSENT: Words = {
    "granted": lazy("granted"),
    "refused": lazy("refused: no marketing"),
    "unknown": lazy("unknown: no marketing"),
}
PRODUCT_KINDS: Words = {
    "demand": lazy("Demand deposits"),
    "time": lazy("Time deposits"),
    "wealth": lazy("Wealth products"),
    "fund": lazy("Funds"),
    "insurance": lazy("Insurance"),
    "metal": lazy("Precious metals"),
    "loan": lazy("Loans"),
    "card": lazy("Credit cards"),
}
HOLDER_ROLES: Words = {
    "owner": lazy("owner"),
    "joint": lazy("joint holder"),
    "authorised": lazy("authorised, owns nothing"),
}
RELATIONS: Words = {
    "spouse": lazy("spouse"),
    "child": lazy("child"),
    "parent": lazy("parent"),
    "joint_holder": lazy("joint holder"),
    "guarantor": lazy("guarantor"),
    "employer": lazy("employer"),
    "beneficial_owner": lazy("beneficial owner"),
}
TRANSACTIONS: Words = KINDS
TRANSACTION_CHANNELS: Words = {
    "branch": lazy("at a branch"),
    "mobile": lazy("mobile banking"),
    "online": lazy("online banking"),
    "phone": lazy("by phone"),
    "atm": lazy("at an ATM"),
    "terminal": lazy("at a terminal"),
    "system": lazy("by the system"),
    "other": lazy("other way"),
}
CHANNEL_ICONS = {
    "call": "phone",
    "visit": "users",
    "wecom": "brand-wechat",
    "sms": "device-mobile-message",
    "email": "mail",
}


def word(words: Words, code: str) -> str:
    """The word for a code; the code itself where this program does not know it yet."""
    return str(words.get(code, code))


def held_reason(reason: str, classes: Labels, channels: Labels) -> str:
    """Why a candidate lost, in words. reason: limit/<class or channel>/<days>, consent, no_channel, ..."""
    name, _slash, rest = reason.partition("/")
    if name == "limit":
        what, _slash, days = rest.partition("/")
        label = classes.get(what) or channels.get(what) or what
        number = int(days) if days.isdigit() else 0
        said = ngettext(
            "the limit of %(what)s in %(days)s day is used up",
            "the limit of %(what)s in %(days)s days is used up",
            number,
        )
        return said % {"what": label, "days": days}
    known = {
        "consent": _("no consent to marketing"),
        "age": _("the customer is under age"),
        "minor": _("the customer is under age"),
        "age_unknown": _("the age is unknown"),
        "refused": _("the customer refuses marketing"),
        "no_banker": _("the customer has no banker"),
        "rounds": _("too many actions for one day"),
        "no_channel": _("no address for this channel"),
        "capacity": _("the day was full"),
        "quiet": _("not allowed on this day"),
        "holiday": _("not allowed on this day"),
    }
    return known.get(name, reason)
