"""Editing the files of a draft: the table editor, rows of figures, texts; the check beside it; saving."""

import json
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from stead.access.guards import for_roles, user_of
from stead.access.models import Role
from stead.core.policy import shows_bpmn_io_mark
from stead.dmn import DmnError
from stead.extracts.shown_night import night_of
from stead.handbook import actions, draft_check
from stead.handbook.content.book import FILE_BYTES_MAX
from stead.handbook.content.csv_rows import Rows
from stead.handbook.content.differences import dmn_form
from stead.handbook.content.editor_xml import editor_id, for_editor, from_editor
from stead.handbook.content.error_words import said
from stead.handbook.models import Draft
from stead.office import draft_pages
from stead.office.editor_words import words

TEMPLATES = {
    "dmn": "office/draft_table.html",
    "csv": "office/draft_rows.html",
    "toml": "office/draft_text.html",
    "md": "office/draft_text.html",
    "bpmn": "office/draft_figure.html",
}


class SentError(ValueError):
    """What was sent makes no file; the message says to the user why."""


@require_safe
@for_roles(Role.POLICY_OFFICER)
@shows_bpmn_io_mark
def draft_table(request: HttpRequest, draft_id: int, path: str) -> HttpResponseBase:
    """A file of a draft in its editor. Who may not change it (any more) is sent to the draft."""
    draft = draft_pages.draft_of(request, draft_id)
    text = draft_pages.file_of(draft, path)
    if not draft_pages.rights(draft, user_of(request)).edit:
        return redirect("draft", draft_id=draft.pk)
    kind = path.rpartition(".")[2]
    config = {
        "kind": kind,
        "revision": draft.revision,
        "seen": draft_pages.seen(text),
        "words": words(),
        "problems": _problems(draft, path, text),
    }
    context: dict[str, Any] = {
        "draft": draft,
        "path": path,
        "clause": path.rpartition("/")[0],
        "name": path.rpartition("/")[2],
        "groups": draft_pages.groups(draft),
        "config": config,
        **_content(kind, text, config),
    }
    return render(request, TEMPLATES[kind], context)


def _content(kind: str, text: str, config: dict[str, Any]) -> dict[str, Any]:
    """What the template of this kind shows; the table editor gets its translation in the settings."""
    if kind == "dmn":
        try:
            config["xml"] = for_editor(text)
        except DmnError as error:
            return {"unreadable": said(error), "text": text}
        return {}
    if kind == "csv":
        try:
            return {"rows": Rows.read(text)}
        except ValueError as error:
            return {"unreadable": str(error), "text": text}
    return {"text": text, "lines": min(max(text.count("\n") + 3, 12), 40)}


def _problems(draft: Draft, path: str, text: str) -> list[dict[str, Any]]:
    """The findings of one file for the editor; those that the base has as well are told apart."""
    base = draft.base.files if draft.base else {}
    known = {one.same for one in _found(base, path, base[path], base)} if path in base else set()
    return [one.as_json(is_known=one.same in known) for one in _found(draft.files, path, text, base)]


def _found(
    files: Mapping[str, str], path: str, text: str, base: Mapping[str, str]
) -> list[draft_check.Problem]:
    if path.endswith(".md"):
        return draft_check.prose_problems({**files, path: text}, path)
    return draft_check.problems_of(path, text, draft_check.inputs_of(base) if base else None)


def _sent(request: HttpRequest, draft: Draft, path: str) -> str:
    """The file that an editor sent. Raises SentError."""
    original = draft_pages.file_of(draft, path)
    if "xml" in request.POST:
        return _sent_table(request, original)
    if "rows" in request.POST:
        return _sent_rows(request, original)
    if "text" not in request.POST:
        raise SentError(gettext("Nothing was sent."))
    text = request.POST["text"].replace("\r\n", "\n")
    return text.replace("\n", "\r\n") if "\r\n" in original else text


def _sent_table(request: HttpRequest, original: str) -> str:
    try:
        # The editor keeps its own ids for new rows; it sends back what it was told about how they are stored.
        ids = json.loads(request.POST.get("ids", "{}"))
        given = {str(key): str(value) for key, value in ids.items()} if isinstance(ids, dict) else {}
        return from_editor(original, request.POST["xml"], given)
    except DmnError as error:
        raise SentError(said(error)) from None
    except ValueError as error:
        raise SentError(str(error)) from None


def _sent_rows(request: HttpRequest, original: str) -> str:
    """Rows as a list of lists of texts; rows without any text are left out."""
    try:
        columns = Rows.read(original).columns
        sent = json.loads(request.POST["rows"])
        lines = [tuple(str(cell) for cell in line) for line in sent]
    except (TypeError, ValueError) as error:
        raise SentError(str(error)) from None
    if any(len(line) != len(columns) for line in lines):
        raise SentError(gettext("Some cells are missing; load the page again."))
    return Rows(columns, tuple(line for line in lines if any(line))).written(original)


