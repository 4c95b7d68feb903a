"""Cells become values, or a reason why not."""

from datetime import UTC, datetime
from typing import Any

import pytest

from boundaries.land.importing import kinds
from boundaries.land.importing.values import read_choice, reader


@pytest.mark.parametrize(
    ("reads", "cell", "value"),
    [
        (kinds.TEXT, " 笔峰寺 ", "笔峰寺"),
        (kinds.TEXT, 12.0, "12"),
        (kinds.COUNT, "1,234", 1234),
        (kinds.COUNT, "１０８", 108),
        (kinds.COUNT, 7.0, 7),
        (kinds.NUMBER, "3.5", 3.5),
        (kinds.FLAG, "是", True),
        (kinds.FLAG, 0.0, False),
        (kinds.FLAG, "No", False),
        (kinds.DATE, "2023", "2023-12-31"),
        (kinds.DATE, "2023年5月3日", "2023-05-03"),
        (kinds.DATE, "2023/5/3", "2023-05-03"),
        (kinds.DATE, "2023.5.3", "2023-05-03"),
        (kinds.PHONE, 13800001234, "13800001234"),
        (kinds.PHONE, 13800001234.0, "13800001234"),
        (kinds.PHONE, "0356-2020202", "0356-2020202"),
        (kinds.PHONE, "12345", "12345"),
        (kinds.INSTANT, "2026年5月3日 14时30分", datetime(2026, 5, 3, 6, 30, tzinfo=UTC)),
        (kinds.INSTANT, "2026-05-03T14:30:00Z", datetime(2026, 5, 3, 14, 30, tzinfo=UTC)),
        (kinds.INSTANT, 46145.5, datetime(2026, 5, 3, 4, 0, tzinfo=UTC)),  # day 46145 at noon in Shanghai
    ],
)
def test_what_people_write_is_understood(reads: str, cell: Any, value: Any) -> None:
    assert reader(reads, "Asia/Shanghai")(cell) == value


@pytest.mark.parametrize(
    ("reads", "cell", "says"),
    [
        (kinds.TEXT, "第�网格", "lost"),
        (kinds.COUNT, "-1", "whole number"),
        (kinds.COUNT, "2.5", "whole number"),
        (kinds.NUMBER, "nan", "finite"),
        (kinds.NUMBER, "1e999", "finite"),
        (kinds.NUMBER, "约十", "not a number"),
        (kinds.FLAG, "也许", "neither"),
        (kinds.DATE, "昨天", "not a date"),
        (kinds.PHONE, "1.38E+10", "lost digits"),
        (kinds.PHONE, "见附件", "not a phone"),
        (kinds.INSTANT, 3, "not a time"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_the_reason(reads: str, cell: Any, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        reader(reads, "Asia/Shanghai")(cell)


def test_choices_are_known_by_their_chinese_names() -> None:
    levels = ("city", "district", "street", "community")
    assert read_choice("街道", "level", levels) == "street"
    assert read_choice("Village", "level", levels) == "community"
    assert read_choice("专属网格", "kind", ("综合", "专属", "立体")) == "专属"
    with pytest.raises(ValueError, match="none of city, district"):
        read_choice("省", "level", levels)
