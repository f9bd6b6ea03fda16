"""Reports as people write them, made from a seed, each with what a reader should find in it.

The names, dates and messes are written here by hand and know nothing of `reference/`: what both agree on was
found twice. `written(seed)` is a report in Markdown and its gold, in the schema of the scorer.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

# code, ISO country, country, names: the first in English, the others as people write them
REGIONS: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("FI1D7", "FI", "Finland", ("Lapland", "Lappi", "Lapin maakunta")),
    ("FI193", "FI", "Finland", ("Central Finland", "Keski-Suomi")),
    ("FI1D3", "FI", "Finland", ("North Karelia", "Pohjois-Karjala")),
    ("FI194", "FI", "Finland", ("South Ostrobothnia", "Etelä-Pohjanmaa")),
    ("ES21", "ES", "Spain", ("Basque Country", "País Vasco", "Euskadi")),
    ("ES41", "ES", "Spain", ("Castile and León", "Castilla y León", "Castilla y Leon")),
    ("ES51", "ES", "Spain", ("Catalonia", "Catalunya", "Cataluña")),
    ("ES61", "ES", "Spain", ("Andalusia", "Andalucía")),
    ("ES12", "ES", "Spain", ("Asturias", "Principado de Asturias")),
    ("ES22", "ES", "Spain", ("Navarre", "Navarra")),
    ("FRH0", "FR", "France", ("Brittany", "Bretagne", "Britanny")),
    ("FRI", "FR", "France", ("Nouvelle-Aquitaine", "Nouvelle Aquitaine", "New Aquitaine")),
    ("FRK", "FR", "France", ("Auvergne-Rhône-Alpes", "Auvergne Rhone Alpes", "AURA")),
    ("FRL0", "FR", "France", ("Provence-Alpes-Côte d'Azur", "PACA")),
    ("FRJ", "FR", "France", ("Occitania", "Occitanie")),
    ("DEA", "DE", "Germany", ("North Rhine-Westphalia", "Nordrhein-Westfalen", "NRW")),
    ("DE2", "DE", "Germany", ("Bavaria", "Bayern", "Freistaat Bayern")),
    ("DE1", "DE", "Germany", ("Baden-Württemberg", "Baden-Wuerttemberg", "Baden Württemberg")),
    ("DED", "DE", "Germany", ("Saxony", "Sachsen")),
    ("DEE", "DE", "Germany", ("Saxony-Anhalt", "Sachsen-Anhalt")),
    ("ITC4", "IT", "Italy", ("Lombardy", "Lombardia", "Regione Lombardia")),
    ("ITH5", "IT", "Italy", ("Emilia-Romagna", "Emilia Romagna")),
    ("ITI1", "IT", "Italy", ("Tuscany", "Toscana")),
    ("ITF4", "IT", "Italy", ("Apulia", "Puglia")),
    ("ITH4", "IT", "Italy", ("Friuli-Venezia Giulia", "Friuli Venezia Giulia")),
    ("ITC1", "IT", "Italy", ("Piedmont", "Piemonte")),
    ("PT11", "PT", "Portugal", ("Norte", "North Portugal", "Northern Portugal")),
    ("PT16", "PT", "Portugal", ("Centro (PT)", "Centro Portugal", "Centro de Portugal")),
    ("EL43", "EL", "Greece", ("Crete", "Κρήτη", "Kriti")),
    ("EL52", "EL", "Greece", ("Central Macedonia", "Κεντρική Μακεδονία", "Kentriki Makedonia")),
    ("EL63", "EL", "Greece", ("Western Greece", "Δυτική Ελλάδα", "Dytiki Ellada")),
    ("BG41", "BG", "Bulgaria", ("Yugozapaden", "Югозападен", "South-West Bulgaria")),
    ("BG42", "BG", "Bulgaria", ("Yuzhen tsentralen", "Южен централен", "South Central Bulgaria")),
    ("RO11", "RO", "Romania", ("North-West Romania", "Nord-Vest", "North-West (RO)")),
    ("RO21", "RO", "Romania", ("North-East Romania", "Nord-Est (RO)")),
    ("HU32", "HU", "Hungary", ("Northern Great Plain", "Észak-Alföld", "Eszak-Alfold")),
    ("CZ042", "CZ", "Czechia", ("Ústí Region", "Ústecký kraj", "Usti Region")),
    ("CZ064", "CZ", "Czechia", ("South Moravian Region", "Jihomoravský kraj", "South Moravia")),
    ("PL21", "PL", "Poland", ("Lesser Poland", "Małopolska", "Malopolska")),
    ("PL22", "PL", "Poland", ("Silesia", "Śląskie", "Slaskie")),
    ("SK04", "SK", "Slovakia", ("Eastern Slovakia", "Východné Slovensko")),
    ("SI03", "SI", "Slovenia", ("Eastern Slovenia", "Vzhodna Slovenija")),
    ("HR03", "HR", "Croatia", ("Adriatic Croatia", "Jadranska Hrvatska")),
    ("NL42", "NL", "Netherlands", ("Limburg (NL)", "Dutch Limburg")),
    ("NL41", "NL", "Netherlands", ("North Brabant", "Noord-Brabant", "Noord Brabant")),
    ("NL1", "NL", "Netherlands", ("Northern Netherlands", "Noord-Nederland")),
    ("BE2", "BE", "Belgium", ("Flanders", "Vlaanderen")),
    ("BE3", "BE", "Belgium", ("Wallonia", "Wallonie")),
    ("SE124", "SE", "Sweden", ("Örebro County", "Örebro län", "Orebro Lan")),
    ("SE331", "SE", "Sweden", ("Västerbotten", "Vasterbotten")),
    ("SE232", "SE", "Sweden", ("Västra Götaland", "Vastra Gotaland")),
    ("AT22", "AT", "Austria", ("Styria", "Steiermark")),
    ("AT31", "AT", "Austria", ("Upper Austria", "Oberösterreich")),
    ("UKL", "UK", "United Kingdom", ("Wales", "Cymru")),
    ("UKM", "UK", "United Kingdom", ("Scotland",)),
    ("IE", "IE", "Ireland", ("Ireland", "Éire")),
    ("EE", "EE", "Estonia", ("Estonia", "Eesti")),
    ("LV", "LV", "Latvia", ("Latvia", "Latvija")),
    ("LT", "LT", "Lithuania", ("Lithuania", "Lietuva")),
    ("SI", "SI", "Slovenia", ("Slovenia", "Slovenija")),
    ("MT", "MT", "Malta", ("Malta",)),
    ("CY", "CY", "Cyprus", ("Cyprus", "Κύπρος")),
    ("DK04", "DK", "Denmark", ("Central Denmark", "Midtjylland", "Central Denmark Region")),
    ("NO071", "NO", "Norway", ("Nordland",)),
)

OLD_CODES = {"FRH0": "FR52", "FRI": "FRI", "EL43": "GR43", "PL21": "PL21", "ITH5": "ITD5", "ITI1": "ITE1"}

# the name, and other names of the same
ORGANISATIONS: tuple[tuple[str, ...], ...] = (
    ("Tecnalia", "Tecnalía"),
    ("Ruhr-Universität Bochum", "Ruhr-Universität", "Ruhr University Bochum"),
    ("European Cyber Security Organisation", "ECSO", "EC SO"),
    ("European Investment Bank", "EIB"),
    ("European Chemical Regions Network", "ECRN"),
    ("Images & Réseaux", "Images & Reseaux", "Images et Réseaux"),
    ("LSEC", "LSEC - Leaders in Security"),
    ("CETIC",),
    ("imec", "IMEC"),
    ("Lapland University of Applied Sciences", "Lapland UAS"),
    ("Polytechnic University of Bucharest",),
    ("Fraunhofer IPA",),
    ("Chamber of Commerce of Bilbao",),
    ("AVEBIOM",),
    ("Coompanion",),
    ("Technopole Brest-Iroise",),
    ("Jožef Stefan Institute",),
    ("Πανεπιστήμιο Κρήτης",),
    ("Технически университет София",),
    ("DSM",),
    ("Brainport Development",),
    ("Business Upper Austria", "Business Upper Austria - OÖ Wirtschaftsagentur GmbH"),
    ("Natural Resources Institute Finland", "Natural Resources Institute Finland (Luke)", "Luke"),
    ("Confindustria Toscana",),
    ("Gdańsk University of Technology",),
    ("Uppsala universitet",),
)
GROUPS = (
    "local stakeholders",
    "SMEs",
    "local associations and SMEs",
    "regional clusters",
    "industry partners",
)

PARTNERSHIPS = (
    ("Chemicals", "Chemicals"),
    ("Bioenergy", "Bioenergy"),
    ("Hydrogen Valleys", "Hydrogen Valleys"),
    ("Social Economy", "Social Economy"),
    ("Smart Grids", "Smart Grids"),
    ("Cybersecurity", "Cybersecurity"),
    ("Medical Technology", "Medical Technology"),
    ("Photonics", "Photonics"),
    ("Sustainable Buildings", "Sustainable Buildings"),
)
TOPICS = (
    "Mapping of competences",
    "Pilot and demo plants",
    "Skills for the green transition",
    "Investment platform",
    "Access to finance",
    "Regulatory sandboxes",
    "Hydrogen refuelling corridors",
    "Biogas in rural areas",
    "Data spaces & interoperability",
    "Training of trainers",
    "Communication and dissemination",
    "Living labs",
)
EVENTS = (
    "Steering committee meeting",
    "Kick-off of the demo case",
    "Matchmaking day for SMEs",
    "Partnership meeting",
    "Study visit to biogas plants",
    "Info day on Horizon Europe",
    "Workshop on business models",
    "Annual conference of the platform",
    "Technical seminar",
    "EU Week of Regions and Cities side event",
)
CITIES = (
    "Brussels", "Rovaniemi (FI)", "Valladolid, Spain", "Kraków", "Halle (Saale)", "Αθήνα", "София", "Cluj-Napoca",
    "Seville", "Jyväskylä", "s'Hertogenbosch", "Ústí nad Labem", "Frankfurt/Main",
)  # fmt: skip

SDG_OPTIONS = ("strongly_agree", "agree", "neutral", "disagree", "strongly_disagree", "not_applicable")
SDG_HEADERS = ("Strongly agree", "Agree", "Neutral", "Disagree", "Strongly disagree", "Not applicable")
GOALS = (
    "End poverty in all its forms everywhere",
    "End hunger, achieve food security and improved nutrition & promote sustainable agriculture",
    "Ensure healthy lives & promote well-being for all at all ages",
    "Ensure inclusive and equitable quality education and promote lifelong learning opportunities for all",
    "Achieve gender equality & empower all women and girls",
    "Ensure availability and sustainable management of water and sanitation for all",
    "Ensure access to affordable, reliable, sustainable and modern energy for all",
    "Promote sustained, inclusive and sustainable economic growth, full and productive employment & decent work for all",
    "Build resilient infrastructure, promote inclusive and sustainable industrialisation & foster innovation",
    "Reduce inequality within and among countries",
    "Make cities & human settlements inclusive, safe, resilient and sustainable",
    "Ensure sustainable consumption & production patterns",
    "Take urgent action to combat climate change and its impacts",
    "Conserve and sustainably use the oceans, seas & marine resources for sustainable development",
    "Protect, restore and promote sustainable use of terrestrial ecosystems, sustainably manage forests, combat "
    "desertification, halt and reverse land degradation and halt biodiversity loss",
    "Promote peaceful & inclusive societies for sustainable development, provide access to justice for all and build "
    "effective, accountable and inclusive institutions at all levels",
    "Strengthen the means of implementation and revitalise the Global Partnership for Sustainable Development",
)

# the label as printed, then as people retype it
LABELS: dict[str, tuple[str, ...]] = {
    "period": ("Reporting period", "Reporting Period", "Period of reporting", "Reporting period of this report"),
    "partnership": (
        "Please select the name of your partnership",
        "Please select the name of the partnership",
        "Name of the partnership",
        "Name of your Partnership",
    ),
    "start": ("Start date of your partnership", "Start date of the Partnership", "Starting date of your partnership"),
    "webpage": ("Partnership's webpage", "Partnership’s web page", "Partnership webpage", "Website of the partnership"),
    "summary": (
        "Please provide the executive summary and the objectives of your partnership",
        "Please provide an executive summary and objectives of your partnership",
        "Executive summary and objectives of the partnership",
    ),
    "lead": (
        "Please provide the list of leading regions",
        "Please provide a list of the leading regions",
        "List of leading regions",
        "List of lead regions",
    ),
    "participating": (
        "Please provide the list of participating regions.",
        "Please provide a list of participating regions",
        "List of participating regions",
        "Participating regions",
    ),
    "interested": (
        "Please provide the list of interested regions or other entities (other than national /regional authorities)",
        "Please provide the list of interested regions or other entities",
        "List of interested regions or other entities (other than national/regional authorities)",
    ),
    "areas": (
        "Please provide an overview of the working areas of your partnership",
        "Please provide an overview of the **working areas** of your partnership",
        "Overview of the working areas of the partnership",
    ),
    "past": (
        "Please provide information regarding past meetings, workshops and dissemination activities (six months prior "
        "to filling out the survey)",
        "Information regarding past meetings, workshops and dissemination activities",
    ),
    "planned": (
        "Please provide information regarding planned future meetings, workshops and dissemination activities",
        "Information regarding planned future meetings, workshops and dissemination activities",
    ),
    "results": (
        "Please describe innovative results and achievements that could be attributed to the partnership (specific "
        "examples of results vs. objectives)",
        "Please describe innovative results and achievements that could be attributed to the partnership",
    ),
    "impacts": ("Tangible short- and medium-term socio-economic impacts achieved or expected (specific examples)",),
    "eu13": (
        "Involvement of regions from EU13 Member States in the Partnership, in particular with respect to scoping, "
        "mapping and/or matchmaking. In addition, justification should be provided if no EU13 regions are involved",
    ),
    "outreach": (
        "Advancement and promotion of the Partnership through publications and other communication/outreach "
        "activities (number of outreach activities that resulted from the partnership)",
    ),
    "sdg": (
        "Please indicate to which Sustainable Development Goals and to what extent your thematic Partnership contributes?",
        "Please indicate to which Sustainable Development Goals and to what extent your Partnership contributes",
    ),
}  # fmt: skip

AREA_HEADERS = (
    ("Working area", "Region in charge", "Involved regions", "Other actors"),
    ("Working area", "Region(s) in charge", "Regions involved", "Other actors involved"),
    ("Area", "Lead region", "Participating regions", "Other stakeholders"),
    ("WORKING AREA", "REGION IN CHARGE", "INVOLVED REGIONS", "OTHER ACTORS"),
    (
        "Name of working area",
        "Leading region(s)",
        "Other involved regions",
        "Other actors (clusters, SMEs, …)",
    ),
)
EVENT_HEADERS = (
    ("Event", "Date", "Place", "Any other information"),
    ("Name of event", "Date(s)", "Location", "Other info"),
    ("Title of the event", "When", "Where", "Comments"),
    ("EVENT", "DATE", "VENUE", "REMARKS"),
)

CONFIDENTIAL_HEADINGS = (
    "## III. Self-assessment",
    "## III. Self-assessment (confidential)",
    "**III. SELF-ASSESSMENT**",
    "### Section III – Self-assessment of the partnership",
    "**Part 3: Confidential**",
    "## Self assessment",
    "## Auto-évaluation (confidentiel)",
    "## Annex: internal evaluation, not for publication",
    "III. Self-assessment",
)
CONFIDENTIAL_QUESTIONS = (
    "How would you assess the commitment of the regions?",
    "**What are the main obstacles?**",
    "### Governance",
    "**\\* Rate the support received from the European Commission**",
    "Main difficulties encountered",
    "Lessons learnt",
)


@dataclass
class Written:
    """A report in Markdown, and what a reader should find in it."""

    text: str
    gold: dict[str, Any]
    messes: tuple[str, ...]


MESSES = (
    "separators", "lost separators", "codes", "local names", "old codes", "reordered columns", "renamed columns",
    "extra rows", "extra columns", "title row", "missing answers", "other order", "rephrased",
    "numbered", "not bold", "upper case", "one line", "section III", "section III in the middle", "support", "two leads",
    "wrong kind", "pipe tables", "odd dates",
)  # fmt: skip


def written(seed: int, messes: Sequence[str] | None = None) -> Written:
    """The report of a seed; with some messes of `MESSES`, or those of the seed's own choice."""
    chance = random.Random(seed)
    chosen = [mess for mess in MESSES if chance.random() < 0.35] if messes is None else list(messes)
    return _Writer(random.Random(seed * 7919 + 1), set(chosen)).write()


