"""Programme areas, accounts, sessions, the audit chain, stored answers, slips and their figures."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

STATES = (
    "'BLANK', 'ISSUED', 'ACKNOWLEDGED', 'ARRIVED', 'SERVED', 'DECLINED', "
    "'NO_SHOW', 'EXPIRED', 'FORWARDED', 'CANCELLED', 'WITHDRAWN', 'VOID'"
)
REASONS = (
    "'no_capacity', 'not_offered', 'not_eligible', 'papers_missing', 'closed', 'client_changed_mind', 'wrong_place'"
)

#: Step, state before ("-": none) and after: the drawing of ``referrals.rules.STEPS`` on the day of this migration.
WAYS = """
acknowledge ISSUED ACKNOWLEDGED
activate BLANK ARRIVED
answer_need SERVED SERVED
cancel ACKNOWLEDGED CANCELLED
cancel ISSUED CANCELLED
confirm_arrival ACKNOWLEDGED ARRIVED
confirm_arrival EXPIRED ARRIVED
confirm_arrival ISSUED ARRIVED
confirm_arrival NO_SHOW ARRIVED
decline ACKNOWLEDGED DECLINED
decline ARRIVED DECLINED
decline ISSUED DECLINED
expire ACKNOWLEDGED EXPIRED
expire ISSUED EXPIRED
forward ACKNOWLEDGED FORWARDED
forward ARRIVED FORWARDED
forward ISSUED FORWARDED
issue - ISSUED
issue BLANK ISSUED
lapse ARRIVED EXPIRED
mark_silent ACKNOWLEDGED ACKNOWLEDGED
mark_silent ISSUED ISSUED
mint - BLANK
no_show ACKNOWLEDGED NO_SHOW
record_service ARRIVED SERVED
undo ACKNOWLEDGED ISSUED
undo ARRIVED ACKNOWLEDGED
undo ARRIVED BLANK
undo ARRIVED EXPIRED
undo ARRIVED ISSUED
undo ARRIVED NO_SHOW
undo CANCELLED ACKNOWLEDGED
undo CANCELLED ISSUED
undo DECLINED ACKNOWLEDGED
undo DECLINED ARRIVED
undo DECLINED ISSUED
undo FORWARDED ACKNOWLEDGED
undo FORWARDED ARRIVED
undo FORWARDED ISSUED
undo NO_SHOW ACKNOWLEDGED
undo SERVED ARRIVED
undo VOID BLANK
undo VOID ISSUED
void BLANK VOID
void ISSUED VOID
withdraw_consent ACKNOWLEDGED WITHDRAWN
withdraw_consent ARRIVED WITHDRAWN
withdraw_consent CANCELLED WITHDRAWN
withdraw_consent DECLINED WITHDRAWN
withdraw_consent EXPIRED WITHDRAWN
withdraw_consent FORWARDED WITHDRAWN
withdraw_consent ISSUED WITHDRAWN
withdraw_consent NO_SHOW WITHDRAWN
withdraw_consent SERVED WITHDRAWN
"""
DRAWING = " OR ".join(
    f"(step = '{step}' AND coalesce(from_state, '') = '{before.strip('-')}' AND to_state = '{after}')"
    for step, before, after in (way.split() for way in WAYS.strip().splitlines())
)

#: When a row is refused, by name: the table, the moment, the condition.
REFUSED = {
    "slip_is_born_blank_or_issued": ("INSERT", "slip", "NEW.version <> 1 OR NEW.state NOT IN ('BLANK', 'ISSUED')"),
    "slip_moves_by_its_history": (
        "UPDATE",
        "slip",
        """(NEW.state <> OLD.state OR NEW.version <> OLD.version) AND NOT (NEW.version = OLD.version + 1 AND EXISTS (
        SELECT 1 FROM slip_event e WHERE e.slip_id = NEW.id AND e.seq = NEW.version
        AND e.from_state = OLD.state AND e.to_state = NEW.state))""",
    ),
    "history_follows_its_slip": (
        "INSERT",
        "slip_event",
        """NOT EXISTS (SELECT 1 FROM slip s WHERE s.id = NEW.slip_id AND (
        (NEW.seq = s.version + 1 AND NEW.from_state = s.state)
        OR (NEW.seq = 1 AND s.version = 1 AND NEW.from_state IS NULL AND NEW.to_state = s.state)))
        OR EXISTS (SELECT 1 FROM slip_event e WHERE e.slip_id = NEW.slip_id AND e.seq >= NEW.seq)""",
    ),
    "history_is_not_rewritten": ("UPDATE", "slip_event", "1 = 1"),
    "history_goes_with_its_slip": ("DELETE", "slip_event", "EXISTS (SELECT 1 FROM slip s WHERE s.id = OLD.slip_id)"),
    # SQLite's INSERT OR REPLACE takes a row away without asking the trigger of DELETE.
    "audit_is_appended": ("INSERT", "audit_entry", "EXISTS (SELECT 1 FROM audit_entry a WHERE a.seq >= NEW.seq)"),
    "audit_is_not_rewritten": ("UPDATE", "audit_entry", "1 = 1"),
    "audit_is_not_shortened": ("DELETE", "audit_entry", "1 = 1"),
}


def _refuse(name: str, moment: str, table: str, condition: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {moment} ON {table} WHEN {condition} "
            f"BEGIN SELECT RAISE(ABORT, '{name}'); END"
        )
        return
    row = "OLD" if moment == "DELETE" else "NEW"
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {condition} THEN "
        f"RAISE EXCEPTION '{name}' USING ERRCODE = 'check_violation'; END IF; RETURN {row}; END $$"
    )
    op.execute(f"CREATE TRIGGER {name} BEFORE {moment} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")


def _allow(name: str, table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"DROP TRIGGER {name}")
        return
    op.execute(f"DROP TRIGGER {name} ON {table}")
    op.execute(f"DROP FUNCTION {name}()")


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "area",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_area")),
        sa.UniqueConstraint("code", name=op.f("uq_area_code")),
        sa.UniqueConstraint("name", name=op.f("uq_area_name")),
    )
    op.create_table(
        "audit_entry",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("object_uuid", sa.Uuid(), nullable=True),
        sa.Column("previous_hash", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_entry")),
        sa.UniqueConstraint("hash", name=op.f("uq_audit_entry_hash")),
    )
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_entry_action"), ["action"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_entry_object_uuid"), ["object_uuid"], unique=False)

    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("seal", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_head_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "slowdown",
        sa.Column("bucket", sa.LargeBinary(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("bucket", name=op.f("pk_slowdown")),
    )
    op.create_table(
        "stored_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("form_key", sa.String(), nullable=False),
        sa.Column("body_hash", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("location", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_answer")),
        sa.UniqueConstraint("actor", "form_key", name=op.f("uq_stored_answer_actor_form_key")),
    )
    with op.batch_alter_table("stored_answer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_stored_answer_created_at"), ["created_at"], unique=False)

    op.create_table(
        "area_ward",
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("ward_key", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_area_ward_area_id_area"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["ward_key"], ["admin_unit.key"], name=op.f("fk_area_ward_ward_key_admin_unit")),
        sa.PrimaryKeyConstraint("area_id", "ward_key", name=op.f("pk_area_ward")),
    )
    with op.batch_alter_table("area_ward", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_area_ward_ward_key"), ["ward_key"], unique=False)

    op.create_table(
        "peer_group",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_peer_group_area_id_area")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_peer_group")),
        sa.UniqueConstraint("code", name=op.f("uq_peer_group_code")),
        sa.UniqueConstraint("name", name=op.f("uq_peer_group_name")),
        sa.UniqueConstraint("uuid", name=op.f("uq_peer_group_uuid")),
    )
    with op.batch_alter_table("peer_group", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_peer_group_area_id"), ["area_id"], unique=False)

    op.create_table(
        "person_key",
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_person_key_area_id_area")),
        sa.PrimaryKeyConstraint("area_id", "year", name=op.f("pk_person_key")),
    )
    op.create_table(
        "slip_book",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("minted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_slip_book_area_id_area")),
        sa.ForeignKeyConstraint(["group_id"], ["peer_group.id"], name=op.f("fk_slip_book_group_id_peer_group")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slip_book")),
        sa.UniqueConstraint("code", name=op.f("uq_slip_book_code")),
        sa.UniqueConstraint("uuid", name=op.f("uq_slip_book_uuid")),
    )
    with op.batch_alter_table("slip_book", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_slip_book_area_id"), ["area_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_slip_book_group_id"), ["group_id"], unique=False)

    op.create_table(
        "without_slip_count",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("day_on", sa.Date(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("category_slug", sa.String(), nullable=False),
        sa.Column("why", sa.String(10), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.CheckConstraint("why IN ('no_consent', 'under_18', 'coerced')", name=op.f("ck_without_slip_count_why")),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_without_slip_count_area_id_area")),
        sa.ForeignKeyConstraint(
            ["category_slug"], ["category.slug"], name=op.f("fk_without_slip_count_category_slug_category")
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["peer_group.id"], name=op.f("fk_without_slip_count_group_id_peer_group")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_without_slip_count")),
        sa.UniqueConstraint(
            "day_on",
            "group_id",
            "category_slug",
            "why",
            name=op.f("uq_without_slip_count_day_on_group_id_category_slug_why"),
        ),
    )
    with op.batch_alter_table("without_slip_count", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_without_slip_count_area_id"), ["area_id"], unique=False)

    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("folded_name", sa.String(), nullable=False),
        sa.Column(
            "role",
            sa.String(14),
            nullable=False,
        ),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("site_id", sa.Integer(), nullable=True),
        sa.Column("all_areas", sa.Boolean(), nullable=False),
        sa.Column("passphrase_hash", sa.String(), nullable=False),
        sa.Column("totp_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("totp_last_step", sa.Integer(), nullable=True),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(role = 'peer_educator') = (group_id IS NOT NULL)", name=op.f("ck_account_peer_has_group")),
        sa.CheckConstraint("(role = 'provider_staff') = (site_id IS NOT NULL)", name=op.f("ck_account_staff_has_site")),
        sa.CheckConstraint(
            "role = 'coordinator' OR NOT all_areas", name=op.f("ck_account_only_coordinators_have_areas")
        ),
        sa.CheckConstraint(
            "role IN ('peer_educator', 'provider_staff', 'coordinator', 'administrator')", name=op.f("ck_account_role")
        ),
        sa.ForeignKeyConstraint(["group_id"], ["peer_group.id"], name=op.f("fk_account_group_id_peer_group")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_account_site_id_site")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("code", name=op.f("uq_account_code")),
        sa.UniqueConstraint("folded_name", name=op.f("uq_account_folded_name")),
        sa.UniqueConstraint("uuid", name=op.f("uq_account_uuid")),
    )
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_account_group_id"), ["group_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_account_site_id"), ["site_id"], unique=False)

    op.create_table(
        "desk",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("handle", sa.String(), nullable=False),
        sa.Column("pin_hash", sa.String(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_desk_site_id_site")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk")),
        sa.UniqueConstraint("code", name=op.f("uq_desk_code")),
        sa.UniqueConstraint("handle", name=op.f("uq_desk_handle")),
        sa.UniqueConstraint("site_id", name=op.f("uq_desk_site_id")),
        sa.UniqueConstraint("uuid", name=op.f("uq_desk_uuid")),
    )
    op.create_table(
        "account_area",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_account_area_account_id_account"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_account_area_area_id_area")),
        sa.PrimaryKeyConstraint("account_id", "area_id", name=op.f("pk_account_area")),
    )
    op.create_table(
        "invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column(
            "role",
            sa.String(14),
            nullable=False,
        ),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("site_id", sa.Integer(), nullable=True),
        sa.Column("area_ids", sa.JSON(), nullable=False),
        sa.Column("all_areas", sa.Boolean(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("invited_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "account_id IS NOT NULL OR (role = 'peer_educator') = (group_id IS NOT NULL)",
            name=op.f("ck_invitation_peer_has_group"),
        ),
        sa.CheckConstraint(
            "account_id IS NOT NULL OR (role = 'provider_staff') = (site_id IS NOT NULL)",
            name=op.f("ck_invitation_staff_has_site"),
        ),
        sa.CheckConstraint(
            "role IN ('peer_educator', 'provider_staff', 'coordinator', 'administrator')",
            name=op.f("ck_invitation_role"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_invitation_account_id_account"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["group_id"], ["peer_group.id"], name=op.f("fk_invitation_group_id_peer_group")),
        sa.ForeignKeyConstraint(
            ["invited_by_id"], ["account.id"], name=op.f("fk_invitation_invited_by_id_account"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_invitation_site_id_site")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("code", name=op.f("uq_invitation_code")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_invitation_secret_hash")),
    )
    op.create_table(
        "passkey",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_passkey_account_id_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkey_credential_id")),
    )
    with op.batch_alter_table("passkey", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_passkey_account_id"), ["account_id"], unique=False)

    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_recovery_code_account_id_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_recovery_code_code_hash")),
    )
    with op.batch_alter_table("recovery_code", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recovery_code_account_id"), ["account_id"], unique=False)

    op.create_table(
        "session",
        sa.Column("id_hash", sa.LargeBinary(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("desk_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proven_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(account_id IS NULL) <> (desk_id IS NULL)", name=op.f("ck_session_of_one")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_session_account_id_account"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_session_desk_id_desk"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id_hash", name=op.f("pk_session")),
        sa.UniqueConstraint("code", name=op.f("uq_session_code")),
    )
    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_session_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_session_desk_id"), ["desk_id"], unique=False)

    op.create_table(
        "slip",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column(
            "state",
            sa.String(12),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("book_id", sa.Integer(), nullable=True),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("issuer_id", sa.Integer(), nullable=True),
        sa.Column("category_slug", sa.String(), nullable=True),
        sa.Column("offering_id", sa.Integer(), nullable=True),
        sa.Column("site_id", sa.Integer(), nullable=True),
        sa.Column("urgency", sa.String(3), nullable=False),
        sa.Column("language_need", sa.String(), nullable=True),
        sa.Column("access_needs", sa.JSON(), nullable=False),
        sa.Column("client_code", sa.String(), nullable=True),
        sa.Column("is_adult", sa.Boolean(), nullable=False),
        sa.Column("consent_version", sa.String(), nullable=True),
        sa.Column("consent_send", sa.Boolean(), nullable=False),
        sa.Column("consent_count", sa.Boolean(), nullable=False),
        sa.Column("presented_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("served_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("need_met", sa.Boolean(), nullable=True),
        sa.Column("need_answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("silent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column(
            "reason",
            sa.String(19),
            nullable=True,
        ),
        sa.CheckConstraint(
            f"reason IS NULL OR reason IN ({REASONS})",
            name=op.f("ck_slip_reason"),
        ),
        sa.CheckConstraint(
            f"state IN ({STATES})",
            name=op.f("ck_slip_state"),
        ),
        sa.CheckConstraint(
            "state IN ('BLANK', 'VOID') OR (is_adult AND consent_version IS NOT NULL AND category_slug IS NOT NULL)",
            name=op.f("ck_slip_used_with_consent"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('WITHDRAWN', 'BLANK') OR client_code IS NULL", name=op.f("ck_slip_withdrawn_has_no_code")
        ),
        sa.CheckConstraint("urgency IN ('24h', '72h', '2w')", name=op.f("ck_slip_urgency")),
        sa.CheckConstraint(
            "book_id IS NOT NULL OR (is_adult AND consent_version IS NOT NULL AND category_slug IS NOT NULL)",
            name=op.f("ck_slip_issued_with_consent"),
        ),
        sa.CheckConstraint("offering_id IS NULL OR site_id IS NOT NULL", name=op.f("ck_slip_offering_has_site")),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_slip_area_id_area")),
        sa.ForeignKeyConstraint(["book_id"], ["slip_book.id"], name=op.f("fk_slip_book_id_slip_book")),
        sa.ForeignKeyConstraint(["category_slug"], ["category.slug"], name=op.f("fk_slip_category_slug_category")),
        sa.ForeignKeyConstraint(["group_id"], ["peer_group.id"], name=op.f("fk_slip_group_id_peer_group")),
        sa.ForeignKeyConstraint(["issuer_id"], ["account.id"], name=op.f("fk_slip_issuer_id_account")),
        sa.ForeignKeyConstraint(["offering_id"], ["offering.id"], name=op.f("fk_slip_offering_id_offering")),
        sa.ForeignKeyConstraint(["parent_id"], ["slip.id"], name=op.f("fk_slip_parent_id_slip"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_slip_site_id_site")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slip")),
        sa.UniqueConstraint("code", name=op.f("uq_slip_code")),
        sa.UniqueConstraint("number", name=op.f("uq_slip_number")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_slip_token_hash")),
        sa.UniqueConstraint("uuid", name=op.f("uq_slip_uuid")),
    )
    with op.batch_alter_table("slip", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_slip_area_id"), ["area_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_slip_book_id"), ["book_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_slip_client_code"), ["client_code"], unique=False)
        batch_op.create_index(batch_op.f("ix_slip_group_id"), ["group_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_slip_issuer_id_state"), ["issuer_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_slip_parent_id"), ["parent_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_slip_site_id_state"), ["site_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_slip_state_closed_at"), ["state", "closed_at"], unique=False)

    op.create_table(
        "given_service",
        sa.Column("slip_id", sa.Integer(), nullable=False),
        sa.Column("category_slug", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.CheckConstraint("count BETWEEN 1 AND 99", name=op.f("ck_given_service_count")),
        sa.ForeignKeyConstraint(
            ["category_slug"], ["category.slug"], name=op.f("fk_given_service_category_slug_category")
        ),
        sa.ForeignKeyConstraint(
            ["slip_id"], ["slip.id"], name=op.f("fk_given_service_slip_id_slip"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("slip_id", "category_slug", name=op.f("pk_given_service")),
    )
    op.create_table(
        "slip_event",
        sa.Column("slip_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column(
            "from_state",
            sa.String(12),
            nullable=True,
        ),
        sa.Column(
            "to_state",
            sa.String(12),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.CheckConstraint(DRAWING, name=op.f("ck_slip_event_drawing")),
        sa.ForeignKeyConstraint(["slip_id"], ["slip.id"], name=op.f("fk_slip_event_slip_id_slip"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("slip_id", "seq", name=op.f("pk_slip_event")),
    )
    op.create_table(
        "slip_fact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slip_id", sa.Integer(), nullable=True),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("category_slug", sa.String(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=True),
        sa.Column("urgency", sa.String(3), nullable=False),
        sa.Column(
            "outcome",
            sa.String(12),
            nullable=False,
        ),
        sa.Column(
            "reason",
            sa.String(19),
            nullable=True,
        ),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("acknowledged_on", sa.Date(), nullable=True),
        sa.Column("arrived_on", sa.Date(), nullable=True),
        sa.Column("served_on", sa.Date(), nullable=True),
        sa.Column("need_answered_on", sa.Date(), nullable=True),
        sa.Column("need_met", sa.Boolean(), nullable=True),
        sa.Column("was_silent", sa.Boolean(), nullable=False),
        sa.Column("was_forwarded_here", sa.Boolean(), nullable=False),
        sa.Column("hours_to_acknowledge", sa.Integer(), nullable=True),
        sa.Column("hours_to_arrive", sa.Integer(), nullable=True),
        sa.Column("hours_to_serve", sa.Integer(), nullable=True),
        sa.Column("person_token", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            f"outcome IN ({STATES})",
            name=op.f("ck_slip_fact_outcome"),
        ),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_slip_fact_area_id_area")),
        sa.ForeignKeyConstraint(["category_slug"], ["category.slug"], name=op.f("fk_slip_fact_category_slug_category")),
        sa.ForeignKeyConstraint(["group_id"], ["peer_group.id"], name=op.f("fk_slip_fact_group_id_peer_group")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_slip_fact_site_id_site")),
        sa.ForeignKeyConstraint(["slip_id"], ["slip.id"], name=op.f("fk_slip_fact_slip_id_slip"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slip_fact")),
        sa.UniqueConstraint("slip_id", name=op.f("uq_slip_fact_slip_id")),
    )
    with op.batch_alter_table("slip_fact", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_slip_fact_area_id_issued_on"), ["area_id", "issued_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_slip_fact_group_id"), ["group_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_slip_fact_person_token"), ["person_token"], unique=False)
        batch_op.create_index(batch_op.f("ix_slip_fact_site_id"), ["site_id"], unique=False)

    op.create_table(
        "fact_service",
        sa.Column("fact_id", sa.Integer(), nullable=False),
        sa.Column("category_slug", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["category_slug"], ["category.slug"], name=op.f("fk_fact_service_category_slug_category")
        ),
        sa.ForeignKeyConstraint(
            ["fact_id"], ["slip_fact.id"], name=op.f("fk_fact_service_fact_id_slip_fact"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("fact_id", "category_slug", name=op.f("pk_fact_service")),
    )
    for name, (moment, table, condition) in REFUSED.items():
        _refuse(name, moment, table, condition)


def downgrade() -> None:
    """Take the change back."""
    for name, (_moment, table, _condition) in REFUSED.items():
        _allow(name, table)
    op.drop_table("fact_service")
    with op.batch_alter_table("slip_fact", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_slip_fact_site_id"))
        batch_op.drop_index(batch_op.f("ix_slip_fact_person_token"))
        batch_op.drop_index(batch_op.f("ix_slip_fact_group_id"))
        batch_op.drop_index(batch_op.f("ix_slip_fact_area_id_issued_on"))

    op.drop_table("slip_fact")
    op.drop_table("slip_event")
    op.drop_table("given_service")
    with op.batch_alter_table("slip", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_slip_state_closed_at"))
        batch_op.drop_index(batch_op.f("ix_slip_site_id_state"))
        batch_op.drop_index(batch_op.f("ix_slip_parent_id"))
        batch_op.drop_index(batch_op.f("ix_slip_issuer_id_state"))
        batch_op.drop_index(batch_op.f("ix_slip_group_id"))
        batch_op.drop_index(batch_op.f("ix_slip_client_code"))
        batch_op.drop_index(batch_op.f("ix_slip_book_id"))
        batch_op.drop_index(batch_op.f("ix_slip_area_id"))

    op.drop_table("slip")
    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_session_desk_id"))
        batch_op.drop_index(batch_op.f("ix_session_account_id"))

    op.drop_table("session")
    with op.batch_alter_table("recovery_code", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recovery_code_account_id"))

    op.drop_table("recovery_code")
    with op.batch_alter_table("passkey", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_passkey_account_id"))

    op.drop_table("passkey")
    op.drop_table("invitation")
    op.drop_table("account_area")
    op.drop_table("desk")
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_account_site_id"))
        batch_op.drop_index(batch_op.f("ix_account_group_id"))

    op.drop_table("account")
    with op.batch_alter_table("without_slip_count", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_without_slip_count_area_id"))

    op.drop_table("without_slip_count")
    with op.batch_alter_table("slip_book", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_slip_book_group_id"))
        batch_op.drop_index(batch_op.f("ix_slip_book_area_id"))

    op.drop_table("slip_book")
    op.drop_table("person_key")
    with op.batch_alter_table("peer_group", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_peer_group_area_id"))

    op.drop_table("peer_group")
    with op.batch_alter_table("area_ward", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_area_ward_ward_key"))

    op.drop_table("area_ward")
    with op.batch_alter_table("stored_answer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_stored_answer_created_at"))

    op.drop_table("stored_answer")
    op.drop_table("slowdown")
    op.drop_table("audit_head")
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_entry_object_uuid"))
        batch_op.drop_index(batch_op.f("ix_audit_entry_action"))

    op.drop_table("audit_entry")
    op.drop_table("area")
