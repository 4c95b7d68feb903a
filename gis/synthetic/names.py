"""Invented names: roads, lanes, compounds, persons, firms. None is meant to exist."""

import itertools

import numpy as np

# North-south roads are 路, east-west ones 街, as in most northern towns.
MAIN_ROADS = (
    "泽州路",
    "凤翔路",
    "前进路",
    "建设路",
    "兰花路",
    "景西路",
    "文博路",
    "白马路",
    "畅安路",
    "晓庄路",
)
MAIN_STREETS = (
    "黄华街", "凤台街", "文昌街", "红星街", "新市街", "书院街", "太岳街", "迎宾街", "白水街", "中原街",
    "北环街", "南环街",
)  # fmt: skip
_FIRST = "文景德泰安永兴昌凤鸣太行丹河晋城泽兰白红新康和长宁祥瑞福锦云玉金龙翠春秋明光华盛庆丰乐同仁义信"
_SECOND = "昌德苑园河星市台阳明安宁和兴盛泰康华春晖源泉岭山川城门桥秀翠锦云庆丰乐善贤礼智"
_COMPOUND_ENDS = (
    "小区",
    "苑",
    "花园",
    "家园",
    "雅苑",
    "华庭",
    "新村",
    "嘉园",
    "名邸",
    "公寓",
    "佳苑",
    "景苑",
)
_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙马朱胡郭何高林郑谢罗梁宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁"
    "任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴"
    "莫孔向汤原靳牛焦"
)
_GIVEN = (
    "伟芳娜秀敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂英华玉萍红建文辉力海燕波宁斌鹏宇浩凯健俊帆雪婷慧颖"
    "倩琳晶欣怡佳晋泽凤翔"
)
_LANDS = "泽州丹河太行凤城兰花晋东景德文峰白马金匠松林翠屏玉溪"
_QUARTERS = "东西南北中"
_TRIES = 40  # there are some 1,700 pairs of characters: a large town has more lanes


class Names:
    """Hands out names that it has not given before."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self._given: set[str] = set()

    def claim(self, name: str) -> str:
        """Keep a name from being invented."""
        self._given.add(name)
        return name

    def road(self, ending: str) -> str:
        """A road's name with its ending: 路, 街, 巷."""
        return self._fresh(ending)

    def compound(self) -> str:
        """A compound's name."""
        return self._fresh(str(self._rng.choice(_COMPOUND_ENDS)))

    def _fresh(self, ending: str) -> str:
        """Two characters and the ending; where those are used up, a quarter or a number between them."""
        stem = ""
        for _ in range(_TRIES):
            stem = self._two()
            if stem + ending not in self._given:
                return self.claim(stem + ending)
        between = itertools.chain(_QUARTERS, map(str, itertools.count(1)))
        return self.claim(next(name for part in between if (name := stem + part + ending) not in self._given))

    def _two(self) -> str:
        first, second = self._rng.integers(len(_FIRST)), self._rng.integers(len(_SECOND))
        return _FIRST[first] + (_SECOND[second] if _SECOND[second] != _FIRST[first] else "园")

    def firms(self, count: int, ending: str) -> list[str]:
        """Names of firms, all different."""
        names: list[str] = []
        while len(names) < count:
            k = int(self._rng.integers(len(_LANDS) - 1))
            name = _LANDS[k : k + 2] + str(self._rng.choice(list("安瑞和嘉恒顺鑫达盛美"))) + ending
            if name not in self._given:
                names.append(self.claim(name))
        return names


def persons(count: int, rng: np.random.Generator) -> list[str]:
    """Names of persons; some occur twice, as in life."""
    surname = np.array(list(_SURNAMES))[np.minimum(rng.geometric(0.035, count) - 1, len(_SURNAMES) - 1)]
    given = np.array(list(_GIVEN))[rng.integers(0, len(_GIVEN), (count, 2))]
    single = rng.random(count) < 0.25
    return [s + a + ("" if one else b) for s, (a, b), one in zip(surname, given, single, strict=True)]
