"""Where a city is: its coordinates and time zone, offline, from GeoNames (geonames.org, CC BY 4.0)."""

from outreach.places.choosing import Ambiguous, Choice, Unknown
from outreach.places.cities import all_cities
from outreach.places.countries import countries, country_code, country_name
from outreach.places.finding import find, guess

__all__ = ["Ambiguous", "Choice", "Unknown", "all_cities", "countries", "country_code", "country_name", "find", "guess"]
