"""What a policy officer may ask for."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from stead.handbook.content.book import Handbook, HandbookError
from stead.handbook.content.error_words import said
from stead.handbook.models import Draft, Version
from stead.simulation import queries
from stead.simulation.actions import Asked
from stead.simulation.replay.periods import PeriodError, period

IN_FORCE = ""
NIGHTS_PROPOSED = 13  # a year of month-ends and the newest night


class SimulationForm(forms.Form):
    """A content, a period, and what it is compared with. `asked` is what may be queued."""

    draft = forms.ChoiceField(label=gettext_lazy("Handbook"))
    first = forms.ChoiceField(label=gettext_lazy("From the night of"))
    last = forms.ChoiceField(label=gettext_lazy("To the night of"))
    against = forms.ChoiceField(label=gettext_lazy("Compared with"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked: Asked | None = None
        ways, editions = queries.contents()
        days = [(day.isoformat(), day.isoformat()) for day in reversed(queries.days())]
        self.fields["draft"].choices = [  # type: ignore[attr-defined]
            (str(one.pk), one.name) for one in (*ways, *editions)
        ]
        self.fields["against"].choices = [  # type: ignore[attr-defined]
            (IN_FORCE, _("on each night the version in force")),
            *((str(one.version_id), one.name) for one in editions),
        ]
        for name in ("first", "last"):
            self.fields[name].choices = days  # type: ignore[attr-defined]
        if days:
            self.fields["first"].initial = days[min(NIGHTS_PROPOSED, len(days)) - 1][0]
            self.fields["last"].initial = days[0][0]
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-select"

    def clean(self) -> dict[str, Any]:
        """A period that can be replayed, and a content that can be applied."""
        told = super().clean() or {}
        if self.errors:
            return told
        first, last = date.fromisoformat(told["first"]), date.fromisoformat(told["last"])
        draft = Draft.objects.get(pk=told["draft"])
        is_fixed = draft.state != Draft.State.DRAFT
        files = draft.version.files if is_fixed and draft.version else draft.files
        try:
            found = period(queries.lake(), first, last)
            Handbook(files).check()
        except HandbookError as error:
            raise forms.ValidationError(said(error)) from None
        except PeriodError as error:
            raise forms.ValidationError(str(error)) from None
        against = Version.objects.filter(pk=told["against"]).first() if told["against"] else None
        content = draft.version if is_fixed and draft.version else files
        self.asked = Asked(content, draft.name, found, first, last, queries.lake(), draft, against)
        return told