@require_POST
@for_roles(Role.POLICY_OFFICER)
def draft_check_file(request: HttpRequest, draft_id: int, path: str) -> HttpResponse:
    """What the check says about a file as it stands in the editor; nothing is stored."""
    draft = draft_pages.draft_of(request, draft_id)
    try:
        text = _sent(request, draft, path)
    except SentError as error:
        return JsonResponse({"message": str(error)}, status=422)
    answer: dict[str, Any] = {"problems": _problems(draft, path, text)}
    if path.endswith(".md"):
        answer["preview"] = draft_pages.preview(draft, path, text, night_of(request))
    return JsonResponse(answer)


@require_POST
@for_roles(Role.POLICY_OFFICER)
def draft_save(request: HttpRequest, draft_id: int, path: str) -> HttpResponse:
    """Store a file. 409 when somebody else changed the same file meanwhile."""
    draft = draft_pages.draft_of(request, draft_id)
    try:
        text = _sent(request, draft, path)
        saved = _save(request, draft, path, text)
    except actions.StaleError:
        return JsonResponse(_stale(draft, path), status=409)
    except (SentError, actions.RefusedError) as error:
        return JsonResponse({"message": str(error)}, status=422)
    stored = saved.files[path]
    given = _given(text, stored) if path.endswith(".dmn") else {}
    return JsonResponse(
        {
            "revision": saved.revision,
            "seen": draft_pages.seen(stored),
            "at": timezone.localtime(saved.changed_at).strftime("%H:%M"),
            "ids": given,
            "marks": {editor_id(new): old for old, new in given.items()},
            "problems": _problems(saved, path, stored),
        }
    )


def _save(request: HttpRequest, draft: Draft, path: str, text: str) -> Draft:
    """Save; when only other files were changed meanwhile there is nothing to be undone, so try again."""
    if not request.POST.get("revision", "").isdecimal():
        raise SentError(gettext("Nothing was sent."))
    by, revision = user_of(request), int(request.POST["revision"])
    try:
        return actions.save_file(by=by, draft=draft, path=path, text=text, revision=revision)
    except actions.StaleError:
        now = Draft.objects.get(pk=draft.pk)
        if draft_pages.seen(now.files.get(path, "")) != request.POST.get("seen"):
            raise
        return actions.save_file(by=by, draft=now, path=path, text=text, revision=now.revision)


def _stale(draft: Draft, path: str) -> dict[str, Any]:
    """Who changed the file, for the editor that came second."""
    now = Draft.objects.get(pk=draft.pk)
    steps = now.steps.order_by("-id")
    step = next((one for one in steps if one.detail.get("path") == path), steps[0])
    who = draft_pages.people(now).get(step.by, step.by)
    at = timezone.localtime(step.at).strftime("%H:%M")
    said = gettext("%(who)s saved this file at %(at)s. Your own change is not saved.")
    return {"message": said % {"who": who, "at": at}, "stale": True}


def _given(sent: str, stored: str) -> dict[str, str]:
    """The ids under which new rules were stored, by the ids that the editor gave them."""
    try:
        grids = [one.grids for one in dmn_form.read([sent, stored])]
    except ValueError:
        return {}
    pairs = [
        (old, new)
        for name in grids[0]
        if name in grids[1]
        for old, new in zip(grids[0][name].rows, grids[1][name].rows, strict=False)
    ]
    return {old: new for old, new in pairs if old != new}


@require_POST
@for_roles(Role.POLICY_OFFICER)
def draft_upload(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Add a file to a draft or replace one by an upload; `path` says which."""
    draft = draft_pages.draft_of(request, draft_id)
    try:
        text, name = uploaded_text(request)
        path = request.POST.get("path", "").strip() or name
        actions.save_file(
            by=user_of(request),
            draft=draft,
            path=path,
            text=text,
            revision=draft_pages.seen_revision(request),
        )
    except (SentError, actions.RefusedError) as error:
        messages.error(request, str(error))
    return redirect("draft", draft_id=draft.pk)


def uploaded_text(request: HttpRequest) -> tuple[str, str]:
    """The uploaded file as text, and its name. Raises SentError."""
    sent = request.FILES.get("file")
    if sent is None or (sent.size or 0) > FILE_BYTES_MAX:
        raise SentError(gettext("Choose a file of at most 1 MB."))
    try:
        return sent.read().decode("utf-8"), sent.name or ""
    except UnicodeDecodeError:
        raise SentError(gettext("The file is not UTF-8; save it as UTF-8.")) from None


@require_POST
@for_roles(Role.POLICY_OFFICER)
def draft_file_remove(request: HttpRequest, draft_id: int, path: str) -> HttpResponse:
    """Take a file out of a draft."""
    draft = draft_pages.draft_of(request, draft_id)
    try:
        actions.remove_file(
            by=user_of(request), draft=draft, path=path, revision=draft_pages.seen_revision(request)
        )
    except actions.RefusedError as error:
        messages.error(request, str(error))
    return redirect("draft", draft_id=draft.pk)
