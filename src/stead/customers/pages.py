"""What the golden record's own occasions and values are called on pages."""

from django.utils.translation import gettext_lazy as _

from stead.practice.pages import KindWords, Pages

PAGES = Pages(
    name="customers",
    kinds={
        "maturity": KindWords(_("Maturity")),
        "large_inflow": KindWords(_("Large inflow")),
        "birthday": KindWords(_("Birthday")),
        "anniversary": KindWords(_("Anniversary")),
        "new_customer_welcome": KindWords(_("Welcome of a new customer")),
    },
    values={
        "assets_average": _("Average assets, month"),
        "assets_now": _("Assets now"),
        "assets_peak_12m": _("Peak of 12 months"),
        "contribution_12m": _("Contribution, 12 months"),
        "assets_change_30d_ratio": _("Change of assets, 30 days"),
        "assets_change_90d_ratio": _("Change of assets, 90 days"),
        "assets_change_30d": _("Change of assets, 30 days"),
        "assets_change_90d": _("Change of assets, 90 days"),
        "outflow_largest_30d": _("Largest single outflow, 30 days"),
        "outflow_largest_own_30d": _("Largest transfer to own account elsewhere"),
        "outflow_largest_own_30d_ratio": _("Largest transfer to own account elsewhere, of assets"),
        "maturity_past_7d_unreinvested": _("Matured and not invested again, 7 days"),
        "own_transaction_days": _("Days since own transaction"),
        "age": _("Age"),
        "yearly_income": _("Yearly income"),
        "income": _("Yearly income"),
        "occupation": _("Occupation"),
        "tenure_months": _("Months with us"),
        "products_held": _("Products held"),
    },
)
