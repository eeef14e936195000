"""Pictures for the sample's stories: drawn, not photographed, so that they show nobody and belong to nobody.

The same scene, name and shape give the same picture.
"""

from collections.abc import Callable
from zlib import crc32

import numpy as np

from outreach.sample.pictures import indoors, land, patterns
from outreach.sample.pictures.alts import ALTS
from outreach.sample.pictures.canvas import PALETTES, Canvas

__all__ = ["ALTS", "SCENES", "picture"]

WIDE, TALL = (1200, 627), (1080, 1350)  # pixels: what a link and a portrait take on LinkedIn

SCENES: dict[str, Callable[[Canvas], None]] = {
    scene.__name__: scene
    for scene in (
        land.archipelago, land.hills, land.town, land.night, land.fields, land.coast,
        patterns.tiles, patterns.contours, patterns.network, patterns.orbits, patterns.threads, patterns.columns,
        patterns.leaves, patterns.rings,
        indoors.portrait, indoors.gathering, indoors.table, indoors.hall, indoors.shelves, indoors.arches, indoors.desk,
    )
}  # fmt: skip


def picture(scene: str, name: str, *, tall: bool = False) -> bytes:
    """A JPEG of a scene (a key of SCENES), 1200 x 627 or, `tall`, 1080 x 1350 pixels; `name` makes it its own."""
    rng = np.random.default_rng(crc32(name.encode()))
    canvas = Canvas(TALL if tall else WIDE, rng, PALETTES[int(rng.integers(len(PALETTES)))])
    SCENES[scene](canvas)
    return canvas.jpeg()
