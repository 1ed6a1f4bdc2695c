"""History, corrections, warnings, imports, closures, merged entries; the programme's models and points."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "former_part",
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column(
            "part",
            sa.Enum("provider", "site", "service", "offering", name="part", native_enum=False, length=8),
            nullable=False,
        ),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("source_code", sa.String(), nullable=True),
        sa.Column("external_id", sa.String(), nullable=True),
        sa.Column("now_uuid", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_former_part")),
        sa.UniqueConstraint("code", name=op.f("uq_former_part_code")),
        sa.UniqueConstraint("source_code", "external_id", name=op.f("uq_former_part_source_code_external_id")),
    )
    with op.batch_alter_table("former_part", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_former_part_now_uuid"), ["now_uuid"], unique=False)

    op.create_table(
        "programme_model",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name_vi", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("legal_basis", sa.String(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("source_url", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_programme_model")),
    )
    op.create_table(
        "programme_point",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("model_code", sa.String(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("ward_key", sa.String(), nullable=True),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.CheckConstraint("ended_on IS NULL OR ended_on >= started_on", name=op.f("ck_programme_point_dates")),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_programme_point_area_id_area")),
        sa.ForeignKeyConstraint(
            ["model_code"], ["programme_model.code"], name=op.f("fk_programme_point_model_code_programme_model")
        ),
        sa.ForeignKeyConstraint(["ward_key"], ["admin_unit.key"], name=op.f("fk_programme_point_ward_key_admin_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme_point")),
        sa.UniqueConstraint("code", name=op.f("uq_programme_point_code")),
        sa.UniqueConstraint("uuid", name=op.f("uq_programme_point_uuid")),
    )
    with op.batch_alter_table("programme_point", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_programme_point_area_id"), ["area_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_programme_point_model_code"), ["model_code"], unique=False)

    op.create_table(
        "group_count",
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("counted_on", sa.Date(), nullable=False),
        sa.Column("members", sa.Integer(), nullable=False),
        sa.CheckConstraint("members >= 0", name=op.f("ck_group_count_members")),
        sa.ForeignKeyConstraint(
            ["group_id"], ["peer_group.id"], name=op.f("fk_group_count_group_id_peer_group"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("group_id", "counted_on", name=op.f("pk_group_count")),
    )
    op.create_table(
        "correction_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("change", "add", "report", "merge", name="requestkind", native_enum=False, length=8),
            nullable=False,
        ),
        sa.Column(
            "origin",
            sa.Enum("public", "peer", "staff", "coordinator", "import", name="origin", native_enum=False, length=12),
            nullable=False,
        ),
        sa.Column("offering_id", sa.Integer(), nullable=True),
        sa.Column("ward_key", sa.String(), nullable=True),
        sa.Column("province_key", sa.String(), nullable=True),
        sa.Column("wanted", sa.JSON(), nullable=False),
        sa.Column("seen", sa.JSON(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("waiting", "accepted", "refused", "outdated", name="requeststate", native_enum=False, length=8),
            nullable=False,
        ),
        sa.Column("proposed_by_id", sa.Integer(), nullable=True),
        sa.Column("endorsed_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["decided_by_id"],
            ["account.id"],
            name=op.f("fk_correction_request_decided_by_id_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["endorsed_by_id"],
            ["account.id"],
            name=op.f("fk_correction_request_endorsed_by_id_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["offering_id"],
            ["offering.id"],
            name=op.f("fk_correction_request_offering_id_offering"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"],
            ["account.id"],
            name=op.f("fk_correction_request_proposed_by_id_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["province_key"], ["admin_unit.key"], name=op.f("fk_correction_request_province_key_admin_unit")
        ),
        sa.ForeignKeyConstraint(
            ["ward_key"], ["admin_unit.key"], name=op.f("fk_correction_request_ward_key_admin_unit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction_request")),
        sa.UniqueConstraint("code", name=op.f("uq_correction_request_code")),
        sa.UniqueConstraint("uuid", name=op.f("uq_correction_request_uuid")),
    )
    with op.batch_alter_table("correction_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_correction_request_offering_id"), ["offering_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_correction_request_state"), ["state"], unique=False)

    op.create_table(
        "import_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("file_hash", sa.LargeBinary(), nullable=False),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column(
            "state",
            sa.Enum("preview", "waiting", "written", "dropped", name="runstate", native_enum=False, length=8),
            nullable=False,
        ),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("updated", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("errors", sa.Integer(), nullable=False),
        sa.Column("warnings", sa.Integer(), nullable=False),
        sa.Column("started_by_id", sa.Integer(), nullable=True),
        sa.Column("endorsed_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(file_hash) = 32", name=op.f("ck_import_run_file_hash")),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["account.id"], name=op.f("fk_import_run_decided_by_id_account"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["endorsed_by_id"], ["account.id"], name=op.f("fk_import_run_endorsed_by_id_account"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["started_by_id"], ["account.id"], name=op.f("fk_import_run_started_by_id_account"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_run")),
        sa.UniqueConstraint("code", name=op.f("uq_import_run_code")),
        sa.UniqueConstraint("uuid", name=op.f("uq_import_run_uuid")),
    )
    with op.batch_alter_table("import_run", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_import_run_state"), ["state"], unique=False)

    op.create_table(
        "kept_back_name",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("offering_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["offering_id"], ["offering.id"], name=op.f("fk_kept_back_name_offering_id_offering"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_kept_back_name")),
    )
    with op.batch_alter_table("kept_back_name", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_kept_back_name_offering_id"), ["offering_id"], unique=False)

    op.create_table(
        "not_duplicate",
        sa.Column("site_uuid", sa.Uuid(), nullable=False),
        sa.Column("other_uuid", sa.Uuid(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["account.id"], name=op.f("fk_not_duplicate_decided_by_id_account"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("site_uuid", "other_uuid", name=op.f("pk_not_duplicate")),
    )
    op.create_table(
        "peer_warning",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("offering_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "asked_for_papers", "treated_badly", "turned_away", name="warningkind", native_enum=False, length=20
            ),
            nullable=False,
        ),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_peer_warning_account_id_account"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["group_id"], ["peer_group.id"], name=op.f("fk_peer_warning_group_id_peer_group")),
        sa.ForeignKeyConstraint(
            ["offering_id"], ["offering.id"], name=op.f("fk_peer_warning_offering_id_offering"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["settled_by_id"], ["account.id"], name=op.f("fk_peer_warning_settled_by_id_account"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_peer_warning")),
    )
    with op.batch_alter_table("peer_warning", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_peer_warning_group_id"), ["group_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_peer_warning_offering_id"), ["offering_id"], unique=False)

    op.create_table(
        "revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column(
            "how",
            sa.Enum(
                "add",
                "edit",
                "correction",
                "verify",
                "close",
                "reopen",
                "merge",
                "split",
                "import",
                "undo",
                name="how",
                native_enum=False,
                length=12,
            ),
            nullable=False,
        ),
        sa.Column("request_id", sa.Integer(), nullable=True),
        sa.Column("undoes_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["correction_request.id"],
            name=op.f("fk_revision_request_id_correction_request"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["undoes_id"], ["revision.id"], name=op.f("fk_revision_undoes_id_revision"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revision")),
        sa.UniqueConstraint("code", name=op.f("uq_revision_code")),
        sa.UniqueConstraint("undoes_id", name=op.f("uq_revision_undoes_id")),
    )
    with op.batch_alter_table("revision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_revision_at"), ["at"], unique=False)

    op.create_table(
        "field_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column(
            "part",
            sa.Enum("provider", "site", "service", "offering", name="part", native_enum=False, length=8),
            nullable=False,
        ),
        sa.Column("part_uuid", sa.Uuid(), nullable=False),
        sa.Column("column", sa.String(), nullable=False),
        sa.Column("old", sa.String(), nullable=True),
        sa.Column("new", sa.String(), nullable=True),
        sa.Column("is_erased", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revision.id"], name=op.f("fk_field_change_revision_id_revision"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_field_change")),
    )
    with op.batch_alter_table("field_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_field_change_part_uuid"), ["part_uuid"], unique=False)
        batch_op.create_index(batch_op.f("ix_field_change_revision_id"), ["revision_id"], unique=False)

    op.add_column("offering", sa.Column("closed_on", sa.Date(), nullable=True))
    op.add_column("offering", sa.Column("reopens_on", sa.Date(), nullable=True))
    op.add_column("offering", sa.Column("by_hand", sa.JSON(), server_default="{}", nullable=False))

    op.add_column("provider", sa.Column("by_hand", sa.JSON(), server_default="{}", nullable=False))

    op.add_column("service", sa.Column("by_hand", sa.JSON(), server_default="{}", nullable=False))

    op.add_column("site", sa.Column("by_hand", sa.JSON(), server_default="{}", nullable=False))


def downgrade() -> None:
    """Take the change back."""
    op.drop_column("site", "by_hand")

    op.drop_column("service", "by_hand")

    op.drop_column("provider", "by_hand")

    op.drop_column("offering", "by_hand")
    op.drop_column("offering", "reopens_on")
    op.drop_column("offering", "closed_on")

    with op.batch_alter_table("field_change", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_field_change_revision_id"))
        batch_op.drop_index(batch_op.f("ix_field_change_part_uuid"))

    op.drop_table("field_change")
    with op.batch_alter_table("revision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_revision_at"))

    op.drop_table("revision")
    with op.batch_alter_table("peer_warning", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_peer_warning_offering_id"))
        batch_op.drop_index(batch_op.f("ix_peer_warning_group_id"))

    op.drop_table("peer_warning")
    op.drop_table("not_duplicate")
    with op.batch_alter_table("kept_back_name", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_kept_back_name_offering_id"))

    op.drop_table("kept_back_name")
    with op.batch_alter_table("import_run", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_import_run_state"))

    op.drop_table("import_run")
    with op.batch_alter_table("correction_request", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_correction_request_state"))
        batch_op.drop_index(batch_op.f("ix_correction_request_offering_id"))

    op.drop_table("correction_request")
    op.drop_table("group_count")
    with op.batch_alter_table("programme_point", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_programme_point_model_code"))
        batch_op.drop_index(batch_op.f("ix_programme_point_area_id"))

    op.drop_table("programme_point")
    op.drop_table("programme_model")
    with op.batch_alter_table("former_part", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_former_part_now_uuid"))

    op.drop_table("former_part")
