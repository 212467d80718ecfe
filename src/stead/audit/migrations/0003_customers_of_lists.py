"""Entries that name customers in their particulars are found by each of them, such as lists that were seen."""

from django.db import migrations

INDEX = """
CREATE INDEX CONCURRENTLY IF NOT EXISTS audit_customers ON audit_entry USING gin ((detail -> 'customers') jsonb_path_ops)
"""


class Migration(migrations.Migration):
    # The ledger is the largest table that pages write to: they must not wait while its index is made.
    atomic = False
    dependencies = [("audit", "0002_chain")]

    operations = [migrations.RunSQL(INDEX, "DROP INDEX CONCURRENTLY IF EXISTS audit_customers")]
