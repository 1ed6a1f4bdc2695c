"""Alembic's surroundings: our models on the connection that ``directory.engine.upgrade_schema`` hands over.

Run by hand with ``directory migrate revision``; SpatiaLite's and PostGIS's own tables are left alone.
"""

from typing import Any

from alembic import context
from geoalchemy2 import alembic_helpers

import directory.accounts.models
import directory.catalogue.models
import directory.outreach.models
import directory.places.models
import directory.referrals.models
import directory.reports.models
import directory.web.models  # noqa: F401 - the imports fill the metadata
from directory.extensions import Model

#: SpatiaLite 5 tables that GeoAlchemy2's filter misses: autogenerate would drop them.
SPATIALITE_TABLES = {"KNN", "KNN2", "SpatialIndex", "ElementaryGeometries", "data_licenses", "sql_statements_log"}


def include_object(thing: Any, name: str | None, kind: str, reflected: bool, compare_to: Any) -> bool:
    """Tell Alembic which tables, columns and indexes are ours."""
    if kind == "table" and reflected and (name in SPATIALITE_TABLES or str(name).startswith("idx_")):
        return False
    return bool(alembic_helpers.include_object(thing, name, kind, reflected, compare_to))


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Model.metadata,
    include_object=include_object,
    process_revision_directives=alembic_helpers.writer,
    render_item=alembic_helpers.render_item,
    render_as_batch=True,
    compare_type=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