@dataclass
class _Name:
    """A region with the way it is written."""

    code: str
    text: str

    @property
    def gold(self) -> dict[str, Any]:
        return {"raw": self.text, "nuts": self.code}


@dataclass
class _Cells:
    """A row of a table, and its gold."""

    cells: list[str]
    gold: dict[str, Any] = field(default_factory=dict)


class _Writer:
    def __init__(self, chance: random.Random, messes: set[str]) -> None:
        self.chance = chance
        self.messes = messes
        self.pool = list(REGIONS)
        chance.shuffle(self.pool)
        self.number = 0
        year = chance.choice((2019, 2020, 2021, 2022))
        half = chance.choice((1, 2))
        self.period = (
            date(year, 1 if half == 1 else 7, 1),
            date(year, 6, 30) if half == 1 else date(year, 12, 31),
        )

    def has(self, mess: str) -> bool:
        return mess in self.messes

    def write(self) -> Written:
        chance = self.chance
        parts: dict[str, str] = {}
        gold: dict[str, Any] = {"schema": "regiograph-report-gold/1", "missing_mandatory": []}
        period_raw = self._period_text()
        gold["period"] = {"raw": period_raw, "start": str(self.period[0]), "end": str(self.period[1])}
        parts["period"] = period_raw
        name, gold["partnership"] = chance.choice(PARTNERSHIPS)
        parts["partnership"] = name
        parts["start"], gold["start_date"] = self._start()
        parts["webpage"] = chance.choice(
            (
                "https://s3platform.jrc.ec.europa.eu/some-page",
                "<https://s3platform.jrc.ec.europa.eu/some-page>",
                "www.s3platform.eu/some-page",
                "[our page](https://s3platform.jrc.ec.europa.eu/some-page)",
            )
        )
        gold["webpage"] = (
            "www.s3platform.eu/some-page"
            if parts["webpage"].startswith("www")
            else "https://s3platform.jrc.ec.europa.eu/some-page"
        )
        parts["summary"] = (
            "The partnership brings regions together.\n\nIt works on demonstration and on skills."
        )
        leads = [self._region() for _ in range(2 if self.has("two leads") else 1)]
        parts["lead"], gold["lead_support"] = self._lead_text(leads)
        gold["lead_regions"] = [each.gold for each in leads]
        members = [self._region() for _ in range(chance.randint(4, 8))]
        parts["participating"] = self._list([self._formatted(each) for each in members], cell=False)
        gold["participating_regions"] = [each.gold for each in members]
        curious = [self._region() for _ in range(chance.randint(0, 3))]
        others = chance.sample(ORGANISATIONS, chance.randint(0, 2)) if self.has("wrong kind") else []
        texts = [each.text for each in curious] + [chance.choice(each) for each in others]
        parts["interested"] = self._list(texts, cell=False)
        gold["interested"] = {
            "regions": [each.gold for each in curious],
            "others": [_organisation(o) for o in others],
        }
        parts["areas"], gold["working_areas"] = self._areas([*leads, *members])
        parts["past"], gold["past_events"] = self._events("past")
        parts["planned"], gold["planned_events"] = self._events("planned")
        parts["results"] = "A common mapping was finished.\n\nThree letters of intent were signed."
        parts["impacts"] = ""
        parts["eu13"] = "Two regions take part in the mapping."
        parts["outreach"] = chance.choice(("3 outreach activities", "three", "About five newsletters", ""))
        parts["sdg"], gold["sdg"] = self._goals()
        if self.has("missing answers"):
            for key, field_name in (
                ("webpage", "webpage"),
                ("start", "start_date"),
                ("summary", "executive_summary"),
            ):
                if chance.random() < 0.5:
                    parts[key] = chance.choice(("", "tbc", "TBD", "n/a", "to be confirmed"))
                    gold["missing_mandatory"].append(field_name)
                    if key != "summary":
                        gold[field_name] = None
        text, gold["confidential"] = self._whole(parts)
        return Written(text, gold, tuple(sorted(self.messes)))

    # --- names ---

    def _region(self) -> _Name:
        code, _, _, names = self.pool.pop()
        return _Name(code, self.chance.choice(names) if self.has("local names") else names[0])

    def _named(self, name: _Name) -> _Name:
        """The same region under one of its names."""
        names = next(names for code, _, _, names in REGIONS if code == name.code)
        return (
            _Name(name.code, self.chance.choice(names))
            if self.has("local names")
            else _Name(name.code, names[0])
        )

    def _formatted(self, name: _Name) -> str:
        if not self.has("codes"):
            return name.text
        country, long = next((iso, long) for code, iso, long, _ in REGIONS if code == name.code)
        code = OLD_CODES.get(name.code, name.code) if self.has("old codes") else name.code
        bare = name.text.split(" (")[0]
        if name.code == country:
            return self.chance.choice((bare, f"{bare} ({country})", f"{bare} - {code}"))
        return self.chance.choice(
            (
                f"{bare} ({country}), {code}",
                f"{code} - {bare}",
                f"{bare} [{code}]",
                f"{bare} ({country}, {code})",
                f"{bare} ({code})",
                f"{bare} {code}",
                f"{bare} ({long})",
                f"{bare}, {long}",
                f"{code}: {bare}",
                f"{bare} / {code}",
            )
        )

    def _list(self, items: list[str], *, cell: bool) -> str:
        if not items:
            return ""
        chance = self.chance
        plain = not any(
            "," in item or "/" in item or " - " in item or " and " in item or "&" in item or " y " in item
            for item in items
        )
        if not self.has("separators"):
            joint = "; " if not plain and cell else ", " if cell else "  \n"
            return joint.join(items)
        ways: list[Callable[[], str]] = [lambda: "; ".join(items)]
        if plain:
            ways += [
                lambda: ", ".join(items),
                lambda: ",".join(items) + ",",
                lambda: _and(items, chance.choice((" and ", " & ", ", and ", " und ", " et "))),
                lambda: " / ".join(items),
            ]
        if cell:
            ways += [lambda: "<br>".join(items), lambda: "<br/>".join(f"- {item}" for item in items)]
            if plain:
                ways.append(lambda: " • ".join(items))
        else:
            ways += [
                lambda: "\n".join(f"- {item}" for item in items),
                lambda: "\n".join(f"{n}. {item}" for n, item in enumerate(items, 1)),
                lambda: "\n".join(f"{n}) {item}" for n, item in enumerate(items, 1)),
                lambda: "\n".join(f"• {item}" for item in items),
                lambda: "\n\n".join(items),
                lambda: "  \n".join(f"{item}," for item in items),
            ]
        return chance.choice(ways)()

    def _lead_text(self, leads: list[_Name]) -> tuple[str, list[dict[str, Any]]]:
        chance = self.chance
        texts = [self._formatted(each) for each in leads]
        if len(texts) == 2:
            bare = [each.text for each in leads]
            text = chance.choice(
                (
                    "; ".join(texts),
                    "\n".join(texts),
                    " and ".join(bare),
                    f"{bare[0]} (lead), {bare[1]} (co-lead)",
                    f"Co-led by {bare[0]} and {bare[1]}",
                    f"{bare[0]} together with {bare[1]}",
                    f"Lead: {bare[0]}; co-lead: {bare[1]}",
                    f"Joint lead: {bare[0]} and {bare[1]}",
                    f"{bare[0]} & {bare[1]} (joint leaders)",
                )
            )
        else:
            text = texts[0]
        if self.has("support") and chance.random() < 0.5:
            organisation = chance.choice(ORGANISATIONS)
            return f"{text} with the support of {chance.choice(organisation)}", [_organisation(organisation)]
        return text, []

    # --- tables ---

    def _areas(self, partners: list[_Name]) -> tuple[str, list[dict[str, Any]]]:
        chance, rows = self.chance, []
        titles = chance.sample(TOPICS, chance.randint(2, 4))
        for number, title in enumerate(titles, 1):
            leads = chance.sample(partners, 2 if self.has("two leads") and chance.random() < 0.5 else 1)
            names = [self._named(each).text for each in leads]
            lead = chance.choice((" / ", " and ", ", ", "; ")).join(names) if len(names) > 1 else names[0]
            if len(names) > 1 and chance.random() < 0.3:
                lead = f"Co-led by {names[0]} and {names[1]}"
            support: list[dict[str, Any]] = []
            if self.has("support") and chance.random() < 0.4:
                helper = chance.choice(ORGANISATIONS)
                lead += f" {chance.choice(('with the support of', 'supported by', 'with support from'))} {chance.choice(helper)}"
                support = [_organisation(helper)]
            involved, involved_gold = self._involved(partners, leads)
            actors = chance.sample(ORGANISATIONS, chance.randint(0, 3))
            texts = [chance.choice(each) for each in actors]
            actors_gold = [_organisation(each) for each in actors]
            if chance.random() < 0.3:
                group = chance.choice(GROUPS)
                texts.append(group)
                actors_gold.append({"name": group, "optional": True, "aliases": group.split(" and ")})
            if (
                self.has("lost separators")
                and len(actors) > 1
                and all(len(each) > 1 or each[0] in KNOWN_ORGANISATIONS for each in actors)
            ):
                shown = " ".join(texts[: len(actors)])
                actors_gold = actors_gold[: len(actors)]
            else:
                shown = self._list(texts, cell=True)
            rows.append(
                _Cells(
                    [title, lead, involved, shown],
                    {
                        "n": number,
                        "title": title,
                        "lead": [each.code for each in leads],
                        "lead_support": support,
                        "involved": involved_gold,
                        "other_actors": actors_gold,
                    },
                )
            )
        headers = chance.choice(AREA_HEADERS) if self.has("renamed columns") else AREA_HEADERS[0]
        return self._table(headers, rows, "Working areas of the partnership"), [row.gold for row in rows]

    def _involved(self, partners: list[_Name], leads: list[_Name]) -> tuple[str, Any]:
        chance = self.chance
        what = chance.random()
        if what < 0.2:
            return chance.choice(
                (
                    "ALL",
                    "All",
                    "all partners",
                    "All regions",
                    "all participating regions",
                    "All partner regions",
                    "tous",
                )
            ), "ALL"
        if what < 0.3:
            left = chance.sample(partners, chance.randint(1, 2))
            texts = [self._named(each).text for each in left]
            phrase = chance.choice(
                (
                    "All except {}",
                    "ALL except {}",
                    "all partners except {}",
                    "All regions but {}",
                    "ALL (except {})",
                    "all apart from {}",
                )
            )
            return phrase.format(" and ".join(texts)), {"all_except": [each.code for each in left]}
        if what < 0.4:
            more = next(each for each in self.pool if each[0] not in [p.code for p in partners])
            return chance.choice(("ALL + {}", "All plus {}", "All regions and {}", "ALL, {}")).format(
                more[3][0]
            ), ["ALL", more[0]]
        some = [
            each for each in chance.sample(partners, chance.randint(2, 4)) if each not in leads
        ] or partners[:1]
        named = [self._named(each) for each in some]
        if self.has("lost separators"):
            return " ".join(each.text for each in named), [each.code for each in named]
        return self._list([each.text for each in named], cell=True), [each.code for each in named]

    def _events(self, status: str) -> tuple[str, list[dict[str, Any]]]:
        chance, rows = self.chance, []
        for title in chance.sample(EVENTS, chance.randint(1, 3)):
            when, start, end, precision = self._date(status)
            place, where, mode = self._place()
            rows.append(
                _Cells(
                    [title, when, place, chance.choice(("", "minutes on request", "20 participants"))],
                    {
                        "title": title,
                        "start": start,
                        "end": end,
                        "precision": precision,
                        "place": where,
                        "mode": mode,
                    },
                )
            )
        headers = chance.choice(EVENT_HEADERS) if self.has("renamed columns") else EVENT_HEADERS[0]
        return self._table(headers, rows, "Events"), [row.gold for row in rows]

    def _table(self, headers: Sequence[str], rows: list[_Cells], title: str) -> str:
        chance = self.chance
        grid = [["", *headers], *([str(n), *row.cells] for n, row in enumerate(rows, 1))]
        if self.has("extra columns"):
            grid = [
                [*line, extra]
                for line, extra in zip(grid, ["Status", *["on track"] * len(rows)], strict=True)
            ]
        if self.has("reordered columns"):
            order = list(range(len(grid[0])))
            chance.shuffle(order)
            grid = [[line[index] for index in order] for line in grid]
        width = len(grid[0])
        if self.has("extra rows"):
            for _ in range(chance.randint(1, 6)):
                grid.append([""] * width)
            if not self.has("reordered columns"):
                grid.insert(2, ["", *[""] * (width - 1)])
        if self.has("title row"):
            grid.insert(0, [title, *[""] * (width - 1)])
        if self.has("pipe tables"):
            lines = ["| " + " | ".join(line) + " |" for line in grid]
            lines.insert(1, "|" + " --- |" * width)
            return "\n".join(lines)
        return "\n".join(chance.choice(("\t", " \t", "\t ")).join(line) for line in grid)

    # --- dates and places ---

    def _date(self, status: str) -> tuple[str, str | None, str | None, str | None]:
        first = self.period[0] if status == "past" else self.period[1] + timedelta(days=1)
        day = first + timedelta(days=self.chance.randint(3, 160))
        forms = list(_dates(day)) if not self.has("odd dates") else [*_dates(day), *_odd_dates(day)]
        text, start, end, precision = self.chance.choice(forms)
        return text, str(start) if start else None, str(end) if end else None, precision

    def _place(self) -> tuple[str, str | None, str | None]:
        city = self.chance.choice(CITIES)
        return self.chance.choice(
            (
                (city, city, "in-person"),
                (city, city, "in-person"),
                ("online", None, "online"),
                ("Online (MS Teams)", None, "online"),
                ("virtual", None, "online"),
                ("Videoconference", None, "online"),
                ("Zoom", None, "online"),
                (f"{city} and online", city, "hybrid"),
                (f"{city} + online", city, "hybrid"),
                (f"hybrid ({city})", city, "hybrid"),
                (f"{city} (hybrid)", city, "hybrid"),
                (f"{city} or online", city, None),
                (f"{city} (tbc)", city, None),
                ("tbc", None, None),
                ("to be decided", None, None),
                ("", None, None),
            )
        )

    def _start(self) -> tuple[str, str]:
        return self.chance.choice(
            (
                ("01/02/2018", "2018-02-01"),
                ("2018", "2018"),
                ("February 2018", "2018-02"),
                ("15.6.2017", "2017-06-15"),
                ("12 October 2016", "2016-10-12"),
                ("05/2017", "2017-05"),
                ("2017-05-03", "2017-05-03"),
                ("since June 2018", "2018-06"),
                ("juin 2018", "2018-06"),
            )
        )

    def _period_text(self) -> str:
        start, end = self.period
        half = 1 if start.month == 1 else 2
        months = ("January", "June") if half == 1 else ("July", "December")
        return self.chance.choice(
            (
                f"{months[0]} - {months[1]} {start.year}",
                f"{months[0]} – {months[1]} {start.year}",
                f"{months[0]}-{months[1]} {start.year}",
                f"{months[0]} to {months[1]} {start.year}",
                f"{start.year} H{half}",
                f"H{half} {start.year}",
                f"{start:%d/%m/%Y} - {end:%d/%m/%Y}",
                f"{start.day}.{start.month}.{start.year} – {end.day}.{end.month}.{end.year}",
                f"{'first' if half == 1 else 'second'} half of {start.year}",
                f"from {months[0]} {start.year} to {months[1]} {end.year}",
                f"{start.year}-{start.month:02}-01 to {end.isoformat()}",
            )
        )

    # --- the matrix ---

    def _goals(self) -> tuple[str, dict[str, Any]]:
        chance = self.chance
        on, off = chance.choice(
            (
                ('<input checked="" type="radio"/>', '<input type="radio"/>'),
                ("☒", "☐"),
                ("X", ""),
                ("x", ""),
                ("●", "○"),
                ("[x]", "[ ]"),
            )
        )
        order = list(range(6))
        if self.has("reordered columns"):
            chance.shuffle(order)
        grid = [["", *(SDG_HEADERS[index] for index in order)]]
        gold: dict[str, Any] = {}
        for number, goal in enumerate(GOALS, 1):
            ticked = {chance.randrange(6)} if chance.random() < 0.9 else set()
            if chance.random() < 0.05:
                ticked = set(chance.sample(range(6), 2))
            options = [SDG_OPTIONS[index] for index in sorted(ticked)]
            gold[str(number)] = {"conflict": options} if len(options) > 1 else options[0] if options else None
            grid.append([f"Goal {number}. {goal}", *(on if index in ticked else off for index in order)])
        if self.has("pipe tables"):
            lines = ["| " + " | ".join(line) + " |" for line in grid]
            lines.insert(1, "|" + " --- |" * 7)
            return "\n".join(lines), gold
        return "\n".join("\t".join(line) for line in grid), gold

    # --- the whole ---

    def _label(self, key: str, answer: str) -> str:
        self.number += 1
        label = self.chance.choice(LABELS[key]) if self.has("rephrased") else LABELS[key][0]
        star = (
            "\\* "
            if key in ("period", "partnership", "start", "webpage", "summary", "lead", "participating")
            else ""
        )
        if self.has("upper case"):
            label = label.upper()
        label = f"{star}{label}"
        if self.has("numbered"):
            label = f"{self.number}. {label}"
        short = answer and "\n" not in answer and "\t" not in answer and "|" not in answer
        if self.has("one line") and short and key in ("period", "partnership", "start", "webpage", "lead"):
            return (
                f"**{label.rstrip('.:')}:** {answer}"
                if not self.has("not bold")
                else f"{label.rstrip('.:')}: {answer}"
            )
        bold = label if self.has("not bold") else f"**{label}**"
        return f"{bold}\n\n{answer}" if answer else bold

    def _whole(self, parts: dict[str, str]) -> tuple[str, dict[str, Any]]:
        chance = self.chance
        head = "# Thematic Smart Specialisation Platforms Monitoring Progress Report\n\nFields marked with \\* are mandatory.\n"
        first = [
            "period",
            "partnership",
            "start",
            "webpage",
            "summary",
            "lead",
            "participating",
            "interested",
            "areas",
            "past",
            "planned",
        ]
        second = ["results", "impacts", "eu13", "outreach", "sdg"]
        if self.has("other order"):
            chance.shuffle(first)
        blocks = ["## I. Management report", *(self._label(key, parts[key]) for key in first)]
        after = ["## II. Progress report", *(self._label(key, parts[key]) for key in second)]
        if self.has("other order") and chance.random() < 0.5:
            blocks, after = after, blocks
        tokens: list[str] = []
        secret = (
            self._confidential(tokens)
            if self.has("section III") or self.has("section III in the middle")
            else []
        )
        if self.has("section III in the middle"):
            whole = [*blocks, *secret, *after]
        else:
            whole = [*blocks, *after, *secret]
        return "\n\n".join([head, *whole]) + "\n", {"present": bool(tokens), "tokens": tokens}

    def _confidential(self, tokens: list[str]) -> list[str]:
        chance = self.chance
        blocks = [chance.choice(CONFIDENTIAL_HEADINGS)]
        for question in chance.sample(CONFIDENTIAL_QUESTIONS, 3):
            token = f"zq{chance.randrange(10**6):06}kestrel"
            tokens.append(token)
            answer = chance.choice(
                (
                    f"The region of {chance.choice(REGIONS)[3][0]} did not answer {token}.",
                    f"\tStrength\tWeakness\n1\tgood will\t{token}",
                    f"- {token}\n- too little money",
                    f"Score: 3/5\n\nBecause {token}",
                )
            )
            blocks += [question, answer]
        return blocks


