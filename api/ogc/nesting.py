"""How deep a filter may be nested: the parser of CQL2 takes twice as long for each parenthesis that is open.

Of forty of them, in a filter that is not even valid, it would not come back, and the event loop with it.
"""

from api.ogc.refusals import BadOgcQuery

MOST_WORK = 300_000
"""Letters times two to the power of the depth: a tenth of a second at most."""


def check(text: str) -> None:
    """Raise BadOgcQuery for a filter that is nested too deep for its length."""
    depth = depth_of(text)
    if len(text) * 2**depth > MOST_WORK:
        raise BadOgcQuery(f"The filter has {depth} parentheses in one another, too many for its length.")


def depth_of(text: str) -> int:
    """The most parentheses that are open at once. What stands in quotes opens nothing."""
    deepest, depth, quote = 0, 0, ""
    for letter in text:
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "'\"":
            quote = letter
        elif letter == "(":
            depth += 1
            deepest = max(deepest, depth)
        elif letter == ")":
            depth -= 1
    return deepest
