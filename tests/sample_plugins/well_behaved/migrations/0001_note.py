"""What was noted."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "well_behaved__note",
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("word", sa.String(length=80), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_well_behaved__note_unit_id_unit"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_well_behaved__note")),
        sa.UniqueConstraint("unit_id", "word", name=op.f("uq_well_behaved__note_unit_id_word")),
    )


def downgrade() -> None:
    op.drop_table("well_behaved__note")
