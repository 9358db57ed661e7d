"""The one Alembic environment for all components: the runner hands over the connection and the component."""

from alembic import context

from core.migrations.components import belongs, render_item
from core.models import db

config = context.config
component = config.attributes["component"]
connection = config.attributes["connection"]

context.configure(
    connection=connection,
    target_metadata=db.metadata,
    version_table=component.version_table,
    include_name=lambda name, kind, parents: belongs(component, name, kind, parents),
    include_object=lambda _obj, name, kind, _reflected, _other: belongs(component, name, kind, {}),
    render_item=render_item,
    render_as_batch=True,
    compare_type=True,
    # the runner holds the transaction: on SQLite the driver must not open one of its own
    transactional_ddl=True,
    transaction_per_migration=False,
)

context.run_migrations()
