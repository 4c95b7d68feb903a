"""The file of a new community as a sheet that prints: 报批材料."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from boundaries.land.plans import Check, Dossier
from boundaries.land.plans.dossier import Ground
from boundaries.land.plans.population import Counts
from boundaries.land.plans.standards import RuleSet
from boundaries.store.tables import District
from web_map.report import Maps, Patch, Sheet, Table
from web_map.report.data import Lang

_WORDS: dict[str, tuple[str, str]] = {
    "title": ("社区居委会增设报批材料", "File for a new community"),
    "community": ("拟设社区", "New community"),
    "of": ("社区", "Community"),
    "code": ("编码", "Code"),
    "name": ("名称", "Name"),
    "kind": ("类型", "Kind"),
    "street": ("所属街道", "Street"),
    "reason": ("增设理由", "Reason"),
    "members": ("居委会成员（人）", "Members of the committee"),
    "occupancy": ("入住率", "Share of flats lived in"),
    "premises": ("办公和活动用房（m²）", "Rooms of the committee (m²)"),
    "population": ("调整前后人口和面积", "Population and area before and after"),
    "what": ("变化", "Change"),
    "new": ("新设", "new"),
    "changed": ("调整", "changed"),
    "closed": ("撤销", "ends"),
    "grids": ("网格数", "Grids"),
    "area": ("面积（km²）", "Area (km²)"),
    "buildings": ("楼栋", "Buildings"),
    "households": ("户数", "Households"),
    "residents": ("人口", "Residents"),
    "maps": ("地图", "Maps"),
    "before": ("调整前", "Before"),
    "after": ("调整后", "After"),
    "other": ("其他", "others"),
    "regrid": ("网格重新编码", "Grids under new codes"),
    "from": ("原编码", "Was"),
    "leader": ("网格长", "Leader"),
    "vacant": ("空缺", "vacant"),
    "checks": ("审核清单", "Checklist"),
    "item": ("事项", "Item"),
    "value": ("实际", "Found"),
    "limit": ("标准", "Standard"),
    "state": ("结论", "Result"),
    "rule": ("依据", "Rule"),
    "met": ("符合", "met"),
    "warning": ("提示", "look at it"),
    "unknown": ("未申报", "not declared"),
    "contiguity": ("地域相连（块）", "In one piece (pieces)"),
    "leaders": ("已配网格长的网格", "Grids with a leader"),
    "grid names": ("网格名称仍用原社区名", "Grids named after the old community"),
    "document": ("申报材料", "Document"),
    "caretaker": ("代管社区", "Caretaker until then"),
    "ends": ("原社区不再有网格", "Keeps no grid"),
    "ward": ("其代管的区域", "Takes care of"),
    "rules": ("适用标准", "Rules in force"),
    "moves": ("随之移交", "What moves along"),
    "duties": ("责任 {n} 项", "{n} duties"),
    "incidents": ("未办结事件 {n} 件", "{n} open incidents"),
    "steps": ("办理过程", "Steps"),
    "step": ("环节", "Step"),
    "body": ("单位", "Office"),
    "by": ("经办", "By"),
    "when": ("时间", "When"),
    "note": ("意见", "Note"),
    "draft": ("起草", "drafted"),
    "submit": ("申请", "applied for"),
    "review": ("审核", "reviewed"),
    "approve": ("批复", "approved"),
    "publish": ("生效", "published"),
    "return": ("退回", "returned"),
    "withdraw": ("撤回", "withdrawn"),
    "filing": ("备案", "filed"),
    "sign_street": ("街道办事处申请意见（章）", "Street: application (seal)"),
    "sign_affairs": ("区民政局审核意见（章）", "Civil affairs: review (seal)"),
    "sign_district": ("区政府批复意见（章）", "District government: approval (seal)"),
    "sign_city": ("市级备案（章）", "City: filing (seal)"),
    "made": ("制作于 {day}，依据网格图版本 {base}。", "Made on {day} from net version {base}."),
    "generally": (
        "标准为“一般”规模，未达到者列为提示，不作为否决。",
        "The standards say “generally”: what falls short is told and refuses nothing.",
    ),
    "frame": ("面积按区级坐标系量算（EPSG:{epsg}）。", "Areas in the frame of the district (EPSG:{epsg})."),
    "invented": ("地面为虚构，仅供演示。", "The ground is invented."),
}


def sheet_of(found: Dossier, district: District, *, made_at: datetime, lang: Lang = "zh") -> Sheet:
    """The dossier as a sheet. made_at: aware; told in the district's time zone."""
    say = _Words(lang)
    zone = ZoneInfo(district.timezone)
    names = "、".join(each.name for each in found.founded)
    parts: list[tuple[str, Table | Maps | list[str]]] = [
        (f"{say('community')}：{each.name}" if lang == "zh" else f"{say('community')}: {each.name}", facts)
        for each, facts in zip(found.founded, _facts(found, say), strict=True)
    ]
    parts += [
        (say("population"), _population(found, say)),
        (say("maps"), _maps(found, say)),
        (say("regrid"), _grids(found, say)),
        (say("checks"), _checks(found, say)),
        (say("rules"), [_rule(each) for each in found.checklist.rules]),
        (say("moves"), [say("duties", n=found.duties), say("incidents", n=found.incidents)]),
        (say("steps"), _steps(found, say, zone)),
    ]
    day = made_at.astimezone(zone).date().isoformat()
    notes = [
        say("made", day=day, base=found.base),
        say("generally"),
        say("frame", epsg=district.metric_crs),
    ]
    if district.ground == "invented":
        notes.append(say("invented"))
    signs = ("sign_street", "sign_affairs", "sign_district", "sign_city")
    return Sheet(
        title=f"{names}{say('title')}" if lang == "zh" else f"{say('title')}: {names}",
        under=f"{found.plan} · {found.title}",
        parts=parts,
        signs=[say(each) for each in signs],
        notes=notes,
        lang=lang,
    )


