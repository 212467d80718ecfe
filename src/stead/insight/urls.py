"""Addresses of lists, the branch page and the ledger."""

from django.urls import path

from stead.insight import audit_views, branch_views, clause_actions, list_views

urlpatterns = [
    path("customers/", list_views.customer_list, name="customers"),
    path("customers.csv", list_views.customer_csv, name="customers_csv"),
    path("views/", list_views.view_save, name="customers_view_save"),
    path("views/<int:view_id>/remove/", list_views.view_remove, name="customers_view_remove"),
    path("branch/", branch_views.branch, name="branch"),
    path("branch/reassign/", branch_views.branch_reassign, name="branch_reassign"),
    path("actions/", clause_actions.clause_actions, name="clause_actions"),
    path("audit/", audit_views.audit, name="audit"),
    path("audit/verify/", audit_views.audit_verify, name="audit_verify"),
]
