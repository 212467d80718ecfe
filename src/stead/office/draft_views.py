"""Drafts and editions: the list, starting and importing, a draft whole, and its way to approval."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from stead.access.guards import for_roles, user_of
from stead.access.models import Role
from stead.extracts.shown_night import night_of
from stead.handbook import actions, editions
from stead.handbook.content import archive
from stead.handbook.models import COMMAND_LINE, Draft, Step, Version
from stead.handbook.registry import finished_simulations
from stead.office import draft_pages

reads_drafts = for_roles(Role.POLICY_OFFICER, Role.AUDITOR)
writes_drafts = for_roles(Role.POLICY_OFFICER)
LEFT_OUT_SHOWN = 10  # hidden files that a message names


def _today(request: HttpRequest) -> date:
    """The desk's book date; before the first night the day from which the founding edition holds."""
    night = night_of(request)
    return night.book_date if night else date.today()  # noqa: DTZ011 - a day of the calendar, not a moment


@require_safe
@reads_drafts
def versions(request: HttpRequest) -> HttpResponse:
    """All drafts and editions: those on their way first, then what is in force, then what was."""
    today = _today(request)
    lines = draft_pages.edition_lines(list(editions.listed(request.user)), today)
    context = {
        "on_their_way": [one for one in lines if one["status"] in {"draft", "submitted", "approved"}],
        "in_force": [one for one in lines if one["status"] == "in force"],
        "past": [one for one in lines if one["status"] in {"superseded", "withdrawn"}],
        "proposed": draft_pages.proposed_name(today),
        "writes": user_of(request).role == Role.POLICY_OFFICER,
    }
    return render(request, "office/draft_list.html", context)


@require_safe
@reads_drafts
def version(request: HttpRequest, version: str) -> HttpResponse:
    """A stored version: the page of its edition, or its clauses where it never was one."""
    stored = get_object_or_404(Version, pk=version)
    draft = editions.visible_to(request.user).filter(version=stored).order_by("id").first()
    if draft is None:
        return redirect(f"{reverse('clauses')}?version={stored.pk}")
    return redirect("draft", draft_id=draft.pk)


@require_safe
@reads_drafts
def version_zip(_request: HttpRequest, version: str) -> HttpResponse:
    """A stored version as a zip, byte for byte what was imported."""
    stored = get_object_or_404(Version, pk=version)
    return _zip(stored.files, draft_pages.edition_name(stored))


@require_safe
@reads_drafts
def draft_zip(request: HttpRequest, draft_id: int) -> HttpResponse:
    """A draft as it is now as a zip."""
    draft = draft_pages.draft_of(request, draft_id)
    return _zip(draft.files, draft.name)


def _zip(files: dict[str, str], name: str) -> HttpResponse:
    response = HttpResponse(archive.to_zip(files), content_type="application/zip")
    kept = "".join(one if one.isalnum() or one in ".-_" else "-" for one in name)
    disposition = content_disposition_header(as_attachment=True, filename=f"handbook-{kept}.zip")
    response["Content-Disposition"] = disposition or "attachment"
    return response


@require_POST
@writes_drafts
def drafts_new(request: HttpRequest) -> HttpResponse:
    """Begin a draft; from the newest edition unless another is named."""
    base = Version.objects.filter(pk=request.POST.get("base", "")).first()
    try:
        draft = actions.start_draft(by=user_of(request), name=request.POST.get("name", ""), base=base)
    except actions.RefusedError as error:
        messages.error(request, str(error))
        return redirect("versions")
    return redirect("draft", draft_id=draft.pk)


