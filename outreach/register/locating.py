"""Where new people live: coordinates and time zone from the city and country their row gives. Pure."""

import pandas as pd

from outreach import places


def located(people: pd.DataFrame) -> pd.DataFrame:
    """The people with latitude, longitude (float64, degrees) and time_zone (str); NaN where the town is not known.

    Each distinct place is looked up once. Columns needed: city, country (str, NaN where empty).
    """
    pairs = people[["city", "country"]].dropna().drop_duplicates().itertuples(index=False, name=None)
    found = {(city, country): places.guess(city, country) for city, country in pairs}
    where = [found.get(pair) for pair in zip(people["city"], people["country"], strict=True)]
    return people.assign(
        latitude=pd.Series([place and place.latitude for place in where], people.index, dtype="float64"),
        longitude=pd.Series([place and place.longitude for place in where], people.index, dtype="float64"),
        time_zone=pd.Series([place and place.time_zone for place in where], people.index, dtype="str"),
    )
