"""Some 120 plausible programmes at the departments of `config/departments.csv`, with the size of each.

A line says: department | code | cycle | language | credits | size | Swedish name | English name. A cycle of `K`, `M`
or `D` puts "Kandidatprogram i", "Masterprogram i" or "Forskarutbildning i" (and the English words) before the names;
`1`, `2` or `3` leaves the names as they are. Sizes are relative: about as many students of 10,000.
"""

from functools import cache

import pandas as pd

LEVELS = {"1": "first", "2": "second", "3": "third", "K": "first", "M": "second", "D": "third"}
BEFORE_SV = {"K": "Kandidatprogram i ", "M": "Masterprogram i ", "D": "Forskarutbildning i "}
BEFORE_EN = {"K": "Bachelor's Programme in ", "M": "Master's Programme in ", "D": "Doctoral Programme in "}
COLUMNS = [
    "department_code", "programme_code", "cycle", "taught_in", "credits_required", "size",
    "programme_sv", "programme_en",
]  # fmt: skip

LINES = """
arkeologi|HARKK|K|sv|180|45|arkeologi|Archaeology
arkeologi|HOSTM|M|en|120|22|arkeologisk vetenskap|Archaeological Science
arkeologi|HANTM|M|sv|120|14|antikens kultur och samhällsliv|Classical Archaeology and Ancient History
asien-mellanost|HJAPK|K|sv|180|60|japanska|Japanese Studies
asien-mellanost|HKINK|K|sv|180|45|kinesiska|Chinese Studies
asien-mellanost|HASIM|M|en|120|30|asienstudier|Asian Studies
asien-mellanost|HMELM|M|en|120|25|mellanösternstudier|Middle Eastern Studies
barn-ungdom|LFORK|1|sv|210|330|Förskollärarprogrammet|Preschool Teacher Education Programme
barn-ungdom|SBUVM|M|sv|120|40|barn- och ungdomsvetenskap|Child and Youth Studies
barn-ungdom|SBARM|M|en|120|22|barns och ungas rättigheter|Children's Rights
engelska|HENGK|K|en|180|70|engelska|English
engelska|HENGM|M|en|120|40|engelskspråkig litteratur|English Literature
engelska|HTESM|M|en|120|22|engelsk språkvetenskap|English Linguistics
etnologi-genus|HGENK|K|sv|180|60|genusvetenskap|Gender Studies
etnologi-genus|HETNK|K|sv|180|30|etnologi och kulturanalys|Ethnology and Cultural Analysis
etnologi-genus|HRELM|M|sv|120|22|religionshistoria|History of Religions
filosofi|HFILK|K|sv|180|70|filosofi|Philosophy
filosofi|HPPEK|K|sv|180|75|filosofi, politik och ekonomi|Philosophy, Politics and Economics
filosofi|HFILM|M|en|120|25|filosofi|Philosophy
historia|HHISK|K|sv|180|90|historia|History
historia|HHISM|M|sv|120|30|historia|History
historia|HGLOM|M|en|120|18|global historia|Global History
kultur-estetik|HKVTK|K|sv|180|85|konstvetenskap|Art History
kultur-estetik|HLITK|K|sv|180|70|litteraturvetenskap|Comparative Literature
kultur-estetik|HCURM|2|en|120|30|Masterprogram i curating|Master's Programme in Curating Art
kultur-estetik|HTEAM|M|sv|120|20|teater- och dansvetenskap|Theatre and Dance Studies
lingvistik|HLINK|K|sv|180|35|lingvistik|Linguistics
lingvistik|HSPRM|M|en|120|18|språkvetenskap|Language Sciences
lingvistik|HTECK|1|sv|180|15|Kandidatprogram i teckenspråk och tolkning|Bachelor's Programme in Sign Language and Interpreting
mediestudier|HMKVK|K|sv|180|110|medie- och kommunikationsvetenskap|Media and Communication Studies
mediestudier|HJOUK|K|sv|180|80|journalistik|Journalism
mediestudier|HFILV|K|sv|180|45|filmvetenskap|Cinema Studies
mediestudier|HMODM|M|en|120|30|modevetenskap|Fashion Studies
mediestudier|HMEDM|M|en|120|40|medier, kommunikation och samhälle|Media, Communication and Society
romanska-klass|HSPAK|K|sv|180|40|spanska och latinamerikastudier|Spanish and Latin American Studies
romanska-klass|HFRAK|K|sv|180|30|franska|French
romanska-klass|HLATM|M|en|120|24|latinamerikastudier|Latin American Studies
slaviska-tyska|HTYSK|K|sv|180|25|tyska|German
slaviska-tyska|HRYSK|K|sv|180|22|ryska och östeuropakunskap|Russian and East European Studies
slaviska-tyska|HSLAM|M|en|120|12|slaviska språk|Slavic Languages
svenska|HSVEK|K|sv|180|60|svenska språket|Swedish Language
svenska|HSSPR|1|sv|180|25|Språkkonsultprogrammet|Language Consultancy Programme
svenska|HOVEM|M|sv|120|35|översättning|Translation Studies
svenska|HTOLM|M|sv|120|18|konferenstolkning|Conference Interpreting
amnesdidaktik|LAGYM|1|sv|330|240|Ämneslärarprogrammet med inriktning mot gymnasieskolan|Subject Teacher Education Programme for Upper Secondary School
amnesdidaktik|LGR46|1|sv|240|180|Grundlärarprogrammet med inriktning mot årskurs 4–6|Primary School Teacher Education Programme, Years 4–6
amnesdidaktik|LKPUA|1|sv|90|130|Kompletterande pedagogisk utbildning|Bridging Teacher Education Programme
amnesdidaktik|LAMDM|M|sv|120|35|ämnesdidaktik|Subject Education
juridik|JJURP|1|sv|270|850|Juristprogrammet|Master of Laws Programme
juridik|JEURM|2|en|60|50|Masterprogram i europeisk ekonomisk rätt|Master of Laws in European Economic Law
juridik|JICAM|2|en|60|45|Masterprogram i internationell skiljedomsrätt|Master of Laws in International Commercial Arbitration Law
juridik|JMILM|2|en|60|28|Masterprogram i miljörätt|Master of Laws in Environmental Law
juridik|JJURD|D|sv|240|18|rättsvetenskap|Legal Science
dsv|SYSVK|K|sv|180|260|data- och systemvetenskap|Computer and Systems Sciences
dsv|SMASK|K|sv|180|140|marknadsföring och digital kommunikation|Marketing and Digital Communication
dsv|SSPEK|K|sv|180|95|datorspelsutveckling|Computer Game Development
dsv|SINFM|M|en|120|90|informationssäkerhet|Information Security
dsv|SDSVM|M|en|120|120|data- och systemvetenskap|Computer and Systems Sciences
dsv|SHAIM|M|en|120|60|hälsoinformatik|Health Informatics
dsv|SDSVD|D|en|240|18|data- och systemvetenskap|Computer and Systems Sciences
ekon-historia|SEKHK|K|sv|180|60|ekonomisk historia|Economic History
ekon-historia|SINRM|M|en|120|55|internationella relationer|International Relations
ekon-historia|SGPEM|M|en|120|35|global politisk ekonomi|Global Political Economy
folkhalsa|SFHVK|K|sv|180|50|folkhälsovetenskap|Public Health Sciences
folkhalsa|SFHVM|M|en|120|40|folkhälsa: samhälle och jämlikhet i hälsa|Public Health: Societal and Individual Perspectives
foretagsekonomi|SEKOK|K|sv|180|620|företagsekonomi|Business Administration
foretagsekonomi|SREVM|M|sv|120|110|redovisning, revision och analys|Accounting, Auditing and Analysis
foretagsekonomi|SBMMM|M|en|120|150|marknadsföring|Marketing
foretagsekonomi|SMANM|M|en|120|130|företagsledning|Management Studies
foretagsekonomi|SFINM|M|en|120|110|bank och finans|Banking and Finance
foretagsekonomi|SFEKD|D|en|240|14|företagsekonomi|Business Administration
iies|SIIED|D|en|240|10|internationell ekonomi|International Economics
kriminologi|SKRIK|K|sv|180|110|kriminologi|Criminology
kriminologi|SKRIM|M|en|120|45|kriminologi|Criminology
kulturgeografi|SSAMK|K|sv|180|110|samhällsplanering|Urban and Regional Planning
kulturgeografi|SGLBK|K|en|180|55|global utveckling|Global Development
kulturgeografi|SSTAM|M|en|120|50|stads- och regionplanering|Urban and Regional Planning
nationalekonomi|SNEKK|K|sv|180|260|nationalekonomi och statistik|Economics and Statistics
nationalekonomi|SNEKM|M|en|120|110|nationalekonomi|Economics
nationalekonomi|SNEKD|D|en|240|12|nationalekonomi|Economics
pedagogik|SPAOK|1|sv|180|170|Personal-, arbets- och organisationsprogrammet|Human Resources, Work and Organisation Programme
pedagogik|LGRF3|1|sv|240|150|Grundlärarprogrammet med inriktning mot förskoleklass och årskurs 1–3|Primary School Teacher Education Programme, Preschool Class and Years 1–3
pedagogik|SPEDM|M|en|120|45|internationell och jämförande pedagogik|International and Comparative Education
pedagogik|LYRKL|1|sv|90|65|Yrkeslärarprogrammet|Vocational Teacher Education Programme
psykologi|SPSYP|1|sv|300|190|Psykologprogrammet|Master of Science in Psychology Programme
psykologi|SPSYK|K|sv|180|110|psykologi med personalinriktning|Psychology with Human Resources
psykologi|SPSYM|M|en|120|45|psykologi|Psychology
psykologi|SPSYD|D|en|240|14|psykologi|Psychology
score|SSCOD|D|en|240|12|organisation och offentlig förvaltning|Organisation and Public Administration
socantropologi|SSANK|K|sv|180|45|socialantropologi|Social Anthropology
socantropologi|SSANM|M|en|120|28|socialantropologi|Social Anthropology
socialt-arbete|SSOCP|1|sv|210|430|Socionomprogrammet|Bachelor of Science in Social Work Programme
socialt-arbete|SSOCM|M|sv|120|60|socialt arbete|Social Work
sociologi|SSOCK|K|sv|180|110|sociologi|Sociology
sociologi|SSOPM|M|en|120|35|sociologi|Sociology
sociologi|SDEMM|M|en|120|25|demografi|Demography
sofi|SSOFD|D|en|240|12|social forskning|Social Research
specialpedagogik|LSPEP|1|sv|90|120|Speciallärarprogrammet|Special Needs Teacher Programme
specialpedagogik|LSPPP|1|sv|90|90|Specialpedagogprogrammet|Special Education Needs Coordinator Programme
specialpedagogik|SSPPM|M|sv|120|25|specialpedagogik|Special Education
statistik|SSTAK|K|sv|180|55|statistik och dataanalys|Statistics and Data Analysis
statistik|SSTDM|M|en|120|40|statistik|Statistics
statsvetenskap|SPOLK|1|sv|180|230|Politices kandidatprogrammet|Bachelor's Programme in Political Science and Economics
statsvetenskap|SSTVM|M|en|120|80|statsvetenskap|Political Science
statsvetenskap|SMILM|M|en|120|40|miljösamhällsvetenskap|Environmental Social Science
statsvetenskap|SSTVD|D|en|240|8|statsvetenskap|Political Science
stressforskning|SSTRD|D|en|240|12|stress och hälsa|Stress and Health
astronomi|NASTK|K|sv|180|28|astronomi|Astronomy
astronomi|NASTM|M|en|120|20|astronomi|Astronomy
biokemi-biofysik|NBIKK|K|sv|180|50|biokemi|Biochemistry
biokemi-biofysik|NLIVM|M|en|120|45|molekylär livsvetenskap|Molecular Life Sciences
biokemi-biofysik|NBIKD|D|en|240|16|biokemi|Biochemistry
ekologi-botanik|NEKOM|M|en|120|35|ekologi och biologisk mångfald|Ecology and Biodiversity
ekologi-botanik|NMARM|M|en|120|20|marin biologi|Marine Biology
fysikum|NFYSK|K|sv|180|80|fysik|Physics
fysikum|NSJUP|1|sv|180|55|Sjukhusfysikerprogrammet|Medical Physics Programme
fysikum|NFYSM|M|en|120|35|fysik|Physics
fysikum|NFYSD|D|en|240|20|fysik|Physics
geologi|NGEOK|K|sv|180|40|geovetenskap|Earth Science
geologi|NGEOM|M|en|120|24|geologiska vetenskaper|Geological Sciences
matematik|NMATK|K|sv|180|120|matematik|Mathematics
matematik|NMEKK|K|sv|180|75|matematik och ekonomi|Mathematics and Economics
matematik|NAKTM|M|en|120|50|försäkringsmatematik|Actuarial Mathematics
matematik|NMATD|D|en|240|12|matematik|Mathematics
materialkemi|NMAKM|M|en|120|28|materialkemi|Materials Chemistry
materialkemi|NKEMK|K|sv|180|55|kemi|Chemistry
meteorologi|NMETK|K|sv|180|30|meteorologi|Meteorology
meteorologi|NKLIM|M|en|120|24|atmosfärsvetenskap, oceanografi och klimat|Atmospheric Sciences, Oceanography and Climate
miljovetenskap|NMITM|M|en|120|35|miljövetenskap|Environmental Science
miljovetenskap|NMHSK|1|sv|180|45|Miljö- och hälsoskyddsprogrammet|Environmental Health Programme
molekylarbio|NMOBK|K|sv|180|80|molekylärbiologi|Molecular Biology
molekylarbio|NMOBM|M|en|120|40|mikrobiologi och immunologi|Microbiology and Immunology
naturgeografi|NGOGK|K|sv|180|60|biologi och geovetenskap|Biology and Earth Science
naturgeografi|NGISM|M|en|120|30|geografisk informationsanalys|Geomatics with Remote Sensing and GIS
nordita|NTEFD|D|en|240|12|teoretisk fysik|Theoretical Physics
organisk-kemi|NORGM|M|en|120|24|organisk kemi|Organic Chemistry
resilience|NRESM|2|en|120|28|Masterprogram i social-ekologisk resiliens för hållbar utveckling|Master's Programme in Social-Ecological Resilience for Sustainable Development
zoologi|NBIOK|K|sv|180|90|biologi|Biology
zoologi|NETOM|M|en|120|30|etologi|Ethology
ostersjocentrum|NOSTD|D|en|240|12|marin ekologi|Marine Ecology
"""  # noqa: E501 - one line a programme


@cache
def programmes() -> pd.DataFrame:
    """One row a programme: department_code, programme_code, taught_in, programme_sv, programme_en, level (str),
    credits_required (float), size (int)."""
    frame = pd.DataFrame([line.split("|") for line in LINES.strip().splitlines()], columns=COLUMNS)
    cycle = frame.pop("cycle")
    return frame.assign(
        level=cycle.map(LEVELS),
        programme_sv=cycle.map(BEFORE_SV).fillna("") + frame["programme_sv"],
        programme_en=cycle.map(BEFORE_EN).fillna("") + frame["programme_en"],
        credits_required=frame["credits_required"].astype(float),
        size=frame["size"].astype(int),
    )
