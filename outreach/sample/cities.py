"""Where the people of the sample live: 200 cities of the world, most people in Sweden, as a register writes them.

A line of WRITTEN is a country and its cities, the more likely ones with a weight (1 where none is written). `_` stands
for a space inside a name.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class City:
    name: str
    country: str  # ISO 3166-1 alpha-2
    weight: float


@cache
def cities() -> tuple[City, ...]:
    """Every city of WRITTEN."""
    lines = (line.split() for line in WRITTEN.strip().splitlines())
    return tuple(_city(word, country) for country, *words in lines for word in words)


def _city(word: str, country: str) -> City:
    name, _, weight = word.partition(":")
    return City(name.replace("_", " "), country, float(weight or 1))


def homes(rng: np.random.Generator, people: int) -> pd.DataFrame:
    """city, country (str) of so many people: somebody in every city, if people are twice as many as the cities."""
    known = cities()
    weights = np.array([city.weight for city in known])
    chosen = rng.choice(len(known), people, p=weights / weights.sum())
    if people >= 2 * len(known):
        chosen[: len(known)] = np.arange(len(known))
        rng.shuffle(chosen)
    return pd.DataFrame([(known[one].name, known[one].country) for one in chosen], columns=["city", "country"])


WRITTEN = """
SE Stockholm:900 Göteborg:45 Malmö:30 Uppsala:35 Linköping:9 Örebro:6 Sollentuna:12 Umeå:6 Västerås:8 Jönköping:4
SE Helsingborg:4 Norrköping:5 Huddinge:10 Lund:8 Luleå:3 Haninge:5 Gävle:5 Borås:3 Växjö:3 Södertälje:8 Halmstad:2
SE Solna:20 Täby:9 Eskilstuna:4 Karlskrona:2 Karlstad:3 Sundsvall:2 Östersund:2
SE Trollhättan Lidingö:6 Borlänge Kristianstad
SE Nyköping:3 Kalmar:2 Falun:2 Skövde Skellefteå Uddevalla Sundbyberg:9 Örnsköldsvik Visby:4 Norrtälje:3
SE Enköping:2 Kiruna Nacka:10
NO Oslo:10 Bergen:3 Trondheim:2 Stavanger Tromsø
DK København:9 Århus:2 Odense
FI Helsingfors:40 Tammerfors:2 Åbo:3 Vasa:2
IS Reykjavík:2
GB London:16 Edinburgh:3 Manchester:2 Oxford:2 Cambridge:2 Glasgow Bristol
IE Dublin:3
DE Berlin:40 Hamburg:4 München:5 Köln:2 Heidelberg Leipzig
NL Amsterdam:5 Rotterdam Utrecht Leiden
BE Bryssel:7
LU Luxembourg:2
FR Paris:8 Lyon Strasbourg
CH Zürich:4 Genève:4 Basel Lausanne
AT Wien:3
ES Madrid:3 Barcelona:4 Valencia
PT Lisboa:2 Porto
IT Rom:2 Milano:2 Florence
GR Aten:3
CY Nicosia
MT Valletta
PL Warszawa:2 Kraków
CZ Prag:2
HU Budapest:2
SK Bratislava
SI Ljubljana
HR Zagreb
RS Belgrad
BA Sarajevo
RO Bukarest
BG Sofia
EE Tallinn:2 Tartu
LV Riga:2
LT Vilnius:2 Kaunas
UA Kiev:2 Lviv
TR Istanbul:3 Ankara
GE Tbilisi
AM Yerevan
IL Tel_Aviv
LB Beirut
JO Amman
IQ Erbil
IR Tehran:2
AE Dubai:3 Abu_Dhabi
QA Doha
EG Kairo
MA Rabat
TN Tunis
SN Dakar
GH Accra
NG Lagos Abuja
ET Addis_Ababa:3
UG Kampala
KE Nairobi:20 Mombasa
RW Kigali
TZ Dar_es_Salaam:2
ZM Lusaka
MZ Maputo
ZA Cape_Town:2 Johannesburg
PK Lahore Karachi
IN Delhi:2 Mumbai:2 Bengaluru:3 Chennai Kolkata Pune
NP Kathmandu
BD Dhaka:2
LK Colombo
TH Bangkok:2
VN Hanoi
MY Kuala_Lumpur
SG Singapore:4
ID Jakarta
PH Manila
CN Beijing:3 Shanghai:4 Shenzhen Guangzhou
HK Hong_Kong:2
TW Taipei
KR Seoul:3
JP Tokyo:24 Osaka:2 Kyoto Yokohama:3
AU Sydney:3 Melbourne:3 Brisbane
NZ Auckland:2
CA Toronto:3 Montréal:2 Vancouver:3 Ottawa
US Boston:25 Cambridge:5 New_York:8 San_Francisco:5 Los_Angeles:2 Seattle:2 Chicago:2 Washington:4
US Austin San_Jose:2 Minneapolis
MX Mexico_City:2
CO Bogotá
PE Lima
CL Santiago:2
AR Buenos_Aires:2
UY Montevideo
BR São_Paulo:15 Rio_de_Janeiro:2 Brasília
"""
