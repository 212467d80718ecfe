"""Tiers and life stages on pages: words."""

from django.utils.translation import gettext_lazy as _

from stead.practice.pages import KindWords, Pages
from stead.segmentation.models import Stage, Tier

TIERS = dict(Tier.choices)
PAGES = Pages(
    name="segmentation",
    kinds={"tier_watch": KindWords(_("Tier under watch"))},
    decisions={
        "2.2/tier": _("Earned tier"),
        "2.2/movement": _("Move between tiers"),
        "2.2/potential": _("Potential"),
        "2.2/stage": _("Life stage"),
    },
    values={
        "potential": _("Potential"),
        "comparison": _("Earned against held"),
        "months_below": _("Months below"),
        "move": _("Move"),
        "tier": _("Tier"),
        "stage": _("Life stage"),
    },
    choices={"tier": TIERS, "tier_earned": TIERS, "stage": dict(Stage.choices)},
)
