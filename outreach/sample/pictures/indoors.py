"""Scenes indoors: people without faces, a table for two, a lecture hall, shelves, arches, a desk by the window."""

from outreach.sample.pictures.canvas import Canvas, Colour, mixed
from outreach.sample.pictures.patterns import stem

SKIN: tuple[Colour, ...] = ((244, 214, 190), (224, 178, 142), (186, 132, 96), (134, 90, 64), (92, 62, 48))
HAIR: tuple[Colour, ...] = ((43, 32, 28), (92, 58, 36), (160, 108, 56), (206, 178, 128), (122, 126, 132))


def portrait(c: Canvas) -> None:
    """One person before a window, drawn without a face: nobody in particular."""
    p = c.palette
    c.fade(mixed(p.cool, p.paper, 0.35), mixed(p.cool, p.paper, 0.05))
    wide = 0.36 if c.tall else 0.2
    x = 0.5 if c.tall else c.between(0.34, 0.66)
    c.box(x - wide, 0.1, x + wide, 1.2, mixed(p.glow, p.paper, 0.35), round_=wide * c.width / c.unit)
    for at in (0.05, 0.95) if c.tall else (0.06, 0.13, 0.87, 0.94):
        stem(c, at, 0.3 + c.between(0, 0.35), c.one_of([p.calm, mixed(p.calm, p.cool, 0.5), mixed(p.calm, p.ink, 0.4)]))
    figure(c, x, 1.02, 88 if c.tall else 78)


def figure(c: Canvas, x: float, foot: float, height: float) -> None:
    """Head and shoulders; `height` in units, `foot` where the picture of them ends."""
    p, u = c.palette, c.unit * height / 100
    tone = int(c.rng.integers(len(SKIN)))
    skin, hair = SKIN[tone], c.one_of(HAIR if tone < 2 else (*HAIR[:2], HAIR[4]))
    coat = c.one_of([p.ink, p.warm, p.calm, mixed(p.ink, p.calm, 0.5), mixed(p.warm, p.ink, 0.45)])
    cx, base = x * c.width, foot * c.height
    head = base - 68 * u
    style = int(c.rng.integers(4))
    if style == 0:  # long
        c.pen.rounded_rectangle((cx - 19 * u, head - 20 * u, cx + 19 * u, head + 34 * u), 18 * u, fill=hair)
    elif style == 1:  # a knot
        c.pen.ellipse((cx - 8 * u, head - 32 * u, cx + 8 * u, head - 16 * u), fill=hair)
    elif style == 2:  # curls
        for dx, dy in ((-15, -6), (-11, -15), (0, -19), (11, -15), (15, -6), (-17, 3), (17, 3)):
            c.pen.ellipse((cx + (dx - 8) * u, head + (dy - 8) * u, cx + (dx + 8) * u, head + (dy + 8) * u), fill=hair)
    c.pen.rounded_rectangle((cx - 38 * u, base - 41 * u, cx + 38 * u, base + 40 * u), 27 * u, fill=coat)
    c.pen.rounded_rectangle(
        (cx - 7.5 * u, head + 8 * u, cx + 7.5 * u, base - 34 * u), 7 * u, fill=mixed(skin, p.ink, 0.14)
    )
    c.pen.ellipse((cx - 15 * u, head - 18 * u, cx + 15 * u, head + 19 * u), fill=skin)
    c.pen.chord((cx - 16.5 * u, head - 21 * u, cx + 16.5 * u, head + 17 * u), 180, 360, fill=hair)
    c.pen.polygon(
        [(cx - 9 * u, base - 41 * u), (cx + 9 * u, base - 41 * u), (cx, base - 26 * u)], fill=mixed(p.paper, skin, 0.1)
    )
    if c.rng.random() < 0.35:
        for dx in (-7, 7):
            box = (cx + (dx - 5) * u, head - 2 * u, cx + (dx + 5) * u, head + 7 * u)
            c.pen.ellipse(box, outline=mixed(p.ink, hair, 0.3), width=max(2, round(1.2 * u)))


def gathering(c: Canvas) -> None:
    """A room full of people, under strings of lamps."""
    p = c.palette
    c.fade(mixed(p.ink, p.calm, 0.25), mixed(p.calm, p.cool, 0.5))
    for string in range(2):
        level = 0.1 + string * 0.1
        lamps = [(number / 12, level + 0.07 * (1 - (2 * number / 12 - 1) ** 2)) for number in range(13)]
        c.line(lamps, mixed(p.ink, p.calm, 0.6), 0.25)
        for x, y in lamps:
            c.disc(x, y + 0.012, 1.3, p.glow)
    for row, (height, most) in enumerate(((34, 9), (42, 7), (54, 5))):
        count = max(3, most - 3) if c.tall else most
        for number in range(count):
            figure(c, (number + 0.5 + c.between(-0.1, 0.1)) / count, 0.66 + row * 0.2, height)


