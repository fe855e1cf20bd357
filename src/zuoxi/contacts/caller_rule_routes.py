"""HTTP of the rules against callers, and of the agents' nuisance key."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from zuoxi import lines
from zuoxi.accounts import Principal, TenantSession, require
from zuoxi.contacts import caller_rules
from zuoxi.contacts.models import CallerRule
from zuoxi.customers import Id, Strict, read_number
from zuoxi.platform import audit
from zuoxi.platform.masking import mask_number
from zuoxi.platform.paging import Listed, Paged, Sortable
from zuoxi.platform.services import Services, services

router = APIRouter(prefix="/api", tags=["caller rules"])

Blocker = Annotated[Principal, Depends(require("callers.block"))]
Reporter = Annotated[Principal, Depends(require("callers.report", "callers.block"))]
Provided = Annotated[Services, Depends(services)]
Kind = Literal["number", "prefix", "withheld", "repeated", "silent"]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[^\x00]*$"), Field(max_length=500)]


class CallerRuleIn(Strict):
    """``pattern``: the number, or how it begins (kinds number and prefix). ``calls`` within ``minutes``: after so many
    (kinds repeated and silent). ``priority``: added in every queue. ``block_minutes``: how long a number is turned away
    that a counted rule met (null: each call is judged anew)."""

    kind: Kind
    pattern: Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^\+?[0-9 -]{0,24}$")] = ""
    calls: Annotated[int, Field(ge=1, le=1000)] | None = None
    minutes: Annotated[int, Field(ge=1, le=44640)] | None = None
    line_id: Id | None = None
    action: Literal["flag", "priority", "block"]
    priority: Annotated[int, Field(ge=-100, le=100)] = 0
    block_minutes: Annotated[int, Field(ge=1, le=525600)] | None = None
    refuse_with: Literal["message", "busy"] = "message"
    why: Annotated[Reason, Field(min_length=1)]
    expires_at: AwareDatetime | None = None


class CallerRuleOut(BaseModel):
    """A rule with who made it and whom it met. ``number``: the pattern of a whole number, masked by role."""

    id: Id
    kind: Kind
    pattern: str
    number_place: str | None
    calls: int | None
    minutes: int | None
    line_id: Id | None
    line_name: str | None
    action: Literal["flag", "priority", "block"]
    priority: int
    block_minutes: int | None
    refuse_with: Literal["message", "busy"]
    why: str
    state: Literal["review", "active", "ended"]
    expired: bool
    contact_id: Id | None
    parent_id: Id | None
    made_by: Id | None
    made_by_name: str | None
    made_at: datetime
    expires_at: datetime | None
    reviewed_by_name: str | None
    reviewed_at: datetime | None
    hits: int
    last_hit_at: datetime | None


class Confirmation(Strict):
    """Until when the rule goes on (null: without end)."""

    expires_at: AwareDatetime | None = None


class NuisanceIn(Strict):
    contact_id: Id
    why: Reason = ""


class RefusalSetting(Strict):
    """How callers on the blacklist are turned away: with a message, or with the busy tone."""

    refuse_with: Literal["message", "busy"]


def _out(rule: CallerRule, names: lines.Names, now: datetime, *, revealed: bool, **more: object) -> CallerRuleOut:
    plain = {name: getattr(rule, name) for name in CallerRuleOut.model_fields if hasattr(rule, name)}
    phone = read_number(rule.pattern) if rule.kind == "number" else None
    shown = rule.pattern if phone is None else phone.shown or rule.pattern
    return CallerRuleOut(
        **plain
        | {
            "pattern": shown if revealed or phone is None else mask_number(shown),
            "number_place": None if phone is None else phone.place,
            "line_name": names.lines.get(rule.line_id or ""),
            "expired": rule.expires_at is not None and rule.expires_at <= now,
            "made_by_name": None,
            "reviewed_by_name": None,
            "hits": 0,
            "last_hit_at": None,
        }
        | more
    )


@router.get("/caller-rules", operation_id="list_caller_rules")
async def list_rules(
    blocker: Blocker,
    session: TenantSession,
    page: Paged,
    provided: Provided,
    state: Literal["in_force", "review", "ended"] | None = None,
    kind: Kind | None = None,
) -> Listed[CallerRuleOut]:
    """Rules against callers, those that wait for a review first, then the newest."""
    now = provided.clock()
    statement = caller_rules.rules(now=now, state=state, kind=kind, q=page.q).order_by(
        (CallerRule.state != "review"), CallerRule.made_at.desc(), CallerRule.id
    )
    sortable: Sortable = {
        "review": CallerRule.state != "review",
        "made_at": CallerRule.made_at,
        "expires_at": CallerRule.expires_at,
    }
    rows, total = await page.fetch(session, statement, sortable, "review")
    names = await lines.names(session)
    revealed = blocker.may("customers.reveal")
    if revealed and rows:
        seen = {"rows": len(rows)}
        await audit.record(session, blocker.user_id, "reveal", "caller_rule_list", str(page.number), seen)
    return Listed(
        items=[
            _out(
                row[0],
                names,
                now,
                revealed=revealed,
                made_by_name=row.made_by_name,
                reviewed_by_name=row.reviewed_by_name,
                hits=row.hits,
                last_hit_at=row.last_hit_at,
            )
            for row in rows
        ],
        total=total,
    )


@router.post("/caller-rules", operation_id="make_caller_rule", status_code=201)
async def post_rule(body: CallerRuleIn, blocker: Blocker, session: TenantSession, provided: Provided) -> CallerRuleOut:
    """Make a rule that holds from the next call on."""
    now = provided.clock()
    rule = await caller_rules.make_rule(session, blocker, body.model_dump(), now)
    return _out(rule, await lines.names(session), now, revealed=True, made_by_name=blocker.name)


@router.get("/caller-rules/settings", operation_id="read_refusal")
async def get_refusal(blocker: Blocker, session: TenantSession) -> RefusalSetting:
    """How callers on the blacklist are turned away."""
    return RefusalSetting.model_validate({"refuse_with": await lines.refusal(session)})


@router.put("/caller-rules/settings", operation_id="change_refusal", status_code=204)
async def put_refusal(body: RefusalSetting, blocker: Blocker, session: TenantSession) -> None:
    """Turn callers on the blacklist away with a message, or with the busy tone."""
    await lines.change_refusal(session, blocker.user_id, body.refuse_with)


@router.post("/caller-rules/nuisance", operation_id="report_nuisance", status_code=204)
async def post_nuisance(body: NuisanceIn, reporter: Reporter, session: TenantSession, provided: Provided) -> None:
    """Turn a nuisance caller away until a supervisor has looked, for a day at most."""
    await caller_rules.report_nuisance(session, reporter, body.contact_id, body.why or "骚扰电话", provided.clock())


@router.put("/caller-rules/{rule_id}", operation_id="change_caller_rule")
async def put_rule(
    rule_id: Id, body: CallerRuleIn, blocker: Blocker, session: TenantSession, provided: Provided
) -> CallerRuleOut:
    """Change a rule."""
    now = provided.clock()
    rule = await caller_rules.change_rule(session, blocker, rule_id, body.model_dump(), now)
    return _out(rule, await lines.names(session), now, revealed=bool(body.pattern))


@router.post("/caller-rules/{rule_id}/confirm", operation_id="confirm_caller_rule", status_code=204)
async def post_confirm(
    rule_id: Id, body: Confirmation, blocker: Blocker, session: TenantSession, provided: Provided
) -> None:
    """Let an agent's rule go on."""
    await caller_rules.confirm_rule(session, blocker, rule_id, body.expires_at, provided.clock())


@router.post("/caller-rules/{rule_id}/end", operation_id="end_caller_rule", status_code=204)
async def post_end(rule_id: Id, blocker: Blocker, session: TenantSession, provided: Provided) -> None:
    """End a rule, or refuse an agent's."""
    await caller_rules.end_rule(session, blocker, rule_id, provided.clock())
