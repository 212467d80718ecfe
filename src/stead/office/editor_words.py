"""The words of the table editor in the browser, which asks for them by their English."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

_WORDS = (
    _("Add input"), _("Add output"), _("Add rule"), _("Add rule above"), _("Add rule below"),
    _("Add input column left"), _("Add input column right"), _("Add output column left"),
    _("Add output column right"), _("Remove rule"), _("Remove input column"), _("Remove output column"),
    _("Copy rule"), _("Cut rule"), _("Paste rule above"), _("Paste rule below"), _("Copy input column"),
    _("Cut input column"), _("Paste input column left"), _("Paste input column right"),
    _("Copy output column"), _("Cut output column"), _("Paste output column left"),
    _("Paste output column right"), _("Add cell description"), _("Remove cell description"),
    _("Annotation"), _("Annotations"), _("When"), _("And"), _("Then"), _("Input"), _("Output"), _("Edit"),
    _("Edit input"), _("Edit output"), _("Edit number"), _("Edit string"), _("Edit boolean"), _("Edit date"),
    _("Expression"), _("Enter expression"), _("Type"), _("Hit policy"), _("Hit policy:"), _("Input label"),
    _("Input expression"), _("Input type"), _("Output label"), _("Output name"), _("Output type"),
    _("Move rule"), _("Move Input"), _("Move Output"), _("Resize"), _("Predefined values"),
    _("Add predefined values"), _("Clear predefined values"), _("Add values"), _("No values"), _("Values"),
    _("Value"), _("Comparison"), _("Range"), _("Equals"), _("Less"), _("Greater"), _("Less or equals"),
    _("Greater or equals"), _("Include"), _("Exclude"), _("Exactly"), _("Before"), _("After"), _("Between"),
    _("Yes"), _("No"), _("Match one"), _("Match none"), _("Strings must be in double quotes"),
)  # fmt: skip
# What our own script says in the page.
_OURS = {
    "saved": _("Saved"),
    "unsaved": _("Not saved yet"),
    "saving": _("Saving …"),
    "lost": _("No answer from the server. Your change is kept on this page; it is sent again with the next."),
    "clean": _("The check finds nothing."),
    "nothing": _("Nothing new."),
    "known": _("Warnings that the base has as well: {n}"),
    "example": _("For example:"),
    "row": _("Row"),
    "remove": _("Remove row"),
    "leave": _("There are changes that are not saved."),
    "readonly": _("The table could not be shown. Upload it as a file instead."),
}


def words() -> dict[str, dict[str, str]]:
    """Both, in the language of the page: `editor` by English, `ours` by key."""
    with override("en"):
        english = [str(one) for one in _WORDS]
    return {
        "editor": dict(zip(english, map(str, _WORDS), strict=True)),
        "ours": {key: str(text) for key, text in _OURS.items()},
    }