def table(c: Canvas) -> None:
    """Two cups, a notebook, and a window with a view."""
    p = c.palette
    c.fade(mixed(p.paper, p.glow, 0.25), mixed(p.paper, p.glow, 0.45))
    left, right = (0.14, 0.86) if c.tall else (0.2, 0.8)
    c.box(left - 0.015, 0.07, right + 0.015, 0.6, (255, 255, 255))
    c.box(left, 0.09, right, 0.58, mixed(p.cool, p.paper, 0.3))
    for depth in range(3):
        line = [
            (left + (right - left) * step / 20, 0.42 + depth * 0.05 + 0.02 * ((step * 7 + depth * 3) % 5) / 5)
            for step in range(21)
        ]
        c.shape([(left, 0.58), *line, (right, 0.58)], mixed(mixed(p.cool, p.calm, 0.4), p.ink, depth * 0.28))
    c.disc(c.between(0.35, 0.65), 0.24, 6, p.glow)
    c.box(0.494, 0.07, 0.506, 0.6, (255, 255, 255))
    c.box(0, 0.74, 1, 1, mixed(p.warm, p.ink, 0.3))
    c.box(0, 0.74, 1, 0.765, mixed(p.warm, p.paper, 0.1))
    for x, colour in ((0.2 if c.tall else 0.3, p.ink), (0.8 if c.tall else 0.7, p.calm)):
        _cup(c, x, 0.75, colour)
    wide = 16 * c.unit / c.width
    for leaf, colour in enumerate((p.calm, p.paper, p.warm)):
        c.box(
            0.5 - wide + leaf * 0.01,
            0.71 - leaf * 0.03,
            0.5 + wide - leaf * 0.012,
            0.745 - leaf * 0.03,
            colour,
            round_=0.6,
        )


def _cup(c: Canvas, x: float, foot: float, colour: Colour) -> None:
    cx, base, u = x * c.width, foot * c.height, c.unit
    c.pen.ellipse((cx - 13 * u, base - 2 * u, cx + 13 * u, base + 2.4 * u), fill=mixed(colour, c.palette.paper, 0.65))
    c.pen.ellipse((cx + 4 * u, base - 13 * u, cx + 13 * u, base - 4 * u), outline=colour, width=round(1.6 * u))
    c.pen.rounded_rectangle((cx - 9 * u, base - 15 * u, cx + 8 * u, base), 5 * u, fill=colour)
    c.pen.rectangle((cx - 9 * u, base - 16 * u, cx + 8 * u, base - 10 * u), fill=colour)
    for rise in range(2):
        sway = [(x + (rise * 0.02 - 0.012) + 0.006 * (-1) ** step, foot - 0.2 - step * 0.03) for step in range(4)]
        c.line(sway, mixed(c.palette.paper, c.palette.cool, 0.35), 0.6)


def hall(c: Canvas) -> None:
    """A lecture hall from the back: rows of listeners, a light wall, someone speaking."""
    p = c.palette
    c.fade(mixed(p.ink, (0, 0, 0), 0.15), mixed(p.ink, p.calm, 0.3))
    c.box(0.22, 0.1, 0.78, 0.52, mixed(p.paper, (255, 255, 255), 0.4), round_=1)
    for bar in range(7):
        left = 0.3 + bar * 0.06
        c.box(
            left,
            0.44 - 0.035 * bar - c.between(0, 0.05),
            left + 0.035,
            0.46,
            p.warm if bar == 5 else mixed(p.cool, p.calm, bar / 7),
        )
    figure(c, 0.86, 0.66, 30)
    c.box(0.8, 0.6, 0.92, 0.68, mixed(p.warm, p.ink, 0.4), round_=0.8)
    for row in range(4):
        count, level = 12 - row * 2 if not c.tall else 8 - row, 0.7 + row * 0.1
        for number in range(count):
            x = (number + 0.5 + (row % 2) * 0.25) / count
            c.disc(x, level - 0.03, 4 + row * 1.1, mixed(c.one_of(HAIR[:4]), p.ink, 0.45))
        c.box(-0.1, level, 1.1, level + 0.12, mixed(mixed(p.ink, p.calm, 0.45), p.ink, row / 4), round_=2)


