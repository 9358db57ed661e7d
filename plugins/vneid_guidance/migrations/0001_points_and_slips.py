"""Places where people are helped, and states of paper slips"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "vneid_guidance__point",
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("is_closed", sa.Boolean(), nullable=False),
        sa.Column("key", sa.String(length=24), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('home', 'hamlet', 'desk', 'market', 'school')", name=op.f("ck_vneid_guidance__point_kind")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_vneid_guidance__point_unit_id_unit"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vneid_guidance__point")),
        sa.UniqueConstraint("key", name=op.f("uq_vneid_guidance__point_key")),
        sa.UniqueConstraint("unit_id", "name", name=op.f("uq_vneid_guidance__point_unit_id_name")),
    )
    op.create_table(
        "vneid_guidance__slip",
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=5), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('referred', 'done', 'lapsed')", name=op.f("ck_vneid_guidance__slip_state")),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_vneid_guidance__slip_unit_id_unit"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vneid_guidance__slip")),
        sa.UniqueConstraint("unit_id", "code", name=op.f("uq_vneid_guidance__slip_unit_id_code")),
    )


def downgrade() -> None:
    raise RuntimeError("restore the backup that was taken before the upgrade")
