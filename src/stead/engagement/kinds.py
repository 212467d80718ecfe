"""What the kinds of action and of booking are called on pages."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

KINDS: dict[str, Promise] = {
    "salary": _("Salary"),
    "pension": _("Pension"),
    "cash_in": _("Cash paid in"),
    "cash_out": _("Cash taken out"),
    "transfer_in": _("Transfer in"),
    "transfer_out": _("Transfer out"),
    "card_payment": _("Card payment"),
    "standing_order": _("Standing order"),
    "insurance_premium": _("Insurance premium"),
    "interest": _("Interest"),
    "penalty_interest": _("Penalty interest"),
    "fee": _("Fee"),
    "loan_drawdown": _("Loan paid out"),
    "loan_payment": _("Loan payment"),
    "buy": _("Bought"),
    "sell": _("Sold"),
    "maturity": _("Matured"),
    "internal": _("Between own accounts"),
    "other": _("Booking"),
}
ACTIONS: dict[str, Promise] = {
    "warning_red": _("Red warning of leaving"),
    "warning_orange": _("Orange warning of leaving"),
    "warning_yellow": _("Yellow warning of leaving"),
    "owed_contact": _("Contact owed"),
    "new_customer_welcome": _("Welcome of a new customer"),
    "birthday": _("Birthday"),
    "maturity": _("Maturity"),
    "large_inflow": _("Large inflow"),
    "anniversary": _("Anniversary"),
    "festival": _("Festival"),
    "tier_watch": _("Tier under watch"),
}


def kind_name(kind: str) -> str:
    """The name of a kind of action; the code itself where this program does not know it yet."""
    return str(ACTIONS.get(kind, kind))
