"""What each scene shows, for those who cannot see it: scene -> language -> words."""

from outreach.duties import Language

ALTS: dict[str, dict[Language, str]] = {
    "archipelago": {
        "sv": "Teckning av en skärgård i lågt solljus, med tallklädda kobbar och en segelbåt.",
        "en": "Drawing of an archipelago in low sunlight, with wooded skerries and a sailing boat.",
    },
    "hills": {
        "sv": "Teckning av skogsklädda åsar som bleknar mot en blek sol.",
        "en": "Drawing of wooded ridges that fade towards a pale sun.",
    },
    "town": {
        "sv": "Teckning av en rad hus vid en kaj. Fasaderna speglas i vattnet och några fönster lyser.",
        "en": "Drawing of a row of houses by a quay. They are mirrored in the water, and some windows are lit.",
    },
    "night": {
        "sv": "Teckning av norrsken och stjärnor över en mörk skog.",
        "en": "Drawing of northern lights and stars above a dark wood.",
    },
    "fields": {
        "sv": "Teckning av åkrar vars fåror möts vid horisonten, där ett litet hus står.",
        "en": "Drawing of fields whose furrows meet at the horizon, where a small house stands.",
    },
    "coast": {
        "sv": "Teckning av långa vågor under en låg sol.",
        "en": "Drawing of long waves under a low sun.",
    },
    "tiles": {
        "sv": "Mönster av kvartscirklar, cirklar och trianglar, som på ett klinkergolv.",
        "en": "Pattern of quarter circles, circles and triangles, as on a tiled floor.",
    },
    "contours": {
        "sv": "Kartbild med höjder i skuggade band och en prickad stig tvärs över.",
        "en": "Map with heights in shaded bands and a dotted path across.",
    },
    "network": {
        "sv": "Punkter av olika storlek, förbundna med tunna linjer mot mörk botten.",
        "en": "Points of different sizes joined by thin lines on a dark ground.",
    },
    "orbits": {
        "sv": "Teckning av planeter som kretsar kring en sol i en stjärnhimmel.",
        "en": "Drawing of planets circling a sun in a starry sky.",
    },
    "threads": {
        "sv": "Många tunna linjer som löper sida vid sida, möts och skils åt.",
        "en": "Many thin lines that run side by side, meet and part.",
    },
    "columns": {
        "sv": "Rundade staplar som växer från vänster till höger. En av dem har en annan färg.",
        "en": "Rounded columns that grow from left to right. One of them has another colour.",
    },
    "leaves": {
        "sv": "Teckning av höga stjälkar med blad på båda sidor.",
        "en": "Drawing of tall stems with leaves on both sides.",
    },
    "rings": {
        "sv": "Ringar som breder ut sig från tre punkter och går in i varandra, som på en vattenyta.",
        "en": "Rings that spread from three points and run into each other, as on water.",
    },
    "portrait": {
        "sv": "Teckning av en person utan ansiktsdrag, framför ett välvt fönster med växter bredvid.",
        "en": "Drawing of a person without features before an arched window, with plants beside it.",
    },
    "gathering": {
        "sv": "Teckning av en sal full av människor under ljusslingor.",
        "en": "Drawing of a room full of people under strings of lights.",
    },
    "table": {
        "sv": "Teckning av ett bord med två rykande koppar och några böcker, framför ett fönster.",
        "en": "Drawing of a table with two steaming cups and some books, in front of a window.",
    },
    "hall": {
        "sv": "Teckning av en hörsal sedd bakifrån. Någon talar bredvid en duk med ett stapeldiagram.",
        "en": "Drawing of a lecture hall from behind. Somebody speaks beside a screen with a bar chart.",
    },
    "shelves": {
        "sv": "Teckning av bokhyllor fyllda med böcker i många färger.",
        "en": "Drawing of shelves full of books in many colours.",
    },
    "arches": {
        "sv": "Teckning av en pelargång med utsikt mot berg och vatten genom varje valv.",
        "en": "Drawing of an arcade with a view of mountains and water through every arch.",
    },
    "desk": {
        "sv": "Teckning av ett skrivbord på kvällen, med en skärm och en tänd lampa.",
        "en": "Drawing of a desk in the evening, with a screen and a lamp that is lit.",
    },
}
