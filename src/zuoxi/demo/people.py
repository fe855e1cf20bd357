"""Made-up people: names, telephone numbers that belong where they live, addresses that exist down to the district."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from zuoxi import customers
from zuoxi.customers import Address, load_places
from zuoxi.demo.chance import Chance


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜苏魏程"
    "吕丁沈任姚卢傅钟姜崔谭廖范汪陆金石戴贾韦夏邱方侯邹熊孟秦白江阎薛尹段雷"
)
_WOMEN = _words(
    "秀英 桂英 玉兰 桂兰 淑珍 秀兰 凤英 玉珍 丽华 美玲 春梅 秋菊 爱华 建华 慧敏 雅琴 雪梅 晓燕 丽娟 海燕 玉梅 素芬 "
    "文静 婷婷 佳怡 雨欣 思琪 梦洁 欣然 晓雯 静怡 芳 敏 静 丽 娟 霞 燕 玲 洁 倩 萍 莉 颖 琳 瑶"
)
_MEN = _words(
    "建国 建军 志强 国强 德明 文华 永福 金生 长海 卫东 志明 家兴 光明 振华 庆生 海涛 宏伟 晓东 俊杰 浩然 子轩 宇航 "
    "天佑 伟 强 磊 军 勇 杰 涛 超 刚 平 辉 鹏 飞 波 斌 健 明 亮 凯"
)

# Where television sells: province and city as in the table of regions, with the share of customers there.
_CITIES: tuple[tuple[tuple[str, str], float], ...] = (
    (("浙江省", "杭州市"), 7), (("浙江省", "宁波市"), 4), (("浙江省", "温州市"), 4), (("江苏省", "南京市"), 5),
    (("江苏省", "苏州市"), 5), (("江苏省", "徐州市"), 4), (("上海市", "上海市"), 5), (("山东省", "济南市"), 5),
    (("山东省", "青岛市"), 4), (("山东省", "临沂市"), 3), (("河南省", "郑州市"), 5), (("河南省", "洛阳市"), 3),
    (("河北省", "石家庄市"), 4), (("河北省", "保定市"), 3), (("北京市", "北京市"), 4), (("天津市", "天津市"), 3),
    (("辽宁省", "沈阳市"), 4), (("辽宁省", "大连市"), 3), (("黑龙江省", "哈尔滨市"), 3), (("吉林省", "长春市"), 2),
    (("湖北省", "武汉市"), 4), (("湖南省", "长沙市"), 4), (("四川省", "成都市"), 5), (("重庆市", "重庆市"), 3),
    (("广东省", "广州市"), 4), (("广东省", "佛山市"), 2), (("福建省", "福州市"), 3), (("福建省", "泉州市"), 2),
    (("安徽省", "合肥市"), 4), (("江西省", "南昌市"), 3), (("陕西省", "西安市"), 4), (("山西省", "太原市"), 3),
    (("云南省", "昆明市"), 2), (("广西壮族自治区", "南宁市"), 2), (("甘肃省", "兰州市"), 1),
)  # fmt: skip
_ROADS = _words(
    "人民路 解放路 中山路 建设路 和平路 新华路 文化路 长江路 青年路 胜利路 学府路 光明路 滨河路 迎宾大道 朝阳街"
)
_HOMES = _words("阳光花园 幸福里 锦绣家园 翠竹苑 和谐小区 金桂园 御景湾 丽水佳苑 春江花城 东方名邸 书香门第 福源小区")
_AREA_CODES = {"杭州市": "571", "南京市": "25", "济南市": "531", "郑州市": "371", "沈阳市": "24", "成都市": "28"}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may call: name, number as the trunk presents it, and where they live."""

    name: str
    number: str
    address: Address


class People:
    """Makes people up, no number twice."""

    def __init__(self, chance: Chance) -> None:
        self._chance = chance
        self._taken: set[str] = set()
        self._prefixes = _mobile_prefixes()
        self._districts = {
            (province.name, city.name): tuple(
                district.name for district in city.parts if not district.name.endswith("市辖区")
            )
            for province in customers.regions()
            for city in province.parts
        }

    def name(self) -> str:
        """A Chinese name."""
        return self._chance.one(_SURNAMES) + self._chance.one(_WOMEN if self._chance.happens(0.62) else _MEN)

    def person(self) -> Person:
        """Somebody with a number of their own; a few have a landline."""
        province, city = self._chance.weighted(_CITIES)
        name = self.name()
        number = self.number(city)
        mobile = number if number.startswith("1") else self.number(city, landline=False)
        return Person(name, number, self._address(name, mobile, province, city))

    def number(self, city: str | None = None, *, landline: bool | None = None) -> str:
        """A number of that city (any of ours when none is given) that nobody has yet."""
        place = city or self._chance.weighted(_CITIES)[1]
        fixed = self._chance.happens(0.12) if landline is None else landline
        while True:
            if fixed and place in _AREA_CODES:
                number = f"0{_AREA_CODES[place]}8{self._chance.whole(1000000, 9999999)}"
            else:
                number = f"{self._chance.one(self._prefixes[place])}{self._chance.whole(0, 9999):04d}"
            if number not in self._taken:
                self._taken.add(number)
                return number

    def _address(self, name: str, phone: str, province: str, city: str) -> Address:
        chance = self._chance
        street = (
            f"{chance.one(_ROADS)}{chance.whole(1, 399)}号{chance.one(_HOMES)}{chance.whole(1, 28)}幢"
            f"{chance.whole(1, 4)}单元{chance.whole(1, 18)}0{chance.whole(1, 4)}室"
        )
        return Address(name, phone, province, city, chance.one(self._districts[province, city]), street)


def _mobile_prefixes() -> Mapping[str, tuple[str, ...]]:
    """The first seven digits of mobile numbers, by city."""
    found: dict[str, list[str]] = {city: [] for (_, city), _ in _CITIES}
    for digits, place in load_places().items():
        if len(digits) == 7 and digits[0] == "1" and digits[1] in "35789":  # 14 is for data cards
            for city in (place[-3:], place[-4:]):
                if city in found:
                    found[city].append(digits)
                    break
    return {city: tuple(sorted(digits)) for city, digits in found.items()}