KNOWN_ORGANISATIONS = frozenset(("CETIC", "Lapland University of Applied Sciences", "LSEC"))


def _organisation(names: tuple[str, ...]) -> dict[str, Any]:
    return {"name": names[0], "aliases": list(names[1:])}


def _and(items: list[str], joiner: str) -> str:
    return items[0] if len(items) == 1 else ", ".join(items[:-1]) + joiner + items[-1]


Dated = tuple[str, date | None, date | None, str | None]

_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_FRENCH = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
]
_GERMAN = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
]
_SPANISH = [
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
]
_GREEK = [
    "Ιανουαρίου",
    "Φεβρουαρίου",
    "Μαρτίου",
    "Απριλίου",
    "Μαΐου",
    "Ιουνίου",
    "Ιουλίου",
    "Αυγούστου",
    "Σεπτεμβρίου",
    "Οκτωβρίου",
    "Νοεμβρίου",
    "Δεκεμβρίου",
]
_BULGARIAN = [
    "януари",
    "февруари",
    "март",
    "април",
    "май",
    "юни",
    "юли",
    "август",
    "септември",
    "октомври",
    "ноември",
    "декември",
]
_POLISH = [
    "stycznia",
    "lutego",
    "marca",
    "kwietnia",
    "maja",
    "czerwca",
    "lipca",
    "sierpnia",
    "września",
    "października",
    "listopada",
    "grudnia",
]
_ROMAN = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"]


