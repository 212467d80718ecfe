"""Addresses of drafts and editions."""

from django.urls import path

from stead.office import draft_compare_views, draft_edit_views, draft_views

urlpatterns = [
    path("handbook/versions/", draft_views.versions, name="versions"),
    path("handbook/versions/<str:version>/", draft_views.version, name="version"),
    path("handbook/versions/<str:version>.zip", draft_views.version_zip, name="version_zip"),
    path("handbook/compare/", draft_compare_views.compare_chosen, name="compare_chosen"),
    path("handbook/compare/<str:old>/<str:new>/", draft_compare_views.differences, name="differences"),
    path("handbook/drafts/new/", draft_views.drafts_new, name="drafts_new"),
    path("handbook/drafts/import/", draft_views.draft_import, name="draft_import"),
    path("handbook/drafts/<int:draft_id>/", draft_views.draft, name="draft"),
    path("handbook/drafts/<int:draft_id>/handbook.zip", draft_views.draft_zip, name="draft_zip"),
    path("handbook/drafts/<int:draft_id>/upload/", draft_edit_views.draft_upload, name="draft_upload"),
    path("handbook/drafts/<int:draft_id>/submit/", draft_views.draft_submit, name="draft_submit"),
    path("handbook/drafts/<int:draft_id>/return/", draft_views.draft_return, name="draft_return"),
    path("handbook/drafts/<int:draft_id>/approve/", draft_views.draft_approve, name="draft_approve"),
    path("handbook/drafts/<int:draft_id>/withdraw/", draft_views.draft_withdraw, name="draft_withdraw"),
    path("handbook/drafts/<int:draft_id>/merge/", draft_compare_views.draft_merge, name="draft_merge"),
    path("handbook/drafts/<int:draft_id>/edit/<path:path>", draft_edit_views.draft_table, name="draft_table"),
    path("handbook/drafts/<int:draft_id>/save/<path:path>", draft_edit_views.draft_save, name="draft_save"),
    path(
        "handbook/drafts/<int:draft_id>/check/<path:path>",
        draft_edit_views.draft_check_file,
        name="draft_check",
    ),
    path(
        "handbook/drafts/<int:draft_id>/remove/<path:path>",
        draft_edit_views.draft_file_remove,
        name="draft_file_remove",
    ),
]
