"""Two contents side by side, cell by cell; and a draft merged with what changed under it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from stead.access.guards import for_roles, user_of
from stead.access.models import Role
from stead.handbook import actions, editions
from stead.handbook.content.differences import OURS, THEIRS, compare
from stead.office import draft_pages


@require_safe
@for_roles(Role.POLICY_OFFICER, Role.AUDITOR)
def differences(request: HttpRequest, old: str, new: str) -> HttpResponse:
    """What differs between two versions or drafts, for reading and for print."""
    user = user_of(request)
    before, after = draft_pages.content_of(user, old), draft_pages.content_of(user, new)
    comparison = compare(before.files, after.files)
    context = {
        "before": before,
        "after": after,
        "comparison": comparison,
        "counts": comparison.counts,
        "choices": draft_pages.references(user),
    }
    return render(request, "office/draft_compare.html", context)


@require_safe
@for_roles(Role.POLICY_OFFICER, Role.AUDITOR)
def compare_chosen(request: HttpRequest) -> HttpResponse:
    """The comparison that the form on its page asks for."""
    return redirect("differences", old=request.GET.get("old") or "-", new=request.GET.get("new") or "-")


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.POLICY_OFFICER)
def draft_merge(request: HttpRequest, draft_id: int) -> HttpResponse:
    """What changed under a draft, and each cell that both changed, with a choice."""
    draft = draft_pages.draft_of(request, draft_id)
    head = editions.head()
    if head is None or draft.base is None or not draft_pages.must_merge(draft):
        return redirect("draft", draft_id=draft.pk)
    base, choices, status, error = draft.base, {}, 200, ""
    if request.method == "POST":
        choices = {key: value for key, value in request.POST.items() if value in {OURS, THEIRS}}
        try:
            actions.merge(by=user_of(request), draft=draft, choices=choices)
        except actions.RefusedError as refused:
            status, error = 422, str(refused)
        else:
            messages.success(request, gettext("Merged. Look at what it changes now, then submit it."))
            return redirect("draft", draft_id=draft.pk)
    context = {
        "draft": draft,
        "base_name": draft_pages.edition_name(base),
        "head_name": draft_pages.edition_name(head),
        "theirs": compare(base.files, head.files),
        "conflicts": editions.merge_of(draft)[0].conflicts,
        "choices": choices,
        "error": error,
    }
    return render(request, "office/draft_merge.html", context, status=status)
