"""Entries that name customers in their particulars are found by each of them, such as lists that were seen."""

from django.db import migrations

INDEX = """
CREATE INDEX audit_customers ON audit_entry USING gin ((detail -> 'customers') jsonb_path_ops)
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_chain")]

    operations = [migrations.RunSQL(INDEX, "DROP INDEX audit_customers")]
