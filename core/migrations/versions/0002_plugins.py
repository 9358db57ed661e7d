"""Plugins: policies, switches, settings, targets, sections of dossiers, counted figures"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "plugin_failure",
        sa.Column("plugin", sa.String(length=24), nullable=False),
        sa.Column("hook", sa.String(length=60), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("error_id", sa.String(length=32), nullable=False),
        sa.Column("error", sa.String(length=300), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plugin_failure")),
    )
    with op.batch_alter_table("plugin_failure", schema=None) as batch_op:
        batch_op.create_index("ix_plugin_failure_plugin_at", ["plugin", "at"], unique=False)

    op.create_table(
        "plugin_policy",
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("plugin", sa.String(length=24), nullable=False),
        sa.Column("policy", sa.String(length=12), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "policy IN ('required', 'default_on', 'allowed', 'forbidden')", name=op.f("ck_plugin_policy_policy")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_plugin_policy_by_id_user")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_plugin_policy_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plugin_policy")),
        sa.UniqueConstraint("unit_id", "plugin", name=op.f("uq_plugin_policy_unit_id_plugin")),
    )
    op.create_table(
        "plugin_setting",
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("plugin", sa.String(length=24), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("locked", sa.JSON(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_plugin_setting_by_id_user")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_plugin_setting_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plugin_setting")),
        sa.UniqueConstraint("unit_id", "plugin", name=op.f("uq_plugin_setting_unit_id_plugin")),
    )
    op.create_table(
        "plugin_state",
        sa.Column("plugin", sa.String(length=24), nullable=False),
        sa.Column("is_allowed", sa.Boolean(), nullable=False),
        sa.Column("suspended_at", sa.DateTime(), nullable=True),
        sa.Column("resumed_at", sa.DateTime(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_plugin_state_by_id_user")),
        sa.PrimaryKeyConstraint("plugin", name=op.f("pk_plugin_state")),
    )
    op.create_table(
        "plugin_switch",
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("plugin", sa.String(length=24), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_plugin_switch_by_id_user")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_plugin_switch_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plugin_switch")),
        sa.UniqueConstraint("unit_id", "plugin", name=op.f("uq_plugin_switch_unit_id_plugin")),
    )
    op.create_table(
        "plugin_target",
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("plugin", sa.String(length=24), nullable=False),
        sa.Column("indicator", sa.String(length=20), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("key", sa.String(length=24), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_plugin_target_quantity")),
        sa.CheckConstraint("to_on >= from_on", name=op.f("ck_plugin_target_period")),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_plugin_target_by_id_user")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_plugin_target_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plugin_target")),
        sa.UniqueConstraint("key", name=op.f("uq_plugin_target_key")),
        sa.UniqueConstraint(
            "unit_id",
            "plugin",
            "indicator",
            "from_on",
            "to_on",
            name=op.f("uq_plugin_target_unit_id_plugin_indicator_from_on_to_on"),
        ),
    )
    op.create_table(
        "tally_sheet",
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("plugin", sa.String(length=24), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(), nullable=True),
        sa.Column("submitted_by_id", sa.Integer(), nullable=True),
        sa.Column("approved_at", sa.DateTime(), nullable=True),
        sa.Column("approved_by_id", sa.Integer(), nullable=True),
        sa.Column("locked_at", sa.DateTime(), nullable=True),
        sa.Column("locked_by_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("key", sa.String(length=24), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'submitted', 'returned', 'approved', 'locked')", name=op.f("ck_tally_sheet_state")
        ),
        sa.ForeignKeyConstraint(["approved_by_id"], ["user.id"], name=op.f("fk_tally_sheet_approved_by_id_user")),
        sa.ForeignKeyConstraint(["locked_by_id"], ["user.id"], name=op.f("fk_tally_sheet_locked_by_id_user")),
        sa.ForeignKeyConstraint(["submitted_by_id"], ["user.id"], name=op.f("fk_tally_sheet_submitted_by_id_user")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_tally_sheet_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tally_sheet")),
        sa.UniqueConstraint("key", name=op.f("uq_tally_sheet_key")),
        sa.UniqueConstraint("unit_id", "plugin", "day", name=op.f("uq_tally_sheet_unit_id_plugin_day")),
    )
    with op.batch_alter_table("tally_sheet", schema=None) as batch_op:
        batch_op.create_index("ix_tally_sheet_plugin_day", ["plugin", "day", "unit_id"], unique=False)

    op.create_table(
        "tally_lock",
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("plugin", sa.String(length=24), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("last_on >= first_on", name=op.f("ck_tally_lock_period")),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_tally_lock_by_id_user")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_tally_lock_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tally_lock")),
        sa.UniqueConstraint(
            "unit_id", "plugin", "first_on", "last_on", name=op.f("uq_tally_lock_unit_id_plugin_first_on_last_on")
        ),
    )
    op.create_table(
        "event_plugin_off",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("plugin", sa.String(length=24), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_event_plugin_off_by_id_user")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_event_plugin_off_event_id_event"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_plugin_off")),
        sa.UniqueConstraint("event_id", "plugin", name=op.f("uq_event_plugin_off_event_id_plugin")),
    )
    op.create_table(
        "tally",
        sa.Column("client_id", sa.String(length=36), nullable=False),
        sa.Column("sheet_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("plugin", sa.String(length=24), nullable=False),
        sa.Column("indicator", sa.String(length=20), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=12), nullable=False),
        sa.Column("place", sa.String(length=40), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("reverses_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("claimed_at", sa.DateTime(), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("source IN ('tap', 'day_total', 'paper', 'import')", name=op.f("ck_tally_source")),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_tally_quantity")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["user.id"], name=op.f("fk_tally_recorded_by_id_user")),
        sa.ForeignKeyConstraint(["reverses_id"], ["tally.id"], name=op.f("fk_tally_reverses_id_tally")),
        sa.ForeignKeyConstraint(["sheet_id"], ["tally_sheet.id"], name=op.f("fk_tally_sheet_id_tally_sheet")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_tally_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tally")),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_tally_reverses_id")),
        sa.UniqueConstraint("unit_id", "client_id", name=op.f("uq_tally_unit_id_client_id")),
    )
    with op.batch_alter_table("tally", schema=None) as batch_op:
        batch_op.create_index("ix_tally_recorded_by", ["recorded_by_id", "plugin", "day"], unique=False)
        batch_op.create_index("ix_tally_sheet", ["sheet_id", "indicator"], unique=False)
        batch_op.create_index("ix_tally_unit_plugin_day", ["unit_id", "plugin", "day"], unique=False)

    op.create_table(
        "nomination_section",
        sa.Column("nomination_id", sa.Integer(), nullable=False),
        sa.Column("plugin", sa.String(length=24), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("specs", sa.JSON(), nullable=False),
        sa.Column("specs_at", sa.DateTime(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("facts_at", sa.DateTime(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["nomination_id"],
            ["nomination.id"],
            name=op.f("fk_nomination_section_nomination_id_nomination"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nomination_section")),
        sa.UniqueConstraint("nomination_id", "plugin", name=op.f("uq_nomination_section_nomination_id_plugin")),
    )


def downgrade() -> None:
    raise RuntimeError("restore the backup that was taken before the upgrade")
