"""Who and what the demo's operators are: staff, skills, queues, lines, hotlines. Written by the domains' own verbs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from zuoxi import lines
from zuoxi.accounts import NewUser, create_tenant, create_user
from zuoxi.demo.chance import Chance
from zuoxi.demo.goods import HEALTH, KITCHEN, OTHER_OPERATOR, DemoProduct
from zuoxi.platform.services import Clock

# Nobody can sign in with this; passwords are set when the logins are handed out.
NO_PASSWORD = "!"  # noqa: S105


@dataclass(frozen=True, slots=True)
class Staff:
    """A person on the payroll. ``skills``: the key of a skill and its level."""

    login: str
    name: str
    number: str
    roles: tuple[str, ...]
    title: str
    skills: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class LinePlan:
    """A business line with its hotlines: number, name, whether callers wait answered, whether they are greeted."""

    key: str
    name: str
    queue: str
    products: tuple[DemoProduct, ...]
    hotlines: tuple[tuple[str, str, bool, bool], ...]
    vip_skill: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """One operator. ``skills``: key → name. Sizes say how much history is made up."""

    name: str
    project: str
    skills: Mapping[str, str]
    lines: tuple[LinePlan, ...]
    staff: tuple[Staff, ...]
    customers: int
    strangers: int
    sender: tuple[str, str, str]


def _agent(number: int, name: str, **skills: int) -> Staff:
    return Staff(f"agent{number:02d}", name, f"{1000 + number}", ("agent",), "坐席 agent", skills)


MAIN = Plan(
    name="好家购物",
    project="电视购物热线",
    skills={"kitchen": "厨房好物组", "health": "健康生活组", "vip": "贵宾专席"},
    lines=(
        LinePlan(
            "kitchen",
            "厨房好物",
            "厨房好物队列",
            KITCHEN,
            (
                ("4008001111", "厨房好物·生活频道晚间档", True, False),
                ("4008001112", "厨房好物·都市频道午间档", True, True),
            ),
            "vip",
        ),
        LinePlan(
            "health",
            "健康生活",
            "健康生活队列",
            HEALTH,
            (
                ("4008002221", "健康生活·影视频道早间档", True, False),
                ("4008002222", "健康生活·老年频道下午档", False, False),
            ),
            "vip",
        ),
    ),
    staff=(
        Staff("admin", "沈立新", "9001", ("tenant_administrator", "system_administrator"), "管理员 administrator", {}),
        Staff("supervisor1", "罗晓燕", "2001", ("supervisor",), "班长 supervisor", {}),
        Staff("supervisor2", "贺志明", "2002", ("supervisor",), "班长 supervisor", {}),
        Staff("auditor1", "孟丽娟", "3001", ("auditor",), "审单员 auditor", {}),
        Staff("auditor2", "傅文静", "3002", ("auditor",), "审单员 auditor", {}),
        Staff("dispatcher1", "雷海涛", "4001", ("dispatcher",), "物流专员 dispatcher", {}),
        Staff("dispatcher2", "汤国强", "4002", ("dispatcher",), "物流专员 dispatcher", {}),
        _agent(1, "林雨欣", kitchen=8, vip=9),
        _agent(2, "陈思琪", kitchen=7, health=6, vip=8),
        _agent(3, "黄梦洁", kitchen=9),
        _agent(4, "周佳怡", kitchen=6, health=5),
        _agent(5, "吴浩然", kitchen=5),
        _agent(6, "徐婷婷", kitchen=7, health=4),
        _agent(7, "孙慧敏", health=9, vip=9),
        _agent(8, "马晓雯", health=8, kitchen=5),
        _agent(9, "朱俊杰", health=6),
        _agent(10, "胡静怡", health=7, kitchen=4),
        _agent(11, "郭宇航", health=5),
        _agent(12, "何欣然", health=6, kitchen=6),
    ),
    customers=330,
    strangers=260,
    sender=("好家购物发货中心", "4008001111", "浙江省杭州市余杭区仓前街道物流园 6 号库"),
)

OTHER = Plan(
    name="远山客服",
    project="童趣商城",
    skills={"toys": "玩具组"},
    lines=(
        LinePlan("toys", "童趣商城", "童趣队列", OTHER_OPERATOR, (("4006003333", "童趣商城·少儿频道", True, False),)),
    ),
    staff=(
        Staff("ys-admin", "白建华", "9001", ("tenant_administrator",), "远山客服 管理员", {}),
        Staff("ys-supervisor", "秦雪梅", "2001", ("supervisor",), "远山客服 班长", {}),
        Staff("ys-auditor", "侯淑珍", "3001", ("auditor",), "远山客服 审单员", {}),
        Staff("ys-agent1", "江晓东", "1001", ("agent",), "远山客服 坐席", {"toys": 6}),
        Staff("ys-agent2", "尹海燕", "1002", ("agent",), "远山客服 坐席", {"toys": 5}),
    ),
    customers=24,
    strangers=10,
    sender=("童趣商城仓库", "4006003333", "四川省成都市双流区空港路 18 号"),
)


@dataclass(frozen=True, slots=True)
class Hotline:
    """A dialled number and where its calls go, by their identifiers."""

    id: str
    number: str
    line_id: str
    queue_id: str
    project_id: str
    skill: str
    line_key: str
    answered_before_waiting: bool


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the staff, with their identifier."""

    id: str
    name: str
    roles: tuple[str, ...]
    skills: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Centre:
    """An operator that stands: what the made-up history refers to."""

    plan: Plan
    client_id: str
    project_id: str
    hotlines: tuple[Hotline, ...]
    line_ids: Mapping[str, str]
    staff: tuple[Person, ...]

    def of(self, role: str) -> list[Person]:
        """Everybody with this role."""
        return [person for person in self.staff if role in person.roles]