def _dates(day: date) -> Iterator[Dated]:
    """A day in the forms most people use."""
    month = _MONTHS[day.month - 1]
    for text in (
        f"{day.day}/{day.month}/{day.year}",
        f"{day:%d/%m/%Y}",
        f"{day.day}.{day.month}.{day.year}",
        f"{day.day} {month} {day.year}",
        f"{day.day}{_ordinal(day.day)} {month}, {day.year}",
        f"{month} {day.day}, {day.year}",
        f"{day:%A} {day.day} {month} {day.year}",
        f"{day.isoformat()}",
        f"{day.day} {month[:3]} {day.year}",
        f"{day.day}{_ordinal(day.day)} of {month}",
        f"{day.day} {month} (14:00-16:30)",
        f"{day:%d/%m/%y}",
    ):
        yield text, day, day, "day"


def _odd_dates(day: date) -> Iterator[Dated]:
    """A day, span or no day at all, as some people write it."""
    month, name = day.month, _MONTHS[day.month - 1]
    for text in (
        f"{day.day} {_FRENCH[month - 1]} {day.year}",
        f"le {day.day} {_FRENCH[month - 1]} {day.year}",
        f"{day.day}. {_GERMAN[month - 1]} {day.year}",
        f"{day.day} de {_SPANISH[month - 1]} de {day.year}",
        f"{day.day} {_GREEK[month - 1]} {day.year}",
        f"{day.day} {_BULGARIAN[month - 1]} {day.year} г.",
        f"{day.day} {_POLISH[month - 1]} {day.year}",
        f"{day:%a} {day.day} {name[:3]} {day.year}",
        f"{day:%A}, {name} {day.day}{_ordinal(day.day)} {day.year}, 9:30 am",
        f"{day.day}.{_ROMAN[month - 1]}.{day.year}",
        f"{day.day}-{name[:3]}-{day.year}",
        f"{day.day}/{month}/{day.year} at 10h30",
        f"{day.day} {name} {day.year}, 10:00 CET",
        f"planned for {day.day} {name} {day.year}",
    ):
        yield text, day, day, "day"
    later = day + timedelta(days=2)
    if later.month == day.month:
        for text in (
            f"{day.day}-{later.day} {name} {day.year}",
            f"{day.day} - {later.day}/{month}/{day.year}",
            f"from {day.day} to {later.day} {name} {day.year}",
            f"{day.day}{_ordinal(day.day)} to {later.day}{_ordinal(later.day)} {name} {day.year}",
            f"{day:%a} {day.day} – {later:%a} {later.day} {name[:3]} {day.year}",
            f"{name} {day.day}-{later.day}, {day.year}",
            f"{day:%d/%m/%Y} - {later:%d/%m/%Y}",
            f"{day:%d/%m} - {later:%d/%m/%Y}",
            f"{day.day} and {later.day} {name} {day.year}",
        ):
            yield text, day, later, "day"
    first = day.replace(day=1)
    last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    for text in (
        f"{name} {day.year}",
        f"{name[:3]} {day.year}",
        f"{_ROMAN[month - 1]}.{day.year}",
        f"{month:02}/{day.year}",
        f"in {name}",
        f"{_GERMAN[month - 1]} {day.year}",
        f"{name} {day.year} (tbc)",
    ):
        yield text, first, last, "month"
    quarter = (month - 1) // 3
    start = date(day.year, quarter * 3 + 1, 1)
    end = (start + timedelta(days=95)).replace(day=1) - timedelta(days=1)
    for text in (
        f"Q{quarter + 1} {day.year}",
        f"{quarter + 1}Q{day.year % 100}",
        f"{('first', 'second', 'third', 'fourth')[quarter]} quarter of {day.year}",
        f"Q{quarter + 1}/{day.year}",
        f"{quarter + 1}. quarter {day.year}",
    ):
        yield text, start, end, "quarter"
    monday = day - timedelta(days=day.weekday())
    week = monday.isocalendar()
    for text in (
        f"week {week.week}, {week.year}",
        f"week {week.week} of {week.year}",
        f"CW{week.week} {week.year}",
        f"KW {week.week}/{week.year}",
    ):
        yield text, monday, monday + timedelta(days=6), "week"
    half = 1 if month < 7 else 2
    span = (
        date(day.year, 1 if half == 1 else 7, 1),
        date(day.year, 6, 30) if half == 1 else date(day.year, 12, 31),
    )
    for text in (
        f"H{half} {day.year}",
        f"{'first' if half == 1 else 'second'} half of {day.year}",
        f"{day.year}/S{half}",
    ):
        yield text, *span, "half"
    yield str(day.year), date(day.year, 1, 1), date(day.year, 12, 31), "year"
    yield f"postponed to {day.year + 1}", date(day.year + 1, 1, 1), date(day.year + 1, 12, 31), "year"
    yield f"spring {day.year + 1}", date(day.year + 1, 3, 1), date(day.year + 1, 5, 31), "season"
    yield f"autumn {day.year}", date(day.year, 9, 1), date(day.year, 11, 30), "season"
    yield f"end of {name} {day.year}", last - timedelta(days=9), last, "part-month"
    for text in (
        "tbc",
        "to be defined",
        "monthly",
        "every Monday",
        "every second month",
        "weekly",
        "several dates",
        "30th of February",
        f"31/{4}/{day.year}",
        "regularly",
        "on-going",
        "first Tuesday of each month",
        "postponed",
        "cancelled",
    ):
        yield text, None, None, None


def _ordinal(day: int) -> str:
    if 10 < day < 14:
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
