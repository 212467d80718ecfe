"""Numbers on Chinese pages."""

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils import translation


def test_counts_are_grouped_by_three_in_both_languages() -> None:
    for language in ("zh-hans", "en"):
        with translation.override(language):
            assert intcomma(250_801) == "250,801"
