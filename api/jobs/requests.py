"""The kinds of jobs by name, for those who only submit them."""

PARTITION = "partition"
CROSSWALK = "crosswalk"