async def found(session: AsyncSession, plan: Plan, chance: Chance, clock: Clock) -> Centre:
    """Make the operator of this transaction's tenant, with its people and lines."""
    now = clock()
    tenant = await create_tenant(session, plan.name, project=plan.project)
    staff = []
    for member in plan.staff:
        new = NewUser(
            login=member.login,
            name=member.name,
            number=member.number,
            password_hash=NO_PASSWORD,
            roles=frozenset(member.roles),
            demo=True,
            id=chance.identifier(now),
        )
        user = await create_user(session, new)
        staff.append(Person(user.id, member.name, member.roles, member.skills))
    by = staff[0].id
    skills: dict[str, str] = {}
    for key, name in plan.skills.items():
        skill = await lines.create(session, by, lines.Skill, {"id": chance.identifier(now), "name": name})
        skills[key] = skill.id
    hotlines, line_ids = [], {}
    for line in plan.lines:
        hotlines += await _line(session, by, line, tenant.project_id, skills, chance, clock)
        line_ids[line.key] = hotlines[-1].line_id
    for person in staff:
        if person.skills:
            levels = {skills[key]: level for key, level in person.skills.items()}
            await lines.assign_skills(session, by, person.id, levels)
    return Centre(plan, tenant.client_id, tenant.project_id, tuple(hotlines), line_ids, tuple(staff))


async def _line(
    session: AsyncSession,
    by: str,
    line: LinePlan,
    project_id: str,
    skills: Mapping[str, str],
    chance: Chance,
    clock: Clock,
) -> list[Hotline]:
    now = clock()
    queue = await lines.create(
        session,
        by,
        lines.Queue,
        {"id": chance.identifier(now), "name": line.queue, "skill_id": skills[line.key], "wrap_up_limit_s": 60},
    )
    vip_skill_id = skills[line.vip_skill] if line.vip_skill else None
    row = await lines.create(
        session,
        by,
        lines.BusinessLine,
        {"id": chance.identifier(now), "name": line.name, "project_id": project_id, "vip_skill_id": vip_skill_id},
    )
    made = []
    for number, name, answered, greeted in line.hotlines:
        hotline = await lines.create(
            session,
            by,
            lines.Hotline,
            {
                "id": chance.identifier(now),
                "number": number,
                "name": name,
                "line_id": row.id,
                "queue_id": queue.id,
                "answer_before_waiting": answered,
                "greeting": "greeting" if greeted else None,
            },
        )
        made.append(Hotline(hotline.id, number, row.id, queue.id, project_id, line.key, line.key, answered))
    return made
