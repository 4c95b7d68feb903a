"""What the advisory services said of what is locked: `python -m tests.advisories NAME=FILE …`.

The files are answers of `pip-audit --format json` and `npm audit --json`. A service that could not be asked,
about all or about some, is told as that: silence is no clean bill. Exits with 1 for a weakness, 2 where
something could not be asked.
"""

import json
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass
class Answer:
    """Of one tool: how many packages were asked about, and what came."""

    asked: int = 0
    weaknesses: list[str] = field(default_factory=list)  # "package version: advisory"
    not_asked: list[str] = field(default_factory=list)  # packages nobody answered for
    why: str = ""


def read(text: str) -> Answer:
    """The answer of either tool; of one that wrote no JSON: nothing was asked."""
    try:
        told = json.loads(text)
    except ValueError:
        return Answer(not_asked=["everything"], why=text.strip()[:200] or "no answer")
    if isinstance(told, dict) and "dependencies" in told:
        return _of_pip(told)
    if isinstance(told, dict) and "auditReportVersion" in told:
        return _of_npm(told)
    why = told.get("message") or (told.get("error") or {}).get("summary") if isinstance(told, dict) else ""
    return Answer(not_asked=["everything"], why=str(why or "no report")[:200])


def _of_pip(told: dict[str, Any]) -> Answer:
    found = Answer(asked=len(told["dependencies"]))
    for each in told["dependencies"]:
        if "skip_reason" in each:
            found.not_asked.append(each["name"])
            found.why = found.why or each["skip_reason"]
        found.weaknesses += [
            f"{each['name']} {each['version']}: {one['id']}" for one in each.get("vulns", ())
        ]
    return found


def _of_npm(told: dict[str, Any]) -> Answer:
    found = Answer(asked=told.get("metadata", {}).get("dependencies", {}).get("total", 0))
    for name, each in told.get("vulnerabilities", {}).items():
        found.weaknesses.append(f"{name} {each.get('range', '')}: {each.get('severity', '')}")
    return found


def sentence(name: str, answer: Answer) -> str:
    """For people."""
    if answer.not_asked == ["everything"]:
        return f"{name}: NOT ASKED, the advisory service gave no answer ({answer.why})"
    answered = answer.asked - len(answer.not_asked)
    told = f"{name}: {len(answer.weaknesses)} known weaknesses in {answered} packages"
    if answer.not_asked:
        told += f"; NOT ASKED about {len(answer.not_asked)} of {answer.asked} ({answer.why})"
    return "\n  ".join([told, *answer.weaknesses])


def main(arguments: list[str]) -> int:
    """Print a sentence for each file; the exit status."""
    answers = {}
    for argument in arguments:
        name, _, file = argument.partition("=")
        answers[name] = read(Path(file).read_text("utf-8"))
        print(sentence(name, answers[name]))
    if any(answer.weaknesses for answer in answers.values()):
        return 1
    return 2 if any(answer.not_asked for answer in answers.values()) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
