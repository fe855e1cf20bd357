"""The five routes that skills, queues, business lines and hotlines have alike: list, make, change, remove."""

# No postponed annotations here: FastAPI reads those of the functions below, whose bodies' types come as arguments.

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from zuoxi.accounts import Principal, SignedIn, TenantSession, require
from zuoxi.lines import change_lines
from zuoxi.platform.fields import Id
from zuoxi.platform.paging import Listed
from zuoxi.platform.services import Services, services

Manager = Annotated[Principal, Depends(require("lines.manage"))]
Provided = Annotated[Services, Depends(services)]
Finish = Callable[[AsyncSession, Services, list[Any]], Awaitable[None]]


def add_table(
    router: APIRouter,
    noun: str,
    kind: type[change_lines.Row],
    *,
    made: type[BaseModel],
    changed: type[BaseModel],
    shown: type[BaseModel],
    finish: Finish | None = None,
) -> None:
    """Serve ``kind`` under ``/{noun}s``: everybody of the tenant may read, those who manage lines may change.

    ``made`` and ``changed`` are the bodies (of the second only the fields sent count), ``shown`` is a row of the
    answer; ``finish`` fills in what of the listed rows is not in the table.
    """

    async def list_rows(
        _: SignedIn,
        session: TenantSession,
        provided: Provided,
        page: Annotated[int, Query(ge=1)] = 1,
        page_size: Annotated[int, Query(ge=1, le=500)] = 200,
    ) -> Any:
        total = await session.scalar(select(func.count()).select_from(kind))
        statement = select(kind).order_by(kind.name, kind.id).limit(page_size).offset((page - 1) * page_size)
        items = [shown.model_validate(row) for row in await session.scalars(statement)]
        if finish is not None:
            await finish(session, provided, items)
        return {"items": items, "total": total}

    async def create(body: BaseModel, principal: Manager, session: TenantSession) -> Any:
        return shown.model_validate(await change_lines.create(session, principal.user_id, kind, body.model_dump()))

    async def change(row_id: Id, body: BaseModel, principal: Manager, session: TenantSession) -> Any:
        values = body.model_dump(include=body.model_fields_set)  # what was sent, whole
        return shown.model_validate(await change_lines.change(session, principal.user_id, kind, row_id, values))

    async def remove(row_id: Id, principal: Manager, session: TenantSession) -> None:
        await change_lines.remove(session, principal.user_id, kind, row_id)

    create.__annotations__["body"] = made
    change.__annotations__["body"] = changed
    many, one = f"/{noun}s", f"/{noun}s/{{row_id}}"
    listed = Listed.__class_getitem__(shown)
    router.add_api_route(many, list_rows, response_model=listed, name=f"list_{noun}s")
    router.add_api_route(many, create, methods=["POST"], status_code=201, response_model=shown, name=f"create_{noun}")
    router.add_api_route(one, change, methods=["PATCH"], response_model=shown, name=f"change_{noun}")
    router.add_api_route(one, remove, methods=["DELETE"], status_code=204, name=f"remove_{noun}")
