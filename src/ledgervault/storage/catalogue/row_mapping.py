"""Rows of the port to and from rows of a table, by the order of their columns."""

import dataclasses
from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import Any, Generic, TypeVar

from sqlalchemy import (
    ColumnElement,
    Delete,
    Select,
    Table,
    Update,
    and_,
    bindparam,
    select,
)

from ledgervault.errors import Conflict
from ledgervault.storage.catalogue.engine import Link

RowType = TypeVar("RowType")
_KEY = "key_"  # bound names that no column has


@dataclasses.dataclass(frozen=True)
class RowMapping(Generic[RowType]):
    """A table whose columns are the fields of a row class, in the same order."""

    table: Table
    row: Callable[..., RowType]

    def find(self, link: Link, *where: ColumnElement[bool]) -> RowType | None:
        """Return the first row that answers, or None."""
        found = link.first(self._select().where(*where).limit(1))
        return None if found is None else self.row(*found)

    def all(self, link: Link, *where: ColumnElement[bool]) -> list[RowType]:
        """Return the rows that answer, by primary key."""
        return self.of(link, self._select().where(*where).order_by(*self._keys()))

    def of(self, link: Link, statement: Select[Any]) -> list[RowType]:
        """Return the rows of a query for whole rows of this table."""
        row = self.row
        return [row(*found) for found in link.all(statement)]

    def add(self, link: Link, items: Iterable[RowType]) -> None:
        """Insert rows; Conflict when one is there already."""
        link.insert(self.table, self._values(items))

    def put(self, link: Link, item: RowType) -> None:
        """Insert a row in the place of the one with its key."""
        keys = {_KEY + key.name: getattr(item, key.name) for key in self._keys()}
        link.run(self._delete(), [keys])
        self.add(link, [item])

    def update(self, link: Link, items: Iterable[RowType]) -> None:
        """Replace rows; Conflict `catalogue.moved-on` unless each is one version on."""
        changes = self._parameters(items)
        for change in changes:
            for column in self._keys():
                change[_KEY + column.name] = change.pop(column.name)
            if "row_version" in change:
                change[_KEY + "row_version"] = change["row_version"] - 1
        if link.run(self._update(), changes) != len(changes):
            raise Conflict(
                f"{self.table.name}: the state has moved on since it was read",
                hint="run the command again; it will start from the present state",
                code="catalogue.moved-on",
            )

    def _select(self) -> Select[Any]:
        return select(self.table)

    def _delete(self) -> Delete:
        return self.table.delete().where(*self._matches(self._keys()))

    def _update(self) -> Update:
        keys = self._keys()
        columns = [column for column in self.table.columns if column not in set(keys)]
        guarded = [column for column in columns if column.name == "row_version"]
        values: dict[str, Any] = {
            column.name: bindparam(column.name) for column in columns
        }
        matches = self._matches([*keys, *guarded])
        return self.table.update().where(and_(*matches)).values(values)

    def _matches(self, columns: Sequence[Any]) -> list[ColumnElement[bool]]:
        return [column == bindparam(_KEY + column.name) for column in columns]

    def _keys(self) -> list[Any]:
        return list(self.table.primary_key.columns)

    def _parameters(self, items: Iterable[RowType]) -> list[dict[str, Any]]:
        names = [column.name for column in self.table.columns]
        return [dict(zip(names, values, strict=True)) for values in self._values(items)]

    def _values(self, items: Iterable[RowType]) -> list[tuple[Any, ...]]:
        names = [column.name for column in self.table.columns]
        values: Callable[[RowType], tuple[Any, ...]] = attrgetter(*names)
        return [values(item) for item in items]
