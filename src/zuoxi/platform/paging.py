"""Lists: ``?page=&page_size=&sort=&q=`` in, ``{"items": […], "total": n}`` out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Depends, Query
from pydantic import BaseModel
from sqlalchemy import ColumnElement, Row, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from zuoxi.platform.errors import DomainError

T = TypeVar("T")
Sortable = Mapping[str, "ColumnElement[Any] | InstrumentedAttribute[Any]"]


class BadSort(DomainError):
    code = "platform.bad_sort"
    kind = "invalid"
    zh = "不能按 {sort} 排序"
    en = "This list cannot be sorted by {sort}"


class Listed(BaseModel, Generic[T]):
    """One page of a list and how many entries there are in all."""

    items: list[T]
    total: int


@dataclass(frozen=True, slots=True)
class Page:
    """The part of a list that is wanted. ``sort`` is a field's name, with ``-`` before it for descending; ``q`` is what
    to search for."""

    number: int
    size: int
    sort: str | None
    q: str | None

    async def fetch(
        self, session: AsyncSession, statement: Select[*tuple[Any, ...]], sortable: Sortable, default: str
    ) -> tuple[Sequence[Row[*tuple[Any, ...]]], int]:
        """This page of the statement's rows, and the number of all its rows.

        ``sortable`` maps the names that ``sort`` may take to columns; ``default`` is used when none is asked for. Add a
        unique column to the statement's own order where equal values must keep their place. Raises BadSort.
        """
        wanted = self.sort or default
        descending = wanted.startswith("-")
        column = sortable.get(wanted.removeprefix("-"))
        if column is None:
            raise BadSort(field="sort", sort=wanted.removeprefix("-"))
        total = await session.scalar(select(func.count()).select_from(statement.order_by(None).subquery()))
        ordered = statement.order_by(None).order_by(
            column.desc().nulls_last() if descending else column.asc().nulls_last(), *statement._order_by_clauses
        )
        rows = (await session.execute(ordered.limit(self.size).offset((self.number - 1) * self.size))).all()
        return rows, total or 0


def page(
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
    page_size: Annotated[int, Query(ge=1, le=200)] = 20,
    sort: Annotated[str | None, Query(max_length=40)] = None,
    q: Annotated[str | None, Query(max_length=100)] = None,
) -> Page:
    """Dependency: the part of the list that the request asks for."""
    return Page(number=page, size=page_size, sort=sort or None, q=(q or "").strip() or None)


Paged = Annotated[Page, Depends(page)]
