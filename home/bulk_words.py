"""What the made-up things of `home/bulk.py` say: nonsense of the right length, in each language."""

import uuid
from itertools import accumulate
from random import Random

from circle.models import ServicePage
from events.models import EventPage
from resources.models import MethodGuidePage, PracticeStoryPage, TrainingMaterialPage

WORDS = {
    "en": """library people language evening room story together question table first word open
        quiet child family neighbour reading coffee town circle meeting friend help newcomer card
        picture bread garden letter window music morning training colleague handout group time
        listen speak bring show learn welcome common slow warm short easy careful shared new and
        the with for every after before without between""",
    "lv": """bibliotēka cilvēki valoda vakars telpa stāsts kopā jautājums galds pirmais vārds
        atvērts kluss bērns ģimene kaimiņš lasīšana kafija pilsēta aplis tikšanās draugs palīdzība
        iesācējs kartīte attēls maize dārzs vēstule logs mūzika rīts mācības kolēģis izdales grupa
        laiks klausīties runāt atnest rādīt mācīties laipni kopīgs lēns silts īss viegls uzmanīgs
        dalīts jauns un ar lai katrs pēc pirms bez starp""",
    "et": """raamatukogu inimesed keel õhtu ruum lugu koos küsimus laud esimene sõna avatud vaikne
        laps pere naaber lugemine kohv linn ring kohtumine sõber abi uustulnuk kaart pilt leib aed
        kiri aken muusika hommik koolitus kolleeg jaotusleht rühm aeg kuulama rääkima tooma
        näitama õppima teretulnud ühine aeglane soe lühike lihtne hoolikas jagatud uus ja koos
        et iga pärast enne ilma vahel""",
    "fi": """kirjasto ihmiset kieli ilta huone tarina yhdessä kysymys pöytä ensimmäinen sana avoin
        hiljainen lapsi perhe naapuri lukeminen kahvi kaupunki piiri tapaaminen ystävä apu tulokas
        kortti kuva leipä puutarha kirje ikkuna musiikki aamu koulutus työtoveri moniste ryhmä
        aika kuunnella puhua tuoda näyttää oppia tervetuloa yhteinen hidas lämmin lyhyt helppo
        huolellinen jaettu uusi ja kanssa jotta joka jälkeen ennen ilman välissä""",
    "da": """bibliotek mennesker sprog aften rum fortælling sammen spørgsmål bord første ord åben
        stille barn familie nabo læsning kaffe by kreds møde ven hjælp nytilkommen kort billede
        brød have brev vindue musik morgen kursus kollega ark gruppe tid lytte tale bringe vise
        lære velkommen fælles langsom varm kortfattet let omhyggelig delt ny og med for hver
        efter før uden mellem""",
    "uk": """бібліотека люди мова вечір кімната історія разом питання стіл перший слово відкритий
        тихий дитина сім'я сусід читання кава місто коло зустріч друг допомога новоприбулий картка
        картина хліб сад лист вікно музика ранок навчання колега роздатка група час слухати
        говорити принести показати вчитися ласкаво спільний повільний теплий короткий легкий
        уважний поділений новий і з для кожен після перед без між""",
}


class Voice:
    """Says nonsense of a given length in one language: few words often, many seldom."""

    def __init__(self, code: str, chance: Random):
        self.chance = chance
        common = WORDS.get(code, WORDS["en"]).split()
        chance.shuffle(common)
        # Compounds are the rare words: each stands on a handful of pages.
        rare = ["".join(chance.sample(common, 2)) for _unused in range(3000)]
        self.words = [*common, *rare]
        self.weights = list(accumulate((place + 3) ** -1.3 for place in range(len(self.words))))

    def phrase(self, number: int) -> str:
        words = self.chance.choices(self.words, cum_weights=self.weights, k=number)
        return " ".join(words).capitalize()

    def sentences(self, number: int) -> str:
        """About `number` words in sentences."""
        found = []
        while number > 0:
            length = min(number, self.chance.randint(6, 16))
            found.append(self.phrase(length) + ".")
            number -= length
        return " ".join(found)

    def text(self, number: int) -> str:
        return f"<p>{self.sentences(number)}</p>"


def _key() -> str:
    return str(uuid.uuid4())


def _block(kind: str, value) -> dict:
    return {"type": kind, "value": value, "id": _key()}


def _stream(kind: str, values) -> list[dict]:
    return [_block(kind, value) for value in values]


def _body(voice: Voice, number: int) -> list[dict]:
    """About `number` words: text with a heading, a call-out, a quote."""
    rest = max(number - 55, 10)
    return [
        _block("text", voice.text(rest // 2)),
        _block("callout", {"meaning": "good-to-know", "text": voice.text(20)}),
        _block("text", f"<h2>{voice.phrase(4)}</h2>{voice.text(rest - rest // 2)}"),
        _block("quote", {"quote": voice.sentences(25), "source": voice.phrase(2)}),
    ]


def _guide(voice: Voice, facts: dict) -> dict:
    return {
        "aim": voice.sentences(15),
        "room": _stream("thing", [voice.phrase(3) for _unused in range(3)]),
        "steps": _stream(
            "step",
            [
                {
                    "title": voice.phrase(3),
                    "minutes": minutes,
                    "text": voice.text(26),
                    "note": voice.text(8),
                }
                for minutes in facts["step_minutes"]
            ],
        ),
        "goes_wrong": _stream(
            "case", [{"what": voice.phrase(6), "then": voice.sentences(12)} for _unused in "12"]
        ),
        "care": [
            _block("participants", voice.text(12)),
            _block("helper", voice.text(10)),
        ],
        "debrief": _stream("question", [voice.phrase(7) + "?" for _unused in "123"]),
    }


def _material(voice: Voice, facts: dict) -> dict:
    return {"purpose": voice.sentences(25), "body": _body(voice, 185)}


def _story(voice: Voice, facts: dict) -> dict:
    return {"body": _body(voice, 210)}


def _event(voice: Voice, facts: dict) -> dict:
    sessions = [{"title": voice.phrase(4), "text": voice.text(20)} for _unused in "123"]
    return {
        "place": voice.phrase(3),
        "body": _body(voice, 140),
        "programme": _stream("session", sessions),
    }


def _service(voice: Voice, facts: dict) -> dict:
    return {
        "for_whom": voice.phrase(8),
        "get_in": voice.sentences(20),
        "bring": voice.phrase(5),
        "place": voice.phrase(3),
        "body": _body(voice, 170),
    }


SAY = {
    MethodGuidePage: _guide,
    TrainingMaterialPage: _material,
    PracticeStoryPage: _story,
    EventPage: _event,
    ServicePage: _service,
}
