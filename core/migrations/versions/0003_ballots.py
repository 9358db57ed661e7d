"""Sealed ballots: keys, turnout, envelopes, counts"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


_IS_SHUT = "(SELECT state FROM ballot WHERE id = NEW.ballot_id) <> 'open'"
#: (table, what, event, condition, what is said)
GUARDS = (
    ("ballot_envelope", "late", "INSERT", _IS_SHUT, "a closed ballot takes no envelope"),
    ("ballot_turnout", "late", "INSERT", _IS_SHUT, "a closed ballot takes no vote"),
    ("ballot_envelope", "no_update", "UPDATE", "", "an envelope never changes"),
    ("ballot_turnout", "no_update", "UPDATE", "", "turnout never changes"),
    ("ballot_count", "no_update", "UPDATE", "", "an opened count is final"),
    ("ballot_count", "no_delete", "DELETE", "", "an opened count is final"),
)


def upgrade() -> None:
    op.create_table(
        "ballot_key",
        sa.Column("sitting_id", sa.Integer(), nullable=False),
        sa.Column("public", sa.String(length=64), nullable=False),
        sa.Column("tellers", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("wrong_tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("rests_until", sa.DateTime(), nullable=True),
        sa.Column("key", sa.String(length=24), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('made', 'kept', 'replaced')", name=op.f("ck_ballot_key_state")),
        sa.ForeignKeyConstraint(["made_by_id"], ["user.id"], name=op.f("fk_ballot_key_made_by_id_user")),
        sa.ForeignKeyConstraint(["sitting_id"], ["sitting.id"], name=op.f("fk_ballot_key_sitting_id_sitting")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ballot_key")),
        sa.UniqueConstraint("key", name=op.f("uq_ballot_key_key")),
    )
    with op.batch_alter_table("ballot_key", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ballot_key_sitting_id"), ["sitting_id"], unique=False)
        batch_op.create_index(
            "uq_ballot_key_in_use",
            ["sitting_id"],
            unique=True,
            sqlite_where=sa.text("state <> 'replaced'"),
            postgresql_where=sa.text("state <> 'replaced'"),
        )

    op.create_table(
        "ballot",
        sa.Column("sitting_id", sa.Integer(), nullable=False),
        sa.Column("key_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("members", sa.Integer(), nullable=False),
        sa.Column("entitled", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.DateTime(), nullable=False),
        sa.Column("began_by_id", sa.Integer(), nullable=True),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.Column("envelopes", sa.Integer(), nullable=True),
        sa.Column("root", sa.String(length=64), nullable=True),
        sa.Column("opened_at", sa.DateTime(), nullable=True),
        sa.Column("opened_by_id", sa.Integer(), nullable=True),
        sa.Column("void_reason", sa.String(length=300), server_default="", nullable=False),
        sa.Column("key", sa.String(length=24), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("state IN ('open', 'closed', 'opened', 'void')", name=op.f("ck_ballot_state")),
        sa.CheckConstraint("entitled <= members", name=op.f("ck_ballot_entitled")),
        sa.CheckConstraint("envelopes IS NULL OR envelopes <= entitled", name=op.f("ck_ballot_envelopes")),
        sa.ForeignKeyConstraint(["began_by_id"], ["user.id"], name=op.f("fk_ballot_began_by_id_user")),
        sa.ForeignKeyConstraint(["closed_by_id"], ["user.id"], name=op.f("fk_ballot_closed_by_id_user")),
        sa.ForeignKeyConstraint(["key_id"], ["ballot_key.id"], name=op.f("fk_ballot_key_id_ballot_key")),
        sa.ForeignKeyConstraint(["opened_by_id"], ["user.id"], name=op.f("fk_ballot_opened_by_id_user")),
        sa.ForeignKeyConstraint(["sitting_id"], ["sitting.id"], name=op.f("fk_ballot_sitting_id_sitting")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ballot")),
        sa.UniqueConstraint("key", name=op.f("uq_ballot_key")),
        sa.UniqueConstraint("sitting_id", "number", name=op.f("uq_ballot_sitting_id_number")),
    )
    with op.batch_alter_table("ballot", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ballot_sitting_id"), ["sitting_id"], unique=False)

    op.create_table(
        "ballot_count",
        sa.Column("ballot_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("item_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("yes", sa.Integer(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("blank", sa.Integer(), nullable=False),
        sa.Column("invalid", sa.Integer(), nullable=False),
        sa.Column("envelopes", sa.Integer(), nullable=False),
        sa.CheckConstraint("envelopes = yes + no + blank + invalid", name=op.f("ck_ballot_count_sum")),
        sa.ForeignKeyConstraint(["ballot_id"], ["ballot.id"], name=op.f("fk_ballot_count_ballot_id_ballot")),
        sa.ForeignKeyConstraint(["item_id"], ["sitting_item.id"], name=op.f("fk_ballot_count_item_id_sitting_item")),
        sa.PrimaryKeyConstraint("ballot_id", "item_id", name=op.f("pk_ballot_count")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "ballot_envelope",
        sa.Column("ballot_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["ballot_id"], ["ballot.id"], name=op.f("fk_ballot_envelope_ballot_id_ballot")),
        sa.PrimaryKeyConstraint("ballot_id", "key", name=op.f("pk_ballot_envelope")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "ballot_item",
        sa.Column("ballot_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["ballot_id"], ["ballot.id"], name=op.f("fk_ballot_item_ballot_id_ballot")),
        sa.ForeignKeyConstraint(["item_id"], ["sitting_item.id"], name=op.f("fk_ballot_item_item_id_sitting_item")),
        sa.PrimaryKeyConstraint("ballot_id", "item_id", name=op.f("pk_ballot_item")),
        sa.UniqueConstraint("ballot_id", "position", name=op.f("uq_ballot_item_ballot_id_position")),
    )
    with op.batch_alter_table("ballot_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ballot_item_item_id"), ["item_id"], unique=False)

    op.create_table(
        "ballot_turnout",
        sa.Column("ballot_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("member_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["ballot_id"], ["ballot.id"], name=op.f("fk_ballot_turnout_ballot_id_ballot")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["committee_member.id"], name=op.f("fk_ballot_turnout_member_id_committee_member")
        ),
        sa.PrimaryKeyConstraint("ballot_id", "member_id", name=op.f("pk_ballot_turnout")),
        sqlite_with_rowid=False,
    )

    # a box that is closed takes nothing more, and nothing in it or counted from it changes, whoever writes
    for table, name, event, test, text in GUARDS:
        if op.get_bind().dialect.name == "sqlite":
            when = f" WHEN {test}" if test else ""
            op.execute(
                f"CREATE TRIGGER {table}_{name} BEFORE {event} ON {table}{when}"
                f" BEGIN SELECT RAISE(ABORT, '{text}'); END"
            )
        else:
            raised = f"RAISE EXCEPTION '{text}';"
            body = f"IF {test} THEN {raised} END IF;" if test else raised
            op.execute(
                f"CREATE FUNCTION {table}_{name}() RETURNS trigger LANGUAGE plpgsql AS"
                f" $$ BEGIN {body} RETURN NEW; END $$"
            )
            op.execute(
                f"CREATE TRIGGER {table}_{name} BEFORE {event} ON {table}"
                f" FOR EACH ROW EXECUTE FUNCTION {table}_{name}()"
            )


def downgrade() -> None:
    raise RuntimeError("restore the backup that was taken before the upgrade")
