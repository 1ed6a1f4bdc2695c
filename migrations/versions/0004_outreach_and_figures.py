"""Contacts, activities, materials, figures entered by hand, closed years; a fact's services with day and area."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

#: What a report over many years reads from end to end, in the order in which it groups.
_WHOLE_SCANS = {
    "ix_slip_fact_ladder": [
        "area_id", "category_slug", "issued_on", "acknowledged_on", "arrived_on", "served_on", "need_met",
        "hours_to_acknowledge", "hours_to_arrive", "hours_to_serve",
    ],
    "ix_slip_fact_silence": ["area_id", "site_id", "issued_on", "was_silent"],
}  # fmt: skip


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "material",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name_vi", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("unit_vi", sa.String(), nullable=False),
        sa.Column("unit_en", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("for_contacts", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_material")),
    )
    op.create_table(
        "topic",
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("name_vi", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("for_contacts", sa.Boolean(), nullable=False),
        sa.Column("for_activities", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_topic")),
    )
    op.create_table(
        "closed_year",
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_closed_year_area_id_area")),
        sa.PrimaryKeyConstraint("area_id", "year", name=op.f("pk_closed_year")),
    )
    op.create_table(
        "settled_scan",
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("scan", sa.String(), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_settled_scan_area_id_area")),
        sa.PrimaryKeyConstraint("area_id", "year", "scan", name=op.f("pk_settled_scan")),
    )
    op.create_table(
        "manual_figure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("indicator", sa.String(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=True),
        sa.Column("unit_key", sa.String(), nullable=True),
        sa.Column("first_on", sa.Date(), nullable=True),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("value", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column(
            "qualifier",
            sa.Enum("exact", "about", "over", "nearly", name="qualifier", native_enum=False),
            nullable=False,
        ),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("source_url", sa.String(), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "qualifier IN ('exact', 'about', 'over', 'nearly')", name=op.f("ck_manual_figure_qualifier")
        ),
        sa.CheckConstraint("area_id IS NULL OR unit_key IS NULL", name=op.f("ck_manual_figure_one_place")),
        sa.CheckConstraint("first_on IS NULL OR first_on <= last_on", name=op.f("ck_manual_figure_dates")),
        sa.CheckConstraint("value >= 0", name=op.f("ck_manual_figure_value")),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_manual_figure_area_id_area")),
        sa.ForeignKeyConstraint(["unit_key"], ["admin_unit.key"], name=op.f("fk_manual_figure_unit_key_admin_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_manual_figure")),
        sa.UniqueConstraint("code", name=op.f("uq_manual_figure_code")),
        sa.UniqueConstraint("uuid", name=op.f("uq_manual_figure_uuid")),
    )
    with op.batch_alter_table("manual_figure", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_manual_figure_area_id"), ["area_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_manual_figure_indicator_last_on"), ["indicator", "last_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_manual_figure_unit_key"), ["unit_key"], unique=False)

    op.create_table(
        "period_figure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("indicator", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("value", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_period_figure_area_id_area")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_period_figure")),
        sa.UniqueConstraint(
            "area_id", "year", "indicator", "key", name=op.f("uq_period_figure_area_id_year_indicator_key")
        ),
    )
    op.create_table(
        "activity",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("training", "workshop", "campaign", "meeting", name="activitykind", native_enum=False),
            nullable=False,
        ),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("model_code", sa.String(), nullable=True),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=False),
        sa.Column("participants", sa.Integer(), nullable=True),
        sa.Column("topics", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.CheckConstraint("kind IN ('training', 'workshop', 'campaign', 'meeting')", name=op.f("ck_activity_kind")),
        sa.CheckConstraint("ended_on >= started_on", name=op.f("ck_activity_dates")),
        sa.CheckConstraint("participants IS NULL OR participants >= 0", name=op.f("ck_activity_participants")),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_activity_area_id_area")),
        sa.ForeignKeyConstraint(["group_id"], ["peer_group.id"], name=op.f("fk_activity_group_id_peer_group")),
        sa.ForeignKeyConstraint(
            ["model_code"], ["programme_model.code"], name=op.f("fk_activity_model_code_programme_model")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity")),
        sa.UniqueConstraint("code", name=op.f("uq_activity_code")),
        sa.UniqueConstraint("uuid", name=op.f("uq_activity_uuid")),
    )
    with op.batch_alter_table("activity", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_activity_area_id"), ["area_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_activity_group_id"), ["group_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_activity_started_on_area_id"), ["started_on", "area_id"], unique=False)

    op.create_table(
        "material_move",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("material_code", sa.String(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("made", "issued", "handed_out", "returned", "written_off", name="movekind", native_enum=False),
            nullable=False,
        ),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("day_on", sa.Date(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.CheckConstraint("kind <> 'made' OR group_id IS NULL", name=op.f("ck_material_move_the_store_makes")),
        sa.CheckConstraint(
            "kind IN ('made', 'issued', 'handed_out', 'returned', 'written_off')", name=op.f("ck_material_move_kind")
        ),
        sa.CheckConstraint(
            "kind NOT IN ('issued', 'returned') OR group_id IS NOT NULL",
            name=op.f("ck_material_move_a_group_gets_or_gives"),
        ),
        sa.CheckConstraint("count BETWEEN 1 AND 1000000", name=op.f("ck_material_move_count")),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_material_move_area_id_area")),
        sa.ForeignKeyConstraint(["group_id"], ["peer_group.id"], name=op.f("fk_material_move_group_id_peer_group")),
        sa.ForeignKeyConstraint(
            ["material_code"], ["material.code"], name=op.f("fk_material_move_material_code_material")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_material_move")),
        sa.UniqueConstraint("code", name=op.f("uq_material_move_code")),
        sa.UniqueConstraint("uuid", name=op.f("uq_material_move_uuid")),
    )
    with op.batch_alter_table("material_move", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_material_move_area_id"), ["area_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_material_move_day_on_area_id"), ["day_on", "area_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_material_move_group_id"), ["group_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_material_move_material_code"), ["material_code"], unique=False)

    op.create_table(
        "outreach_contact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("day_on", sa.Date(), nullable=False),
        sa.Column("kind", sa.Enum("alone", "group", name="contactkind", native_enum=False), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("topics", sa.String(), nullable=False),
        sa.Column("person_token", sa.LargeBinary(), nullable=True),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind = 'alone' OR person_token IS NULL", name=op.f("ck_outreach_contact_a_group_has_no_token")
        ),
        sa.CheckConstraint("kind = 'group' OR people = 1", name=op.f("ck_outreach_contact_alone_is_one")),
        sa.CheckConstraint("kind IN ('alone', 'group')", name=op.f("ck_outreach_contact_kind")),
        sa.CheckConstraint("people BETWEEN 1 AND 100", name=op.f("ck_outreach_contact_people")),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_outreach_contact_area_id_area")),
        sa.ForeignKeyConstraint(
            ["entered_by_id"],
            ["account.id"],
            name=op.f("fk_outreach_contact_entered_by_id_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(["group_id"], ["peer_group.id"], name=op.f("fk_outreach_contact_group_id_peer_group")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outreach_contact")),
        sa.UniqueConstraint("code", name=op.f("uq_outreach_contact_code")),
        sa.UniqueConstraint("uuid", name=op.f("uq_outreach_contact_uuid")),
    )
    with op.batch_alter_table("outreach_contact", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outreach_contact_area_id"), ["area_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_outreach_contact_area_id_topics_day_on_people"),
            ["area_id", "topics", "day_on", "people"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_outreach_contact_area_id_day_on_person_token"),
            ["area_id", "day_on", "person_token"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_outreach_contact_entered_by_id_entered_at"), ["entered_by_id", "entered_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_outreach_contact_group_id"), ["group_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_outreach_contact_person_token"), ["person_token"], unique=False)

    op.create_table(
        "contact_material",
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("material_code", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("day_on", sa.Date(), nullable=False),
        sa.CheckConstraint("count BETWEEN 1 AND 1000", name=op.f("ck_contact_material_count")),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_contact_material_area_id_area")),
        sa.ForeignKeyConstraint(["group_id"], ["peer_group.id"], name=op.f("fk_contact_material_group_id_peer_group")),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["outreach_contact.id"],
            name=op.f("fk_contact_material_contact_id_outreach_contact"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["material_code"], ["material.code"], name=op.f("fk_contact_material_material_code_material")
        ),
        sa.PrimaryKeyConstraint("contact_id", "material_code", name=op.f("pk_contact_material")),
    )
    with op.batch_alter_table("contact_material", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_contact_material_area_id_material_code_day_on_group_id_count"),
            ["area_id", "material_code", "day_on", "group_id", "count"],
            unique=False,
        )

    _give_services_day_and_area()
    op.add_column("peer_group", sa.Column("founded_on", sa.Date(), nullable=True))
    op.add_column("peer_group", sa.Column("ended_on", sa.Date(), nullable=True))
    op.add_column("slip_book", sa.Column("purged_used", sa.Integer(), server_default="0", nullable=False))
    op.add_column("slip_book", sa.Column("purged_void", sa.Integer(), server_default="0", nullable=False))
    _allow_reasons("'no_consent', 'under_18', 'coerced', 'no_place'")
    with op.batch_alter_table("slip_fact", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_slip_fact_area_id_issued_on"))
        for day in ("issued_on", "served_on"):
            batch_op.create_index(
                batch_op.f(f"ix_slip_fact_area_id_{day}_person_token"), ["area_id", day, "person_token"], unique=False
            )
        for name, columns in _WHOLE_SCANS.items():
            batch_op.create_index(name, columns, unique=False)
        is_declined = sa.text("outcome = 'DECLINED'")
        batch_op.create_index(
            "ix_slip_fact_declined",
            ["area_id", "reason", "issued_on"],
            unique=False,
            sqlite_where=is_declined,
            postgresql_where=is_declined,
        )


def downgrade() -> None:
    """Take the change back."""
    with op.batch_alter_table("slip_fact", schema=None) as batch_op:
        for name in (*_WHOLE_SCANS, "ix_slip_fact_declined"):
            batch_op.drop_index(name)
        for day in ("issued_on", "served_on"):
            batch_op.drop_index(batch_op.f(f"ix_slip_fact_area_id_{day}_person_token"))
        batch_op.create_index(batch_op.f("ix_slip_fact_area_id_issued_on"), ["area_id", "issued_on"], unique=False)

    op.execute("DELETE FROM without_slip_count WHERE why = 'no_place'")
    _allow_reasons("'no_consent', 'under_18', 'coerced'")
    op.drop_column("slip_book", "purged_void")
    op.drop_column("slip_book", "purged_used")
    op.drop_column("peer_group", "ended_on")
    op.drop_column("peer_group", "founded_on")
    with op.batch_alter_table("fact_service", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_fact_service_area_id_area"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_fact_service_area_id_category_slug_served_on_count"))
        batch_op.drop_column("served_on")
        batch_op.drop_column("area_id")

    with op.batch_alter_table("contact_material", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contact_material_area_id_material_code_day_on_group_id_count"))

    op.drop_table("contact_material")
    with op.batch_alter_table("outreach_contact", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outreach_contact_person_token"))
        batch_op.drop_index(batch_op.f("ix_outreach_contact_group_id"))
        batch_op.drop_index(batch_op.f("ix_outreach_contact_entered_by_id_entered_at"))
        batch_op.drop_index(batch_op.f("ix_outreach_contact_area_id_topics_day_on_people"))
        batch_op.drop_index(batch_op.f("ix_outreach_contact_area_id_day_on_person_token"))
        batch_op.drop_index(batch_op.f("ix_outreach_contact_area_id"))

    op.drop_table("outreach_contact")
    with op.batch_alter_table("material_move", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_material_move_material_code"))
        batch_op.drop_index(batch_op.f("ix_material_move_group_id"))
        batch_op.drop_index(batch_op.f("ix_material_move_day_on_area_id"))
        batch_op.drop_index(batch_op.f("ix_material_move_area_id"))

    op.drop_table("material_move")
    with op.batch_alter_table("activity", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_activity_started_on_area_id"))
        batch_op.drop_index(batch_op.f("ix_activity_group_id"))
        batch_op.drop_index(batch_op.f("ix_activity_area_id"))

    op.drop_table("activity")
    op.drop_table("period_figure")
    with op.batch_alter_table("manual_figure", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_manual_figure_unit_key"))
        batch_op.drop_index(batch_op.f("ix_manual_figure_indicator_last_on"))
        batch_op.drop_index(batch_op.f("ix_manual_figure_area_id"))

    op.drop_table("manual_figure")
    op.drop_table("settled_scan")
    op.drop_table("closed_year")
    op.drop_table("topic")
    op.drop_table("material")


def _give_services_day_and_area() -> None:
    """Write beside each service of a fact when and in which area it was, so that a report reads one index only."""
    op.add_column("fact_service", sa.Column("area_id", sa.Integer(), nullable=True))
    op.add_column("fact_service", sa.Column("served_on", sa.Date(), nullable=True))
    for name in ("area_id", "served_on"):
        op.execute(
            f"UPDATE fact_service SET {name} = "
            f"(SELECT slip_fact.{name} FROM slip_fact WHERE slip_fact.id = fact_service.fact_id)"
        )
    with op.batch_alter_table("fact_service", schema=None) as batch_op:
        batch_op.alter_column("area_id", existing_type=sa.Integer(), nullable=False)
        batch_op.alter_column("served_on", existing_type=sa.Date(), nullable=False)
        batch_op.create_foreign_key(batch_op.f("fk_fact_service_area_id_area"), "area", ["area_id"], ["id"])
        batch_op.create_index(
            batch_op.f("ix_fact_service_area_id_category_slug_served_on_count"),
            ["area_id", "category_slug", "served_on", "count"],
            unique=False,
        )


def _allow_reasons(reasons: str) -> None:
    """Say why a person may have been helped without a slip."""
    with op.batch_alter_table("without_slip_count", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_without_slip_count_why"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_without_slip_count_why"), f"why IN ({reasons})")
