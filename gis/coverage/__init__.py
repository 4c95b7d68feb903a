"""Checking and repairing a net: every place once, none left out, borders the same on both sides."""

from gis.coverage.check import check_coverage
from gis.coverage.proposing import Proposal, proposals
from gis.coverage.repair import RepairReport, repair_coverage
from gis.coverage.report import CoverageReport

__all__ = ["CoverageReport", "Proposal", "RepairReport", "check_coverage", "proposals", "repair_coverage"]
