"""Messages that callers leave, and rules against callers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from zuoxi.platform.database import CURRENT_TENANT
from zuoxi.platform.tenancy import APP_ROLE, protect

revision = "0022_voicemail"
down_revision = "0021_call_flows"
branch_labels = None
depends_on = None

_FUNCTION = "caller_rules_met(text, text, uuid, timestamptz)"


def _id() -> list[sa.Column[object]]:
    return [
        sa.Column("tenant_id", sa.Uuid(), nullable=False, server_default=sa.text(CURRENT_TENANT)),
        sa.Column("id", sa.Uuid(), nullable=False, server_default=sa.text("gen_random_uuid()")),
    ]


def _uuid(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.Uuid(), nullable=True)


def _moment(name: str, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "voicemail",
        *_id(),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        *(_uuid(name) for name in ("queue_id", "line_id", "project_id", "customer_id")),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("number_key", sa.Text(collation="C"), nullable=False),
        _moment("left_at", nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False, server_default=sa.text("'new'")),
        _uuid("heard_by"),
        _moment("heard_at"),
        _uuid("called_by"),
        _moment("called_at"),
        _uuid("closed_by"),
        _moment("closed_at"),
        sa.Column("result", sa.Text(), nullable=True),
        _moment("escalated_at"),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
        sa.ForeignKeyConstraint(["tenant_id", "contact_id"], ["contact.tenant_id", "contact.id"]),
        sa.CheckConstraint("state in ('new', 'heard', 'done')", name="state"),
    )
    op.create_index(None, "voicemail", ["tenant_id", "state", "left_at"])
    op.create_index(None, "voicemail", ["tenant_id", "contact_id"])
    op.create_table(
        "voicemail_setting",
        *_id(),
        sa.Column("queue_id", sa.Uuid(), nullable=False),
        sa.Column("escalate_after_s", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
        sa.ForeignKeyConstraint(["tenant_id", "queue_id"], ["queue.tenant_id", "queue.id"], ondelete="CASCADE"),
        sa.UniqueConstraint("tenant_id", "queue_id"),
        sa.CheckConstraint("escalate_after_s > 0", name="limit"),
    )
    op.create_table(
        "caller_rule",
        *_id(),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("pattern", sa.Text(collation="C"), nullable=False, server_default=sa.text("''")),
        sa.Column("calls", sa.Integer(), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=True),
        _uuid("line_id"),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("block_minutes", sa.Integer(), nullable=True),
        sa.Column("refuse_with", sa.Text(), nullable=False, server_default=sa.text("'message'")),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False, server_default=sa.text("'active'")),
        _uuid("contact_id"),
        _uuid("parent_id"),
        _uuid("made_by"),
        _moment("made_at", nullable=False),
        _moment("expires_at"),
        _uuid("reviewed_by"),
        _moment("reviewed_at"),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
        sa.ForeignKeyConstraint(["tenant_id", "line_id"], ["business_line.tenant_id", "business_line.id"]),
        sa.CheckConstraint("kind in ('number', 'prefix', 'withheld', 'repeated', 'silent')", name="kind"),
        sa.CheckConstraint("action in ('flag', 'priority', 'block')", name="action"),
        sa.CheckConstraint("refuse_with in ('message', 'busy')", name="refuse_with"),
        sa.CheckConstraint("state in ('review', 'active', 'ended')", name="state"),
        sa.CheckConstraint("(kind in ('number', 'prefix')) = (pattern <> '')", name="pattern"),
        sa.CheckConstraint(
            "(kind in ('repeated', 'silent')) = (calls is not null and minutes is not null)", name="counted"
        ),
        sa.CheckConstraint("calls > 0 and minutes > 0 and block_minutes > 0", name="sizes"),
    )
    op.create_index(None, "caller_rule", ["tenant_id", "state", "made_at"])
    op.create_table(
        "caller_rule_hit",
        *_id(),
        sa.Column("rule_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        _moment("at", nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
        sa.ForeignKeyConstraint(["tenant_id", "contact_id"], ["contact.tenant_id", "contact.id"]),
    )
    op.create_index(None, "caller_rule_hit", ["tenant_id", "rule_id", "at"])
    op.add_column(
        "line_settings",
        sa.Column("refuse_with", sa.Text(), nullable=False, server_default=sa.text("'message'")),
    )
    op.create_check_constraint("refuse_with", "line_settings", "refuse_with in ('message', 'busy')")
    for table in ("voicemail", "voicemail_setting", "caller_rule", "caller_rule_hit"):
        protect(op, table)
    # Under the rights of its caller, so row-level security holds; the look-up of the caller has named the tenant.
    op.execute(
        """
        create function caller_rules_met(caller_key text, raw text, on_line uuid, moment timestamptz)
        returns jsonb language sql stable as $$
            select coalesce(jsonb_agg(jsonb_build_array(rule.id, rule.action, rule.priority, rule.refuse_with,
                                                        rule.block_minutes) order by rule.made_at, rule.id), '[]')
            from caller_rule rule
            where rule.state in ('active', 'review')
              and (rule.expires_at is null or rule.expires_at > moment)
              and (rule.line_id is null or rule.line_id = on_line)
              and case rule.kind
                  when 'number' then rule.pattern = caller_key
                  when 'prefix' then starts_with(caller_key, rule.pattern) or starts_with(raw, rule.pattern)
                  when 'withheld' then caller_key = ''
                  else caller_key <> '' and (
                      select count(*) from contact
                      where contact.number_key = caller_key
                        and contact.started_at > moment - make_interval(mins => rule.minutes)
                        and contact.direction = 'inbound'
                        and contact.outcome is distinct from 'blocked'
                        and (rule.kind = 'repeated'
                             or contact.disposition in ('silent_call', 'nuisance')
                             or (contact.answered_at is not null and contact.talked_s < 5))) >= rule.calls
                  end
        $$
        """
    )
    op.execute(f"revoke execute on function {_FUNCTION} from public")
    op.execute(f"grant execute on function {_FUNCTION} to {APP_ROLE}")


def downgrade() -> None:
    op.execute(f"drop function {_FUNCTION}")
    op.drop_constraint("refuse_with", "line_settings", type_="check")
    op.drop_column("line_settings", "refuse_with")
    for table in ("caller_rule_hit", "caller_rule", "voicemail_setting", "voicemail"):
        op.drop_table(table)