@require_POST
@writes_drafts
def draft_import(request: HttpRequest) -> HttpResponse:
    """A draft whose content comes from a zip, such as one that the bank keeps in its own git."""
    sent = request.FILES.get("file")
    try:
        if sent is None or (sent.size or 0) > archive.ZIP_BYTES_MAX:
            most = {"most": archive.ZIP_BYTES_MAX // 1_000_000}
            messages.error(request, gettext("Choose a zip of at most %(most)s MB.") % most)
            return redirect("versions")
        content = archive.from_zip(sent.read())
        draft = actions.import_files(
            by=user_of(request),
            files=content.files,
            name=request.POST.get("name", ""),
            comment=request.POST.get("comment", ""),
        )
    except (archive.ArchiveError, actions.RefusedError) as error:
        messages.error(request, str(error))
        return redirect("versions")
    if content.left_out:
        said = gettext("Left out, as they are hidden: %(paths)s")
        messages.info(request, said % {"paths": ", ".join(content.left_out[:LEFT_OUT_SHOWN])})
    return redirect("draft", draft_id=draft.pk)


@require_safe
@reads_drafts
def draft(request: HttpRequest, draft_id: int) -> HttpResponse:
    """A draft whole: what it changes, what the check says, its simulation, its steps, what can be done."""
    return _draft_page(request, draft_pages.draft_of(request, draft_id))


def _draft_page(
    request: HttpRequest, found: Draft, sent: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    user, today = user_of(request), _today(request)
    rights = draft_pages.rights(found, user)
    base = found.base.files if found.base else None
    people = draft_pages.people(found)
    earliest = editions.earliest_start()
    steps = _steps(found, people)
    context = {
        "draft": found,
        "status": editions.status_of(found, today),
        "base_name": draft_pages.edition_name(found.base),
        "groups": draft_pages.groups(found),
        "comparison": draft_pages.changes(found) if found.base else None,
        "counts": draft_pages.counts(found) if found.base else None,
        "found": draft_pages.findings(found.files, base),
        "rights": rights,
        "must_merge": draft_pages.must_merge(found),
        "author": people.get(found.author, found.author),
        "submitter": people.get(found.submitted_by, ""),
        "approver": people.get(found.approved_by, ""),
        "reference": draft_pages.reference(found),
        "steps": steps,
        "imported": next((step["origin"] for step in steps if step["origin"]), None),
        "earliest": earliest,
        "earliest_text": earliest.isoformat(),
        "simulation_address": draft_pages.simulation_address(found),
        "simulations": finished_simulations.get()(draft_pages.version_of(found)) if rights.submit else [],
        "sent": sent or {},
    }
    return render(request, "office/draft.html", context, status=status)


def _steps(found: Draft, people: Mapping[str, str]) -> list[dict[str, Any]]:
    """The steps, newest first; edits of one person in a row are told as one, with their files."""
    lines: list[dict[str, Any]] = []
    for step in found.steps.order_by("id"):
        path = str(step.detail.get("path", ""))
        last = lines[-1] if lines else None
        if last and step.kind == Step.Kind.EDITED == last["kind"] and step.by == last["by"]:
            last["at"], last["paths"] = step.at, sorted({*last["paths"], path})
            continue
        lines.append({"kind": step.kind, "by": step.by, "who": people.get(step.by, step.by), "at": step.at,
                      "comment": step.comment, "paths": [path] if path else [],
                      "origin": step.detail if step.detail.get("via") == COMMAND_LINE else None})  # fmt: skip
    return lines[::-1]


@require_POST
@writes_drafts
def draft_submit(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Hand a draft over for approval, with a comment, the day from which it is to hold, and a simulation."""
    found = draft_pages.draft_of(request, draft_id)
    sent = {key: request.POST.get(key, "") for key in ("comment", "effective_from", "simulation")}
    try:
        day = date.fromisoformat(sent["effective_from"])
    except ValueError:
        sent["error"] = gettext("Choose the day from which it is to hold.")
        return _draft_page(request, found, sent, 422)
    offered = finished_simulations.get()(draft_pages.version_of(found))
    chosen = next((one for one in offered if one.id == sent["simulation"]), None)
    try:
        actions.submit(
            by=user_of(request), draft=found, comment=sent["comment"], effective_from=day,
            simulation=chosen.id if chosen else "", evidence=chosen.summary if chosen else None,
            revision=draft_pages.seen_revision(request),
        )  # fmt: skip
    except actions.RefusedError as error:
        sent["error"] = str(error)
        return _draft_page(request, draft_pages.draft_of(request, draft_id), sent, 422)
    messages.success(request, gettext("Submitted. Somebody else must approve it now."))
    return redirect("draft", draft_id=draft_id)


def _commented(request: HttpRequest, draft_id: int, action: Callable[..., Draft], said: str) -> HttpResponse:
    """Do what needs a comment and no more; a refusal is shown on the draft's page."""
    found = draft_pages.draft_of(request, draft_id)
    comment = request.POST.get("comment", "")
    try:
        action(by=user_of(request), draft=found, comment=comment)
    except actions.RefusedError as error:
        return _draft_page(
            request,
            draft_pages.draft_of(request, draft_id),
            {"error": str(error), "comment": comment},
            422,
        )
    messages.success(request, said)
    return redirect("draft", draft_id=draft_id)


@require_POST
@writes_drafts
def draft_approve(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Put a submission in force from its day."""
    approve = partial(actions.approve, revision=draft_pages.seen_revision(request))
    return _commented(request, draft_id, approve, gettext("Approved. It holds from its day on."))


@require_POST
@writes_drafts
def draft_return(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Give a submission back."""
    return _commented(request, draft_id, actions.give_back, gettext("Given back to be worked on."))


@require_POST
@writes_drafts
def draft_withdraw(request: HttpRequest, draft_id: int) -> HttpResponse:
    """End a draft."""
    return _commented(request, draft_id, actions.withdraw, gettext("Withdrawn. It stays in the list."))
