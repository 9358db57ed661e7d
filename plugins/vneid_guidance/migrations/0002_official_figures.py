"""The ledger of official figures, and the dossiers that our figures speak in"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "vneid_guidance__official_figure",
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("eligible", sa.Integer(), nullable=True),
        sa.Column("collected", sa.Integer(), nullable=True),
        sa.Column("activated", sa.Integer(), nullable=True),
        sa.Column("insured", sa.Integer(), nullable=True),
        sa.Column("health_books", sa.Integer(), nullable=True),
        sa.Column("social_accounts", sa.Integer(), nullable=True),
        sa.Column("signatures", sa.Integer(), nullable=True),
        sa.Column("ready", sa.Integer(), nullable=True),
        sa.Column("document", sa.String(length=120), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.Column("entered_by", sa.String(length=120), nullable=False),
        sa.Column("entered_at", sa.DateTime(), nullable=False),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.Column("confirmed_by", sa.String(length=120), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(), nullable=True),
        sa.Column("ended_by", sa.String(length=120), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("ended_why", sa.String(length=300), nullable=False),
        sa.Column("key", sa.String(length=24), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('entered', 'confirmed', 'refused', 'replaced', 'reversed')",
            name=op.f("ck_vneid_guidance__official_figure_state"),
        ),
        sa.CheckConstraint(
            "confirmed_by_id <> entered_by_id", name=op.f("ck_vneid_guidance__official_figure_two_persons")
        ),
        sa.CheckConstraint(
            "activated <= collected", name=op.f("ck_vneid_guidance__official_figure_activated_within_collected")
        ),
        sa.CheckConstraint(
            "collected <= eligible", name=op.f("ck_vneid_guidance__official_figure_collected_within_eligible")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_vneid_guidance__official_figure_unit_id_unit"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["office_id"],
            ["unit.id"],
            name=op.f("fk_vneid_guidance__official_figure_office_id_unit"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["entered_by_id"],
            ["user.id"],
            name=op.f("fk_vneid_guidance__official_figure_entered_by_id_user"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"],
            ["user.id"],
            name=op.f("fk_vneid_guidance__official_figure_confirmed_by_id_user"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vneid_guidance__official_figure")),
        sa.UniqueConstraint("key", name=op.f("uq_vneid_guidance__official_figure_key")),
        sa.UniqueConstraint(
            "unit_id", "as_of", "version", name=op.f("uq_vneid_guidance__official_figure_unit_id_as_of_version")
        ),
    )
    op.create_index(
        "ix_vneid_guidance__official_figure_office", "vneid_guidance__official_figure", ["office_id", "as_of"]
    )
    op.create_table(
        "vneid_guidance__evidence",
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("nomination_id", sa.Integer(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_vneid_guidance__evidence_unit_id_unit"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["nomination_id"],
            ["nomination.id"],
            name=op.f("fk_vneid_guidance__evidence_nomination_id_nomination"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vneid_guidance__evidence")),
        sa.UniqueConstraint("nomination_id", "unit_id", name=op.f("uq_vneid_guidance__evidence_nomination_id_unit_id")),
    )
    op.create_index(op.f("ix_vneid_guidance__evidence_unit_id"), "vneid_guidance__evidence", ["unit_id"])


def downgrade() -> None:
    raise RuntimeError("restore the backup that was taken before the upgrade")
