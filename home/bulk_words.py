"""What the made-up things of `home/bulk.py` say: sentences of the trade in each language, in any order,
and between them nonsense with its rare words."""

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

REAL = 0.5
# Whole sentences, so that words stand in all their forms, as people write them.
SENTENCES = {
    "en": """The group meets in the reading room every Thursday evening.
        Put the chairs in a circle before the first guests arrive.
        Newcomers often ask where they can print a form for the town hall.
        Two volunteers looked after the children while their parents talked.
        We learned that short sentences work better than loud ones.
        Write the new words on cards and hang them beside the window.
        Some neighbours brought bread, others brought songs from home.
        Colleagues from the school joined us twice in the spring.
        Ask nobody about the journey; people tell it when they are ready.
        After the meeting the cups were washed and the questions collected.
        The librarian explained how a library card is made and what it costs.
        It helped that the same faces were there each week.
        Leave ten minutes of quiet at the end.
        Half of those who came had never visited the building before.
        Our municipality pays for the bus and the materials.
        Photographs were taken only of hands and of things on the table.""",
    "lv": """Grupa tiekas lasītavā katru ceturtdienas vakaru.
        Salieciet krēslus aplī, pirms ierodas pirmie viesi.
        Iebraucēji bieži jautā, kur var izdrukāt veidlapu pašvaldībai.
        Divas brīvprātīgās pieskatīja bērnus, kamēr vecāki sarunājās.
        Sapratām, ka īsi teikumi palīdz vairāk nekā skaļi.
        Uzrakstiet jaunos vārdus uz kartītēm un piekariet tās pie loga.
        Daži kaimiņi atnesa maizi, citi dziesmas no mājām.
        Skolas kolēģi mums pievienojās divas reizes pavasarī.
        Nejautājiet par ceļu: cilvēki to stāsta, kad ir gatavi.
        Pēc tikšanās nomazgājām krūzes un savācām jautājumus.
        Bibliotekāre paskaidroja, kā saņem lasītāja karti un cik tā maksā.
        Palīdzēja tas, ka katru nedēļu bija tās pašas sejas.
        Beigās atstājiet desmit minūtes klusumam.
        Puse atnācēju šajā ēkā nekad iepriekš nebija bijusi.
        Mūsu pašvaldība apmaksā ceļu un materiālus.
        Fotografējām tikai rokas un lietas uz galda.""",
    "et": """Rühm kohtub lugemissaalis igal neljapäeva õhtul.
        Seadke toolid ringi enne, kui esimesed külalised tulevad.
        Uustulnukad küsivad sageli, kus saab vallamaja avaldust printida.
        Kaks vabatahtlikku hoidsid lapsi, kuni vanemad rääkisid.
        Saime teada, et lühikestest lausetest on rohkem abi kui valjudest.
        Kirjutage uued sõnad kaartidele ja riputage need akna juurde.
        Mõned naabrid tõid leiba, teised laule kodust.
        Kooli kolleegid käisid meil kevadel kaks korda.
        Ärge küsige teekonna kohta: inimesed räägivad sellest, kui on valmis.
        Pärast kohtumist pesti tassid ja koguti küsimused kokku.
        Raamatukoguhoidja selgitas, kuidas lugejapiletit tehakse ja palju see maksab.
        Aitas see, et igal nädalal olid kohal samad näod.
        Jätke lõppu kümme minutit vaikust.
        Pooled tulijatest polnud selles majas varem käinud.
        Meie vald maksab sõidu ja tarvikud.
        Pildistati ainult käsi ja asju laual.""",
    "fi": """Ryhmä kokoontuu lukusalissa joka torstai-ilta.
        Laittakaa tuolit piiriin, ennen kuin ensimmäiset vieraat tulevat.
        Tulijat kysyvät usein, missä kunnan lomakkeen voi tulostaa.
        Kaksi vapaaehtoista katsoi lapsia, kun vanhemmat juttelivat.
        Opimme, että lyhyistä lauseista on enemmän apua kuin kovista äänistä.
        Kirjoittakaa uudet sanat korteille ja ripustakaa ne ikkunan viereen.
        Osa naapureista toi leipää, osa lauluja kotoa.
        Koulun työtoverit kävivät luonamme keväällä kahdesti.
        Älkää kysykö matkasta: ihmiset kertovat siitä, kun ovat valmiita.
        Tapaamisen jälkeen kupit pestiin ja kysymykset kerättiin.
        Kirjastonhoitaja selitti, miten kirjastokortin saa ja mitä se maksaa.
        Auttoi, että samat kasvot olivat paikalla joka viikko.
        Jättäkää loppuun kymmenen minuuttia hiljaisuutta.
        Puolet tulijoista ei ollut käynyt talossa aiemmin.
        Kuntamme maksaa kyydit ja tarvikkeet.
        Kuvissa näkyy vain käsiä ja pöydällä olevia esineitä.""",
    "da": """Gruppen mødes i læsesalen hver torsdag aften.
        Stil stolene i en kreds, før de første gæster kommer.
        Tilflyttere spørger ofte, hvor man kan printe en blanket til kommunen.
        To frivillige passede børnene, mens forældrene talte sammen.
        Vi lærte, at korte sætninger hjælper mere end høje stemmer.
        Skriv de nye ord på kort, og hæng dem ved vinduet.
        Nogle naboer havde brød med, andre sange hjemmefra.
        Kollegerne fra skolen var med to gange i foråret.
        Spørg ingen om rejsen: folk fortæller om den, når de er klar.
        Efter mødet blev kopperne vasket og spørgsmålene samlet.
        Bibliotekaren forklarede, hvordan man får et lånerkort, og hvad det koster.
        Det hjalp, at de samme ansigter var der hver uge.
        Lad der være ti minutters ro til sidst.
        Halvdelen af dem, der kom, havde aldrig været i huset før.
        Vores kommune betaler for kørslen og materialerne.
        Der blev kun fotograferet hænder og ting på bordet.""",
    "uk": """Група збирається в читальній залі щочетверга ввечері.
        Поставте стільці колом, поки не прийшли перші гості.
        Новоприбулі часто питають, де можна надрукувати бланк для громади.
        Дві волонтерки доглядали дітей, поки батьки розмовляли.
        Ми зрозуміли, що короткі речення допомагають більше, ніж гучні.
        Напишіть нові слова на картках і повісьте їх біля вікна.
        Одні сусіди принесли хліб, інші пісні з дому.
        Колеги зі школи двічі приєднувалися до нас навесні.
        Не розпитуйте про дорогу: люди розповідають, коли готові.
        Після зустрічі помили чашки й зібрали запитання.
        Бібліотекарка пояснила, як оформити читацький квиток і скільки він коштує.
        Допомагало те, що щотижня приходили ті самі люди.
        Наприкінці залиште десять хвилин тиші.
        Половина гостей раніше ніколи не бувала в цій будівлі.
        Наша громада оплачує дорогу й матеріали.
        Фотографували тільки руки та речі на столі.""",
}


class Voice:
    """Says about so many words in one language: real sentences, and nonsense with few words often,
    many seldom."""

    def __init__(self, code: str, chance: Random):
        self.chance = chance
        common = WORDS.get(code, WORDS["en"]).split()
        chance.shuffle(common)
        # Compounds are the rare words: each stands on a handful of pages.
        rare = ["".join(chance.sample(common, 2)) for _unused in range(3000)]
        self.words = [*common, *rare]
        self.weights = list(accumulate((place + 3) ** -1.3 for place in range(len(self.words))))
        said = SENTENCES.get(code, SENTENCES["en"]).splitlines()
        self.real = [(line.strip(), len(line.split())) for line in said]

    def phrase(self, number: int) -> str:
        words = self.chance.choices(self.words, cum_weights=self.weights, k=number)
        return " ".join(words).capitalize()

    def sentences(self, number: int) -> str:
        """About `number` words in sentences, every second one real."""
        found = []
        while number > 0:
            if self.chance.random() < REAL:
                sentence, length = self.chance.choice(self.real)
            else:
                length = min(number, self.chance.randint(6, 16))
                sentence = self.phrase(length) + "."
            found.append(sentence)
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