class _Words:
    def __init__(self, lang: Lang) -> None:
        self._at = 0 if lang == "zh" else 1

    def __call__(self, key: str, **facts: object) -> str:
        return _WORDS[key][self._at].format(**facts)


def _facts(found: Dossier, say: _Words) -> Iterable[Table]:
    for each in found.founded:
        said = each.declared
        rows = [
            (say("name"), each.name),
            (say("code"), each.code),
            (say("kind"), each.kind),
            (say("street"), f"{found.streets.get(each.street, '')} {each.street}"),
            (say("members"), _number(said.get("members"))),
            (say("occupancy"), "—" if said.get("occupancy") is None else f"{said['occupancy']:.0%}"),
            (say("premises"), _number(said.get("premises_m2"))),
            (say("reason"), str(said.get("reason") or "—")),
        ]
        yield Table((say("item"), say("value")), rows)


def _population(found: Dossier, say: _Words) -> Table:
    head = [say("of"), say("what")]
    columns = ("grids", "area", "buildings", "households", "residents")
    head += [f"{say(name)} {say(side)}" for name in columns for side in ("before", "after")]
    rows = []
    for each in found.checklist.communities:
        sides = [_counted(each.before), _counted(each.after)]
        figures = [side[at] for at in range(len(columns)) for side in sides]
        rows.append([f"{each.name} {each.code}", say(each.change), *figures])
    return Table(head, rows, numbers=range(2, len(head)))


def _counted(counts: Counts | None) -> list[str]:
    if counts is None:
        return ["—"] * 5
    return [
        f"{counts.grids:,}",
        f"{counts.area_m2 / 1e6:.3f}",
        f"{counts.buildings:,}",
        f"{counts.households:,}",
        _number(counts.residents),
    ]


def _maps(found: Dossier, say: _Words) -> Maps:
    order = [each.code for each in found.checklist.communities]
    group = {code: at for at, code in enumerate(order, start=1)}

    def patches(ground: Iterable[Ground]) -> list[Patch]:
        return [Patch(each.shape, group.get(each.community, 0), each.grid[-3:]) for each in ground]

    key = [say("other"), *(each.name for each in found.checklist.communities)]
    return Maps([(say("before"), patches(found.before)), (say("after"), patches(found.after))], key)


def _grids(found: Dossier, say: _Words) -> Table:
    head = [say("code"), say("name"), say("from"), say("area"), say("households"), say("leader")]
    rows = [
        [
            each.code,
            each.name,
            " ".join(each.comes_from),
            f"{each.area_m2 / 1e6:.3f}",
            f"{each.households:,}",
            each.leader or say("vacant"),
        ]
        for each in found.grids
    ]
    bad = frozenset(at for at, each in enumerate(found.grids) if each.leader is None)
    return Table(head, rows, numbers=(3, 4), bad=bad)


def _checks(found: Dossier, say: _Words) -> Table:
    names = {each.code: each.name for each in found.checklist.communities}
    rules = {each.code: each.name for each in found.checklist.rules}
    head = [say("item"), say("of"), say("value"), say("limit"), say("state"), say("rule")]
    rows = [
        [
            say(each.item),
            names.get(each.community, each.community),
            f"{_value(each)} {each.detail}".strip(),
            _limit(each),
            say(each.state),
            rules.get(each.rule, ""),
        ]
        for each in found.checklist.checks
    ]
    bad = frozenset(at for at, each in enumerate(found.checklist.checks) if each.state == "warning")
    return Table(head, rows, bad=bad)


def _value(check: Check) -> str:
    if check.value is None:
        return ""
    if check.item == "occupancy":
        return f"{check.value:.0%}"
    return _number(check.value) if isinstance(check.value, int | float) else str(check.value)


def _limit(check: Check) -> str:
    if check.limit is None:
        return ""
    least, most = check.limit
    shown = (lambda n: f"{n:.0%}") if check.item == "occupancy" else _number
    if least is not None and most is not None:
        return shown(least) if least == most else f"{shown(least)}–{shown(most)}"
    return f"≥ {shown(least)}" if least is not None else f"≤ {shown(most)}"


def _rule(rule: RuleSet) -> str:
    return f"{rule.name}: {rule.since} – {rule.until or ''}"


def _steps(found: Dossier, say: _Words, zone: ZoneInfo) -> Table:
    head = [say("step"), say("body"), say("by"), say("when"), say("note")]
    rows = [
        [say(each.step), each.body, each.by, f"{each.at.astimezone(zone):%Y-%m-%d %H:%M}", each.note]
        for each in found.steps
    ]
    rows += [
        [say("filing"), each.number, each.made_by, str(each.filed_on), each.note] for each in found.filings
    ]
    return Table(head, rows)


def _number(value: float | None) -> str:
    return "—" if value is None else f"{value:,.10g}"