def shelves(c: Canvas) -> None:
    """Books, some leaning, and a plant."""
    p = c.palette
    c.image.paste(mixed(p.paper, p.cool, 0.2), (0, 0, c.width, c.height))
    rows = 4 if c.tall else 3
    backs = [p.ink, p.calm, p.cool, p.warm, p.glow, mixed(p.ink, p.warm, 0.35), p.paper, mixed(p.calm, p.glow, 0.4)]
    for row in range(rows):
        foot, x = (row + 1) / rows - 0.02, 0.02
        while x < 0.97:
            wide, high = c.between(1.8, 5) * c.unit / c.width, c.between(0.62, 0.86) / rows
            colour = c.one_of(backs)
            if c.rng.random() < 0.9:
                c.box(x, foot - high, x + wide, foot, colour)
                for share in (0.14, 0.2, 0.84):
                    c.box(x, foot - high * share, x + wide, foot - high * (share - 0.02), mixed(colour, p.paper, 0.45))
            x += wide + 0.002
        c.box(0, foot, 1, foot + 0.022, mixed(p.warm, p.ink, 0.5))


def arches(c: Canvas) -> None:
    """An arcade with a view through every arch, and its shadow on the floor."""
    p = c.palette
    c.fade(mixed(p.paper, p.glow, 0.35), mixed(p.paper, p.warm, 0.2))
    count = 3 if c.tall else 5
    step = 1 / count
    for number in range(count):
        left, right = number * step + step * 0.16, (number + 1) * step - step * 0.16
        radius = (right - left) / 2 * c.width / c.unit
        c.box(left - 0.012, 0.14, right + 0.012, 0.86, mixed(p.warm, p.paper, 0.55), round_=radius)
        c.box(left, 0.16, right, 0.84, mixed(p.cool, p.paper, 0.25), round_=radius)
        c.box(left, 0.55, right, 0.84, mixed(p.calm, p.cool, 0.4))
        c.shape(
            [
                (left, 0.56),
                (left + step * 0.25, 0.46 + 0.03 * (number % 3)),
                (right, 0.57),
                (right, 0.66),
                (left, 0.66),
            ],
            mixed(p.calm, p.ink, 0.25),
        )
        c.box(left, 0.66, right, 0.86, mixed(p.glow, p.paper, 0.2))
    c.box(0, 0.84, 1, 1, mixed(p.warm, p.paper, 0.35))
    for number in range(count):
        left = number * step + step * 0.16
        c.shape(
            [(left, 0.86), (left + step * 0.68, 0.86), (left + step * 0.9, 1), (left + step * 0.2, 1)],
            mixed(p.glow, p.paper, 0.45),
        )
    c.box(0, 0.05, 1, 0.075, mixed(p.warm, p.paper, 0.45))


def desk(c: Canvas) -> None:
    """A desk with a lamp, a screen and papers, in the evening."""
    p = c.palette
    c.fade(mixed(p.ink, p.calm, 0.15), mixed(p.ink, p.calm, 0.5))
    top = 0.74
    lamp = 0.78 if not c.tall else 0.8
    c.shape(
        [(lamp - 0.1, 0.36), (lamp + 0.02, 0.36), (lamp + 0.16, top), (lamp - 0.36, top)], mixed(p.calm, p.glow, 0.45)
    )
    c.line([(lamp + 0.06, top), (lamp + 0.08, 0.5), (lamp - 0.03, 0.33)], p.paper, 1.1)
    c.shape([(lamp - 0.1, 0.37), (lamp - 0.065, 0.28), (lamp + 0.0, 0.28), (lamp + 0.03, 0.37)], p.warm)
    c.box(0.18, 0.34, 0.52, 0.68, mixed(p.ink, (0, 0, 0), 0.4), round_=1.5)
    c.box(0.195, 0.36, 0.505, 0.655, mixed(p.paper, p.cool, 0.3))
    for line in range(6):
        c.box(
            0.22,
            0.4 + line * 0.038,
            0.22 + c.between(0.1, 0.25),
            0.412 + line * 0.038,
            c.one_of([p.calm, p.warm, p.ink]),
        )
    c.box(0.33, 0.66, 0.37, top, mixed(p.ink, (0, 0, 0), 0.4))
    c.box(0, top, 1, 1, mixed(p.warm, p.ink, 0.55))
    c.box(0, top, 1, top + 0.018, mixed(p.warm, p.ink, 0.25))
    for sheet in range(3):
        left = 0.56 + sheet * 0.03
        c.box(
            left, top - 0.012 * (3 - sheet), left + 0.16, top - 0.012 * (2 - sheet), mixed(p.paper, p.cool, sheet * 0.2)
        )
