"""Texts as callers say them, made from a snapshot before the understanding was tuned, with what is meant.

Ten ways to say a place, in equal shares: as it stands, number words, 楼-单元-室, a number that is not
there, an old name, a homophone, a crossing, 对面 and 旁边, a name with its city, letters or a typing slip.
"""

import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
import shapely
from pypinyin import lazy_pinyin

from boundaries.duty.snapshot import Snapshot

_BEFORE = ("", "", "喂你好,我在", "我们住在", "请问", "麻烦看一下,", "位于")
_AFTER = ("", "", "这里", "门口", "楼下", "那边")
_DIGITS = "零一二三四五六七八九十"


class Call(NamedTuple):
    """What is said, how, and what is meant: codes of buildings, or a point in metres of the frame.

    exists: false where the caller names a number that is not there; then near ones are meant.
    """

    text: str
    way: str
    codes: frozenset[str]
    at: tuple[float, float] | None
    exists: bool


def calls(snapshot: Snapshot, count: int, *, seed: int) -> list[Call]:
    """`count` calls, the ways in turn; the same seed gives the same calls."""
    maker = _Maker(snapshot, random.Random(seed))
    ways: tuple[Callable[[], Call], ...] = (
        maker.plain,
        maker.number_words,
        maker.room,
        maker.wrong_number,
        maker.old_name,
        maker.homophone,
        maker.crossing,
        maker.opposite,
        maker.with_city,
        maker.slip,
    )
    return [ways[number % len(ways)]() for number in range(count)]


