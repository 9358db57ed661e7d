"""A word, once."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "poisons_session__once",
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("word", sa.String(length=80), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_poisons_session__once_unit_id_unit"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_poisons_session__once")),
        sa.UniqueConstraint("word", name=op.f("uq_poisons_session__once_word")),
    )


def downgrade() -> None:
    op.drop_table("poisons_session__once")
