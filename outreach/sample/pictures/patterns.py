"""Scenes made of shapes: tiles, maps, networks, orbits, threads, columns, leaves, rings."""

import numpy as np
from PIL import Image

from outreach.sample.pictures.canvas import Canvas, Colour, mixed


def tiles(c: Canvas) -> None:
    """Quarter circles and halves, as on a tiled floor."""
    p = c.palette
    colours = [p.ink, p.calm, p.cool, p.warm, p.glow, p.paper]
    across = 5 if c.tall else 8
    side = c.width / across
    for row in range(int(c.height / side) + 1):
        for column in range(across):
            ground, shape = c.rng.choice(len(colours), 2, replace=False)
            left, top = column * side, row * side
            c.pen.rectangle((left, top, left + side, top + side), fill=colours[ground])
            corner = int(c.rng.integers(6))
            if corner < 4:
                _quarter(c, (left, top, side), corner, colours[shape])
            elif corner == 4:
                inset = side * 0.2
                c.pen.ellipse((left + inset, top + inset, left + side - inset, top + side - inset), fill=colours[shape])
            else:
                c.pen.polygon([(left, top), (left + side, top), (left, top + side)], fill=colours[shape])


def _quarter(c: Canvas, square: tuple[float, float, float], corner: int, colour: Colour) -> None:
    left, top, side = square
    x, y = left - side * (corner % 2), top - side * (corner // 2)
    begin = {0: 180, 1: 270, 2: 90, 3: 0}[corner]
    c.pen.pieslice((x, y, x + 2 * side, y + 2 * side), begin, begin + 90, fill=colour)


def contours(c: Canvas) -> None:
    """A map's heights in bands, with a path across."""
    p = c.palette
    down, across = c.height // 4, c.width // 4
    y, x = np.mgrid[0:down, 0:across] / max(down, across)
    ground = np.zeros((down, across))
    for _ in range(9):
        cx, cy, wide = c.between(0, 1), c.between(0, down / across), c.between(0.1, 0.28)
        ground += c.between(0.4, 1) * np.exp(-((x - cx) ** 2 + (y - cy) ** 2) / (2 * wide**2))
    ground = (ground - ground.min()) / np.ptp(ground)
    smooth = Image.fromarray((ground * 65535).astype(np.int32), "I").resize(
        (c.width, c.height), Image.Resampling.BICUBIC
    )
    bands = np.clip(np.asarray(smooth) * 11 // 65536, 0, 10)
    steps = [mixed(p.ink, p.calm, i / 3) for i in range(3)] + [mixed(p.calm, p.cool, i / 3) for i in range(3)]
    steps += [mixed(p.cool, p.paper, i / 4) for i in range(4)] + [mixed(p.paper, p.glow, 0.5)]
    c.image.paste(Image.fromarray(np.asarray(steps, dtype=np.uint8)[bands], "RGB"))
    walk = np.linspace(0.06, 0.94, 60)
    way = 0.5 + 0.22 * np.sin(walk * 5 + c.between(0, 6)) + 0.06 * np.sin(walk * 17)
    for number, (px, py) in enumerate(zip(walk.tolist(), way.tolist(), strict=True)):
        c.disc(px, py, 1.8 if number in (0, 59) else 0.55, p.warm)


def network(c: Canvas) -> None:
    """Points of several sizes and the lines between those that stand close."""
    p = c.palette
    c.fade(mixed(p.ink, p.calm, 0.1), mixed(p.ink, p.calm, 0.55))
    count = 46
    places = np.column_stack([c.rng.uniform(0.04, 0.96, count), c.rng.uniform(0.06, 0.94, count)])
    scale = np.array([c.width, c.height]) / min(c.width, c.height)
    for place in places:
        apart = np.hypot(*((places - place) * scale).T)
        for other in np.argsort(apart)[1:4]:
            c.line([tuple(place), tuple(places[other])], mixed(p.calm, p.cool, 0.5), 0.28)
    for number, (x, y) in enumerate(places.tolist()):
        radius = (3.6, 2.2, 1.4, 1.0)[min(3, number // 5)]
        c.disc(x, y, radius + 0.7, mixed(p.ink, p.calm, 0.35))
        c.disc(x, y, radius, c.one_of([p.glow, p.warm, p.paper, p.cool]))


def orbits(c: Canvas) -> None:
    """Rings round a sun, each with its planet."""
    p = c.palette
    c.fade(mixed(p.ink, (0, 0, 0), 0.35), mixed(p.ink, p.calm, 0.3))
    for _ in range(120):
        c.disc(c.between(0, 1), c.between(0, 1), c.between(0.1, 0.3), mixed(p.cool, p.paper, c.between(0, 1)))
    x, y = (0.5, 0.42) if c.tall else (c.between(0.3, 0.42), 0.5)
    (cx, cy), unit = c.at(x, y), c.unit
    for ring in range(6):
        r = (16 + ring * 12.5) * unit
        c.pen.ellipse((cx - r, cy - r, cx + r, cy + r), outline=mixed(p.calm, p.cool, 0.4), width=round(0.3 * unit))
        turn = c.between(0, 2 * np.pi)
        px, py = (cx + r * np.cos(turn)) / c.width, (cy + r * np.sin(turn)) / c.height
        c.disc(px, py, c.between(1.4, 4.2), c.one_of([p.warm, p.cool, p.paper, p.calm]))
    for step in range(4):
        c.disc(x, y, 11 - step * 1.4, mixed(p.warm, p.glow, 0.4 + step * 0.2))


def threads(c: Canvas) -> None:
    """Lines that run side by side, part and meet again."""
    p = c.palette
    c.fade(p.paper, mixed(p.paper, p.cool, 0.35))
    x = np.linspace(-0.02, 1.02, 200)
    slow, quick = c.between(0, 6), c.between(0, 6)
    colours = [p.ink, p.calm, p.cool, p.warm, p.glow]
    for number in range(46):
        share = number / 45
        y = 0.5 + (share - 0.5) * (0.25 + 0.75 * np.abs(np.sin(1.4 * np.pi * x + slow)))
        y += 0.09 * np.sin(2 * np.pi * x * 0.9 + quick + share * 2.4)
        c.line(list(zip(x.tolist(), y.tolist(), strict=True)), colours[int(share * 4.999)], 0.55)


def columns(c: Canvas) -> None:
    """Rounded columns that rise across the picture."""
    p = c.palette
    c.fade(mixed(p.paper, (255, 255, 255), 0.4), mixed(p.paper, p.cool, 0.25))
    count = 9 if c.tall else 14
    wide = 0.9 / count
    for number in range(count):
        share = number / (count - 1)
        top = 0.82 - 0.62 * share**1.3 - c.between(-0.05, 0.09)
        left = 0.05 + number * wide
        colour = p.warm if number == count - 3 else mixed(mixed(p.cool, p.paper, 0.2), p.ink, share)
        c.box(left, top, left + wide * 0.72, 1.2, colour, round_=wide * 0.36 * c.width / c.unit)
        c.disc(left + wide * 0.36, top - 0.05, 1.3, p.glow if number % 3 == 0 else mixed(p.cool, p.paper, 0.3))


def leaves(c: Canvas) -> None:
    """Stems with leaves on both sides."""
    p = c.palette
    c.fade(p.paper, mixed(p.paper, p.glow, 0.3))
    count = 5 if c.tall else 9
    for number in range(count):
        colour = (p.calm, p.ink, p.cool, mixed(p.calm, p.glow, 0.35), p.warm)[number % 5]
        stem(c, (number + 0.5) / count + c.between(-0.03, 0.03), c.between(0.55, 0.9), colour)


def stem(c: Canvas, foot: float, high: float, colour: Colour) -> None:
    """One stem with its leaves, from below the picture up; `high` a share of the height."""
    lean = c.between(-0.08, 0.08) * high
    c.line([(foot, 1.02), (foot + lean, 1 - high)], colour, 0.6)
    for step in range(1, 9):
        share = step / 8
        for side in (-1, 1):
            turn = side * (1.0 + 0.35 * float(np.sin(step)))
            _leaf(c, (foot + lean * share, 1 - high * share), turn, 11 * (1.15 - 0.6 * share), colour)


def _leaf(c: Canvas, foot: tuple[float, float], lean: float, length: float, colour: Colour) -> None:
    """`lean` in radians from straight up, `length` in units."""
    t = np.linspace(0, 1, 16)
    half = 0.22 * np.sin(np.pi * t)
    along, across = np.concatenate([t, t[::-1]]) * length, np.concatenate([half, -half[::-1]]) * length
    x = foot[0] + (along * np.sin(lean) + across * np.cos(lean)) * c.unit / c.width
    y = foot[1] - (along * np.cos(lean) - across * np.sin(lean)) * c.unit / c.height
    c.shape(list(zip(x.tolist(), y.tolist(), strict=True)), colour)


def rings(c: Canvas) -> None:
    """Circles from three centres that run into each other, as from drops in water."""
    p = c.palette
    c.fade(mixed(p.calm, p.cool, 0.4), mixed(p.ink, p.calm, 0.5))
    for colour in (p.paper, p.glow, mixed(p.cool, p.paper, 0.4)):
        cx, cy = c.at(c.between(0.15, 0.85), c.between(0.2, 0.8))
        apart = c.between(4.6, 6.2) * c.unit
        for ring in range(1, 12):
            r = ring * apart
            paled = mixed(colour, p.calm, ring / 14)
            c.pen.ellipse((cx - r, cy - r, cx + r, cy + r), outline=paled, width=round(c.unit * 0.5))
        c.disc(cx / c.width, cy / c.height, 1.6, colour)
