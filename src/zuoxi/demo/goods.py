"""What the demo's operator sells: two business lines, their products and articles. Prices in fen."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DemoSku:
    """One article of a product: code, what tells it from the others, price in fen, and how often it is bought."""

    code: str
    name: str
    price_minor: int
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class DemoProduct:
    """A product with its articles; ``gift`` ones go along with others."""

    code: str
    name: str
    description: str
    skus: tuple[DemoSku, ...]
    gift: bool = False


def _of(code: str, name: str, description: str, *skus: tuple[str, int], gift: bool = False) -> DemoProduct:
    articles = tuple(
        DemoSku(f"{code}-{place}", label, price, 1.0 / place) for place, (label, price) in enumerate(skus, start=1)
    )
    return DemoProduct(code, name, description, articles, gift)


KITCHEN: tuple[DemoProduct, ...] = (
    _of("CF101", "麦饭石不粘炒锅", "少油烟,轻便,燃气电磁炉通用", ("32cm 单锅", 29900), ("32cm+汤锅套装", 49900)),
    _of("CF102", "全自动破壁料理机", "1.75 升,12 叶刀头,预约保温", ("白色", 59900), ("香槟金", 63900)),
    _of("CF103", "智能电压力锅", "5 升双胆,一键排气", ("5 升", 39900), ("6 升", 45900)),
    _of("CF104", "德式菜刀五件套", "高碳钢,附刀座", ("五件套", 26900), ("七件套", 36900)),
    _of("CF105", "多功能蒸烤箱", "32 升,蒸烤炸一体", ("32 升", 129900)),
    _of("CF106", "真空保鲜盒", "食品级硅胶密封,可微波", ("12 件套", 15900), ("20 件套", 22900)),
    _of("CF107", "无线手持搅拌棒", "充电式,四档", ("标准装", 19900), ("附研磨杯", 25900)),
    _of("CF108", "304 不锈钢汤蒸锅", "三层复底,28 厘米", ("两层", 23900), ("三层", 29900)),
    _of("CF109", "家用净饮一体机", "五级过滤,三秒即热", ("台式", 99900), ("壁挂", 109900)),
    _of("CF110", "空气炸锅", "5.5 升可视窗", ("5.5 升", 34900), ("7 升", 42900)),
    _of("CF111", "竹纤维抹布", "吸水不沾油", ("20 片", 3900), gift=True),
    _of("CF112", "硅胶锅铲三件套", "耐高温 230℃", ("三件套", 5900), gift=True),
)

HEALTH: tuple[DemoProduct, ...] = (
    _of("JK201", "颈椎按摩仪", "热敷揉捏,可充电", ("标准款", 39900), ("语音款", 49900)),
    _of("JK202", "足浴按摩盆", "自动加热,滚轮按摩", ("深桶", 45900), ("折叠", 38900)),
    _of("JK203", "上臂式电子血压计", "大屏语音,双人记忆", ("标准装", 25900), ("附电源", 28900)),
    _of("JK204", "护腰靠垫", "记忆棉,四季可用", ("灰色", 16900), ("咖啡色", 16900)),
    _of("JK205", "太极石磁疗护膝", "自发热,一对装", ("一对", 19900), ("两对", 35900)),
    _of("JK206", "家用制氧机", "5 升机,低噪音", ("5 升", 259900), ("5 升雾化款", 289900)),
    _of("JK207", "乳胶护颈枕", "泰国天然乳胶", ("一只", 29900), ("一对", 53900)),
    _of("JK208", "老年健步鞋", "防滑软底,男女同款", ("黑色", 19900), ("红色", 19900), ("灰色", 19900)),
    _of("JK209", "艾灸仪套装", "随身灸,附艾柱 54 粒", ("单头", 22900), ("双头", 32900)),
    _of("JK210", "电动轮椅", "可折叠,续航 20 公里", ("标准款", 329900)),
    _of("JK211", "艾草足贴", "晚间使用", ("30 贴", 4900), gift=True),
    _of("JK212", "便携药盒", "一周七格", ("一只", 2900), gift=True),
)

OTHER_OPERATOR: tuple[DemoProduct, ...] = (
    _of("YS301", "遥控四驱越野车", "儿童玩具,附电池", ("蓝色", 12900), ("绿色", 12900)),
    _of("YS302", "学生护眼台灯", "无频闪,三档", ("标准款", 19900)),
    _of("YS303", "点读笔", "64G,配套绘本 20 本", ("套装", 39900)),
)
