"""What is refused about plans, each with its facts."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, Literal

from boundaries.store.errors import Refusal

ScopeRule = Literal["scope-level", "outside-the-scope"]
CommunityRule = Literal[
    "plan kind", "code taken", "name taken", "one street", "street in scope", "code under the street"
]


class StalePlan(Refusal):
    """A write that was made on an older state of the plan than the present one."""

    code: ClassVar[str] = "stale-plan"

    def __init__(self, *, plan: str, seen: int, present: int) -> None:
        self.plan, self.seen, self.present = plan, seen, present
        super().__init__(f"plan {plan} is at version {present}; this was made on version {seen}")


class NotPublished(Refusal):
    """What is done to published plans only: a reversion, a filing record."""

    code: ClassVar[str] = "plan-not-published"

    def __init__(self, *, plan: str, state: str) -> None:
        self.plan, self.state = plan, state
        super().__init__(f"plan {plan} is {state}, not published")


class NothingThen(Refusal):
    """A former net is asked for from an instant at which there was none in the scope."""

    code: ClassVar[str] = "nothing-then"

    def __init__(self, *, scope: str, at: datetime) -> None:
        self.scope, self.at = scope, at
        super().__init__(f"area {scope} had no grids at {at.isoformat()}")


class WrongState(Refusal):
    """A step that the plan's state does not allow."""

    code: ClassVar[str] = "plan-state"

    def __init__(self, *, plan: str, step: str, state: str, allowed: Sequence[str]) -> None:
        self.plan, self.step, self.state, self.allowed = plan, step, state, list(allowed)
        super().__init__(f"plan {plan} is {state}: {step} needs one that is {' or '.join(allowed)}")


class StepNotAllowed(Refusal):
    """An account whose role or area does not reach for this step of such a plan."""

    code: ClassVar[str] = "step-not-allowed"

    def __init__(self, *, step: str, kind: str, needs: str, level: str, body: str, role: str) -> None:
        self.step, self.kind, self.needs, self.level = step, kind, needs, level
        self.body, self.role = body, role
        super().__init__(
            f"{step} of a plan of {kind} needs a {needs} ({body}) whose area is the scope or holds it,"
            f" of the level {level} or above"
        )


class TwoPeopleNeeded(Refusal):
    """Whoever drew a plan may not review or approve it."""

    code: ClassVar[str] = "two-people-needed"

    def __init__(self, *, plan: str, step: str, name: str) -> None:
        self.plan, self.step, self.name = plan, step, name
        super().__init__(f"{name} worked on plan {plan}: somebody else has to do the {step}")


class ReasonMissing(Refusal):
    """A plan is not returned without a reason."""

    code: ClassVar[str] = "reason-missing"

    def __init__(self, *, plan: str, step: str) -> None:
        self.plan, self.step = plan, step
        super().__init__(f"say why plan {plan} is to be given back")


class NothingLeft(Refusal):
    """There is no edit to undo or to redo."""

    code: ClassVar[str] = "nothing-left"

    def __init__(self, *, plan: str, step: str) -> None:
        self.plan, self.step = plan, step
        super().__init__(f"plan {plan} has no edit to {step}")


class EmptyPlan(Refusal):
    """A plan without edits."""

    code: ClassVar[str] = "empty-plan"

    def __init__(self, *, plan: str) -> None:
        self.plan = plan
        super().__init__(f"plan {plan} changes nothing")


class NotInScope(Refusal):
    """A scope that such a plan cannot have, or an edit outside it."""

    code: ClassVar[str] = "not-in-scope"

    def __init__(self, *, value: str, reason: str, rule: ScopeRule, levels: Sequence[str] = ()) -> None:
        self.value, self.reason, self.rule, self.levels = value, reason, rule, list(levels)
        super().__init__(f"{value}: {reason}")


class NoNetYet(Refusal):
    """The district has no published net to plan on."""

    code: ClassVar[str] = "no-net-yet"

    def __init__(self, *, district: str) -> None:
        self.district = district
        super().__init__(f"district {district} has no net yet: import its grids first")


class CommunitiesEnded(Refusal):
    """A former net has communities that ended; only a plan of the kind `community` founds them again."""

    code: ClassVar[str] = "communities-ended"

    def __init__(self, *, communities: list[str], at: datetime) -> None:
        self.communities, self.at = communities, at
        super().__init__(
            f"{', '.join(communities)} stood at {at.isoformat()} and ended since: restore that net by a plan"
            " of the kind community, which founds them again under new codes"
        )


class CommunityNotPossible(Refusal):
    """A community that cannot be founded so. rule: which one; value: what stands against it."""

    code: ClassVar[str] = "community-not-possible"

    def __init__(self, *, community: str | None, rule: CommunityRule, value: object) -> None:
        self.community, self.rule, self.value = community, rule, value
        why = {
            "plan kind": f"a plan of {value} founds none: make one of the kind community",
            "code taken": f"the code {value} is or was given",
            "name taken": f"community {value} has this name",
            "one street": f"its grids lie in {value or 'no street'}: name the street that it will be of",
            "street in scope": f"street {value} does not lie in the plan's scope",
            "code under the street": f"its code must begin with that of the street, {value}, with 12 digits",
        }[rule]
        super().__init__(f"community {community or '(without a code)'}: {why}")


class FoundsNothing(Refusal):
    """A file is asked for of a plan that founds no community."""

    code: ClassVar[str] = "founds-nothing"

    def __init__(self, *, plan: str) -> None:
        self.plan = plan
        super().__init__(f"plan {plan} founds no community")


class CodesExhausted(Refusal):
    """A community has given all its 999 numbers."""

    code: ClassVar[str] = "codes-exhausted"

    def __init__(self, *, community: str) -> None:
        self.community = community
        super().__init__(f"community {community} has no grid number left")


class PlanConflicts(Refusal):
    """Edits that do not go through on the net as it has become. conflicts: one mapping an edit."""

    code: ClassVar[str] = "plan-conflicts"

    def __init__(self, *, plan: str, net_version: int, conflicts: Sequence[Mapping[str, Any]]) -> None:
        self.plan, self.net_version, self.conflicts = plan, net_version, list(conflicts)
        super().__init__(f"{len(conflicts)} edits of plan {plan} conflict with net version {net_version}")


class PlanBlocked(Refusal):
    """Problems that must be solved before publication. problems: one mapping each."""

    code: ClassVar[str] = "plan-blocked"

    def __init__(self, *, plan: str, problems: Sequence[Mapping[str, Any]]) -> None:
        self.plan, self.problems = plan, list(problems)
        super().__init__(f"{len(problems)} problems keep plan {plan} from being published")


class EffectiveInThePast(Refusal):
    """A net takes effect now or later: what was in force is not rewritten."""

    code: ClassVar[str] = "effective-in-the-past"

    def __init__(self, *, effective_from: datetime, now: datetime) -> None:
        self.effective_from, self.now = effective_from, now
        super().__init__(f"{effective_from.isoformat()} is before {now.isoformat()}")
