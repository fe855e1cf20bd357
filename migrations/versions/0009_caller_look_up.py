"""Who calls, in one round trip: what routing needs of customers, blacklist and orders at the moment a call arrives."""

from __future__ import annotations

from alembic import op

from zuoxi.platform.tenancy import APP_ROLE

revision = "0009_caller_look_up"
down_revision = "0008_reporting"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Works with the rights of its caller, so row-level security holds; it names the tenant itself, for the statement.
    op.execute(
        """
        create function caller_look_up(tenant uuid, number_key text, client uuid, moment timestamptz)
        returns table (customer_id uuid, vip boolean, blacklisted boolean, agent_id uuid, line_id uuid,
                       age double precision)
        language plpgsql volatile as $$
        #variable_conflict use_column
        begin
            perform set_config('app.tenant', tenant::text, true);
            return query
            select c.id, coalesce(c.vip and (c.vip_until is null or c.vip_until > moment), false), b.blocked,
                   o.agent_id, o.line_id, extract(epoch from moment - o.created_at)::double precision
            from (select exists (
                    select 1 from blacklist
                    where blacklist.key = number_key
                      and (blacklist.expires_at is null or blacklist.expires_at > moment)) as blocked) b
            left join lateral (
                select customer.id, customer.vip, customer.vip_until
                from customer_number
                join customer on customer.tenant_id = customer_number.tenant_id
                             and customer.id = customer_number.customer_id
                where customer_number.key = number_key and (client is null or customer_number.client_id = client)
                order by customer.updated_at desc limit 1) c on true
            left join lateral (
                select orders.agent_id, orders.line_id, orders.created_at
                from orders
                where orders.customer_id = c.id and orders.state <> 'cancelled'
                order by orders.created_at desc limit 1) o on true;
        end
        $$
        """
    )
    op.execute("revoke execute on function caller_look_up(uuid, text, uuid, timestamptz) from public")
    op.execute(f"grant execute on function caller_look_up(uuid, text, uuid, timestamptz) to {APP_ROLE}")


def downgrade() -> None:
    op.execute("drop function caller_look_up(uuid, text, uuid, timestamptz)")
