"""What each block is used for: by its distance from the middle, by chance, and by its community's name."""

import numpy as np

from gis.synthetic.blocks import TownPlan

# Shares by distance from the centre of the town, metres.
_MIX: tuple[tuple[float, dict[str, float]], ...] = (
    (1500.0, {"slabs": 0.45, "towers": 0.09, "commerce": 0.13, "old town": 0.08,
              "school": 0.09, "public": 0.09, "park": 0.07}),
    (2600.0, {"slabs": 0.41, "towers": 0.17, "urban village": 0.08, "commerce": 0.08,
              "school": 0.1, "public": 0.07, "park": 0.09}),
    (9e9, {"towers": 0.19, "slabs": 0.25, "urban village": 0.13, "works": 0.2,
           "school": 0.07, "park": 0.1, "commerce": 0.06}),
)  # fmt: skip
WITH_SHOPS = ("slabs", "towers", "urban village", "old town", "public")
COMPOUNDS = ("slabs", "towers")
WORKS_NAMES = ("矿", "厂", "公司")


def assign(town: TownPlan, community_names: list[str], rng: np.random.Generator) -> None:
    """Give every block its use. Blocks of one quarter mostly share it; every community has homes."""
    middles = town.lattice.plan(np.array([b.rect.middle for b in town.blocks]))
    centre = np.array(town.lattice.sketch.centre_m)
    distance = np.hypot(*(middles - centre).T)
    quarter_use: dict[int, str] = {}
    for block, far in zip(town.blocks, distance, strict=True):
        if block.use:
            continue
        if far < town.lattice.sketch.old_town_m:
            mix = {"old town": 0.8, "commerce": 0.1, "public": 0.1}
        else:
            mix = next(shares for limit, shares in _MIX if far < limit)
        drawn = str(rng.choice(list(mix), p=np.array(list(mix.values())) / sum(mix.values())))
        shared = quarter_use.setdefault(block.quarter, drawn)
        block.use = (
            drawn if rng.random() < 0.15 or shared in ("school", "park", "commerce", "public") else shared
        )
    for number, name in enumerate(community_names):
        mine = [k for k, b in enumerate(town.blocks) if b.community == number]
        if any(word in name for word in WORKS_NAMES):
            town.blocks[max(mine, key=lambda k: distance[k])].use = "works"
        elif number % 13 == 5:
            candidates = [k for k in mine if town.blocks[k].use in ("commerce", "slabs", "school")]
            if candidates:
                town.blocks[candidates[0]].use = "market"
        if not any(town.blocks[k].use in ("slabs", "towers", "urban village", "old town") for k in mine):
            smallest = min((town.blocks[k] for k in mine), key=lambda b: b.rect.size)
            smallest.use = "slabs"
