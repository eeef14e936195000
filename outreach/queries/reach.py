"""Who lives how far from a place: great-circle distance over the register, in the database.

The earth is a sphere with its mean radius (IUGG: 6371.0088 km). People whose place is not known are within no reach.
"""

import math
from typing import Any

from sqlalchemy import ColumnElement, Float, and_, case, func, literal

from outreach.event import Place
from outreach.models import Person

EARTH_KM = 6371.0088
FURTHEST_KM = math.pi * EARTH_KM  # from here to the other side of the earth
HAIR = 1e-9  # what rounding may take from a comparison, in degrees of latitude: a tenth of a millimetre


def within(latitude: float, longitude: float, radius_km: float, person: type[Person] = Person) -> ColumnElement[bool]:
    """Whether a person's place lies within `radius_km` of a point given in degrees, the border included.

    The band of latitudes is asked first, which is cheap and leaves few to calculate. Longitudes are never compared
    by themselves, so the date line is no border and the poles are places like others.
    """
    if radius_km >= FURTHEST_KM:
        return person.latitude.is_not(None) & person.longitude.is_not(None)
    band = math.degrees(radius_km / EARTH_KM) + HAIR
    furthest = math.sin(radius_km / EARTH_KM / 2) ** 2
    return and_(
        person.latitude.between(latitude - band, latitude + band), _haversine(latitude, longitude, person) <= furthest
    )


def around(place: Place, radius_km: float | None, person: type[Person] = Person) -> ColumnElement[bool]:
    """Whether a person lives within `radius_km` of `place`, or, for None, in its country."""
    if radius_km is None:
        return person.country == place.country
    return within(place.latitude, place.longitude, radius_km, person)


def distance_km(latitude: float, longitude: float, person: type[Person] = Person) -> ColumnElement[float]:
    """How far a person's place is from a point given in degrees, in kilometres; NULL where it is not known."""
    share = _haversine(latitude, longitude, person)
    no_more_than_all = case((share > 1.0, literal(1.0, Float)), else_=share)  # rounding, on the other side of the earth
    return literal(2 * EARTH_KM, Float) * func.asin(func.sqrt(no_more_than_all), type_=Float)


def _haversine(latitude: float, longitude: float, person: type[Person]) -> ColumnElement[Any]:
    """sin²(d / 2R), which grows with the distance d from 0 to 1: enough to compare, without an arcsine."""
    over, along = _half_sine(person.latitude, latitude), _half_sine(person.longitude, longitude)
    shrinks = func.cos(func.radians(person.latitude)) * literal(math.cos(math.radians(latitude)), Float)
    return over * over + shrinks * along * along


def _half_sine(degrees: Any, from_degrees: float) -> ColumnElement[Any]:
    return func.sin(func.radians((degrees - literal(from_degrees, Float)) / 2), type_=Float)
