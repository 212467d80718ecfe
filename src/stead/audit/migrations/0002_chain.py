"""The database itself chains the ledger's rows and refuses to change them."""

from django.db import migrations

# Row n's hash is SHA-256 over the previous hash and the row as a JSON array; numbers have no gaps. The lock
# makes writers wait for each other until the end of their transactions, so that the chain has one order.
INSTALL = r"""
CREATE FUNCTION audit_chain() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
    last record;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('stead audit chain'));
    SELECT id, hash INTO last FROM audit_entry ORDER BY id DESC LIMIT 1;
    NEW.id := coalesce(last.id, 0) + 1;
    NEW.at := clock_timestamp();
    NEW.previous_hash := coalesce(last.hash, repeat('0', 64));
    NEW.hash := encode(sha256(convert_to(NEW.previous_hash || jsonb_build_array(
        NEW.id, to_char(NEW.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), NEW.actor, NEW.verb,
        NEW.object_kind, NEW.object_id, NEW.detail)::text, 'UTF8')), 'hex');
    RETURN NEW;
END $body$;

CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    RAISE EXCEPTION 'the audit ledger is append-only: % is refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END $body$;

CREATE TRIGGER audit_chain BEFORE INSERT ON audit_entry FOR EACH ROW EXECUTE FUNCTION audit_chain();
CREATE TRIGGER audit_refuse BEFORE UPDATE OR DELETE ON audit_entry FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_refuse_truncate BEFORE TRUNCATE ON audit_entry FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
"""
REMOVE = """
DROP TRIGGER audit_chain ON audit_entry;
DROP TRIGGER audit_refuse ON audit_entry;
DROP TRIGGER audit_refuse_truncate ON audit_entry;
DROP FUNCTION audit_chain();
DROP FUNCTION audit_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [migrations.RunSQL(INSTALL, REMOVE)]
