"""The database itself refuses what would falsify the handbook's history."""

from django.db import migrations

# A version keeps its content; an edition that was approved stays as it was, except that one which does not
# hold yet may be withdrawn; steps are only added; and no editor is the approver.
INSTALL = r"""
CREATE FUNCTION handbook_refuse() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    RAISE EXCEPTION 'the handbook keeps its history: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $body$;

CREATE TRIGGER handbook_version_kept BEFORE UPDATE ON handbook_version FOR EACH ROW
    WHEN (NEW.version IS DISTINCT FROM OLD.version OR NEW.files IS DISTINCT FROM OLD.files)
    EXECUTE FUNCTION handbook_refuse();
CREATE TRIGGER handbook_steps_kept BEFORE UPDATE OR DELETE ON handbook_step
    FOR EACH ROW EXECUTE FUNCTION handbook_refuse();
CREATE TRIGGER handbook_drafts_kept BEFORE DELETE ON handbook_draft
    FOR EACH ROW EXECUTE FUNCTION handbook_refuse();
CREATE TRIGGER handbook_ended_drafts_kept BEFORE UPDATE ON handbook_draft FOR EACH ROW
    WHEN (OLD.state = 'withdrawn' OR (OLD.state = 'approved' AND NOT (
        NEW.state = 'withdrawn' AND OLD.base_id IS NOT NULL
        AND (NEW.version_id, NEW.base_id, NEW.effective_from, NEW.submitted_by, NEW.approved_by)
            IS NOT DISTINCT FROM (OLD.version_id, OLD.base_id, OLD.effective_from, OLD.submitted_by, OLD.approved_by)
    )))
    EXECUTE FUNCTION handbook_refuse();

ALTER TABLE handbook_draft ADD CONSTRAINT no_editor_approves
    CHECK (base_id IS NULL OR approved_by = '' OR NOT editors ? approved_by);
"""
REMOVE = """
ALTER TABLE handbook_draft DROP CONSTRAINT no_editor_approves;
DROP TRIGGER handbook_version_kept ON handbook_version;
DROP TRIGGER handbook_steps_kept ON handbook_step;
DROP TRIGGER handbook_drafts_kept ON handbook_draft;
DROP TRIGGER handbook_ended_drafts_kept ON handbook_draft;
DROP FUNCTION handbook_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("handbook", "0002_drafts")]

    operations = [migrations.RunSQL(INSTALL, REMOVE)]