class _Maker:
    def __init__(self, snapshot: Snapshot, chance: random.Random) -> None:
        self.snapshot, self.chance = snapshot, chance
        whole = [address for address in snapshot.addresses if address.part is None]
        self.codes: dict[str, set[str]] = defaultdict(set)
        for address in whole:
            self.codes[address.text].add(address.building)
        kinds = defaultdict(list)
        for address in whole:
            kinds[address.kind].append(address.text)
        self.standard = sorted(text for text in set(kinds["standard"]) if "附属" not in text)
        self.old = sorted(set(kinds["old"]))
        self.numbered = sorted(
            {building.name for building in snapshot.building_list if building.name.endswith("号楼")}
        )
        self.named = sorted(
            {building.name for building in snapshot.building_list if building.name} - set(self.numbered)
        )
        self.by_name = defaultdict(set)
        for building in snapshot.building_list:
            if building.name:
                self.by_name[building.name].add(building.code)
        self.crossings = sorted(_crossings(snapshot), key=str)

    def plain(self) -> Call:
        text = self.chance.choice(self.standard)
        return self._call(self._dressed(text), "plain", self.codes[text])

    def number_words(self) -> Call:
        name = self.chance.choice(self.numbered)
        compound, number = _split(name)
        said = self.chance.choice(
            (
                f"{_spoken(number)}号楼",
                f"{number}栋",
                f"{number}幢",
                f"{number}#",
                f"{number}号",
                f" {number} 号楼",
            )
        )
        return self._call(self._dressed(compound + said), "number words", self.by_name[name])

    def room(self) -> Call:
        name = self.chance.choice(self.numbered)
        compound, number = _split(name)
        unit, room = self.chance.randint(1, 2), self.chance.choice((101, 302, 501, 602))
        said = self.chance.choice(
            (f"{number}-{unit}-{room}", f"{number}号楼{unit}单元{room}室", f"{number}栋{unit}单元{room}")
        )
        return self._call(compound + said, "room", self.by_name[name])

    def wrong_number(self) -> Call:
        if self.chance.random() < 0.5:
            compound, _ = _split(self.chance.choice(self.numbered))
            near = {
                code for name, codes in self.by_name.items() for code in codes if name.startswith(compound)
            }
            return self._call(
                f"{compound}{self.chance.randint(60, 99)}号楼", "wrong number", near, exists=False
            )
        road = self._road()
        near = {code for text, codes in self.codes.items() for code in codes if text.startswith(road)}
        return self._call(f"{road}{self.chance.randint(3000, 3999)}号", "wrong number", near, exists=False)

    def old_name(self) -> Call:
        text = self.chance.choice(self.old or self.numbered)
        codes = self.codes[text] | self.by_name[text]
        return self._call(self._dressed(text), "old name", codes)

    def homophone(self) -> Call:
        name = self.chance.choice(self.numbered)
        return self._call(self._misheard(name), "homophone", self.by_name[name])

    def crossing(self) -> Call:
        one, other, x, y = self.chance.choice(self.crossings)
        if self.chance.random() < 0.5:
            one, other = other, one
        said = self.chance.choice(
            (f"{one}与{other}交叉口", f"{one}{other}路口", f"{one}和{other}交汇处", f"{one}跟{other}十字路口")
        )
        return Call(self._dressed(said), "crossing", frozenset(), (x, y), True)

    def opposite(self) -> Call:
        name = self.chance.choice(self.numbered + self.named)
        return self._call(
            name + self.chance.choice(("对面", "旁边", "斜对面", "东边50米", "后面")),
            "opposite",
            self.by_name[name],
        )

    def with_city(self) -> Call:
        name = self.chance.choice(self.named)
        said = self.chance.choice((f"晋城市{name}", f"山西省晋城市城区{name}", f"城区{name}"))
        return self._call(said, "with city", self.by_name[name])

    def slip(self) -> Call:
        name = self.chance.choice(self.numbered)
        compound, number = _split(name)
        if self.chance.random() < 0.5:
            initials = "".join(each[0] for each in lazy_pinyin(compound))
            return self._call(f"{initials}{number}", "letters or slip", self.by_name[name])
        at = self.chance.randrange(len(compound))
        slipped = compound[:at] + self.chance.choice(("", "大", "新")) + compound[at + 1 :]
        return self._call(f"{slipped}{number}号楼", "letters or slip", self.by_name[name])

    def _call(self, text: str, way: str, codes: set[str], *, exists: bool = True) -> Call:
        return Call(text, way, frozenset(codes), None, exists)

    def _dressed(self, text: str) -> str:
        return self.chance.choice(_BEFORE) + text + self.chance.choice(_AFTER)

    def _road(self) -> str:
        while True:
            text = self.chance.choice(self.standard)
            for ending in ("路", "街", "巷"):
                if ending in text:
                    return text[: text.index(ending) + 1]

    def _misheard(self, name: str) -> str:
        """One character of the compound's name by another of its sound, from all names of the district."""
        compound, number = _split(name)
        others = defaultdict(set)
        for text in self.numbered + self.named + self.standard:
            for sign in text:
                others[lazy_pinyin(sign)[0]].add(sign)
        places = list(range(min(2, len(compound))))
        self.chance.shuffle(places)
        for at in places:
            like = sorted(others[lazy_pinyin(compound[at])[0]] - {compound[at]})
            if like:
                return compound[:at] + self.chance.choice(like) + compound[at + 1 :] + f"{number}号楼"
        return name


def _split(name: str) -> tuple[str, int]:
    stem = name.removesuffix("号楼")
    digits = len(stem) - len(stem.rstrip("0123456789"))
    return stem[:-digits], int(stem[-digits:])


def _spoken(number: int) -> str:
    if number <= 10:
        return _DIGITS[number]
    tens, ones = divmod(number, 10)
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")


def _crossings(snapshot: Snapshot) -> Iterator[tuple[str, str, float, float]]:
    """Pairs of named roads that meet in one place, found by trying every pair."""
    roads: dict[str, list[shapely.Geometry]] = defaultdict(list)
    for feature, shape in zip(snapshot.features, snapshot.feature_tree.geometries, strict=True):
        if feature.name and feature.kind not in ("river", "railway", "park", "square"):
            roads[feature.name].append(shape)
    names = sorted(roads)
    lines = np.array([shapely.union_all(roads[name]) for name in names], dtype=object)
    for one, name in enumerate(names):
        met = shapely.intersection(lines[one], lines[one + 1 :])
        for other in np.flatnonzero(shapely.get_type_id(met) == 0).tolist():
            if not met[other].is_empty:
                yield name, names[one + 1 + other], float(met[other].x), float(met[other].y)
