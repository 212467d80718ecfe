"""The tables that a night publishes: their names, keys and columns, read off the models that pages use."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from django.apps import apps
from django.db import models

from stead.customers.models import Published

RUN_COLUMN = "run_id"  # set at publication: the run that last wrote the row


@dataclass(frozen=True)
class PublishedColumn:
    """One column as the night must deliver it."""

    name: str
    type: str  # DuckDB's name of the type
    nullable: bool
    length_max: int | None  # characters; None: no limit


@dataclass(frozen=True)
class PublishedTable:
    """One published table: its name in the database and in the lake, its key and its columns but the run."""

    name: str
    lake_name: str
    key: str
    columns: tuple[PublishedColumn, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The columns' names in the order of the database."""
        return tuple(column.name for column in self.columns)

    def file(self, folder: Path) -> Path:
        """Where the table lies as Parquet in a folder."""
        return folder / f"{self.lake_name}.parquet"


def _type_of(field: "models.Field[object, object]") -> str:
    """DuckDB's type for a column of a model. Raises TypeError for a kind that no published table uses."""
    if isinstance(field, models.DecimalField):
        return f"DECIMAL({field.max_digits},{field.decimal_places})"
    kinds: Mapping[type[object], str] = {
        models.SmallIntegerField: "SMALLINT",
        models.BigIntegerField: "BIGINT",
        models.IntegerField: "INTEGER",
        models.BooleanField: "BOOLEAN",
        models.DateField: "DATE",
        models.CharField: "VARCHAR",
        models.TextField: "VARCHAR",
    }
    for kind, name in kinds.items():
        if isinstance(field, kind):
            return name
    raise TypeError(f"{field}: a published table cannot hold a {type(field).__name__}")


def table_of(model: type[Published]) -> PublishedTable:
    """What must be delivered for a model's table."""
    columns = tuple(
        PublishedColumn(
            name=str(field.column),
            type=_type_of(field),
            nullable=field.null,
            length_max=field.max_length if isinstance(field, models.CharField) else None,
        )
        for field in model._meta.concrete_fields
        if field.column != RUN_COLUMN
    )
    meta = model._meta
    key = meta.pk
    if key is None:
        raise TypeError(f"{model.__name__}: a published table needs a primary key")
    return PublishedTable(meta.db_table, str(meta.model_name), str(key.column), columns)


# Of every app, a practice's own too.
TABLES: tuple[PublishedTable, ...] = tuple(
    table_of(model) for model in apps.get_models() if issubclass(model, Published)
)
BY_NAME: dict[str, PublishedTable] = {table.name: table for table in TABLES}
