"""What the kinds of booking are called on pages."""

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
