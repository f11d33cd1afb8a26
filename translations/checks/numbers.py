"""Numbers, hours and dates of a text beside those of its translation, as each language writes them."""

import re
import unicodedata
from collections import Counter

from django.utils.translation import gettext as _

# Between thousands: a space of any width, a point, a comma or an apostrophe, and three digits.
THOUSANDS = re.compile(r"(?<![\d.,:])\d{1,3}(?:[ \u00a0\u202f\u2009.,'’]\d{3})+(?!\d)")
HALF_DAY = re.compile(r"\b(\d{1,2})(?:[:.](\d{2}))?\s?([ap])\.?\s?m\b\.?", re.IGNORECASE)
FULL_HOUR = re.compile(r"(?<=\d)[:.]00(?![\d.,])")
ISO_DATE = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
NUMERIC_DATE = re.compile(r"\b(\d{1,2})[./](\d{1,2})[./](\d{4})\b")
# Beginnings of the names of months, January first, in all languages of the hub.
MONTHS = (
    *("jan|janv|jaan|tammik|січ|янв", "feb|febr|veeb|helmik|лют|фев"),
    *("mar|märts|maalisk|берез|март", "apr|huhtik|квіт|апр", "may|maj|mai|toukok|трав|ма[йя]"),
    *("jun|jūn|juun|kesäk|черв|июн", "jul|jūl|juul|heinäk|лип|июл", "aug|elok|серп|авг"),
    *("sep|syysk|верес|сент", "oct|okt|lokak|жовт|окт", "nov|marrask|листоп|ноя"),
    "dec|dets|jouluk|груд|дек",
)
# Words that begin like a month and are none.
NO_MONTH = re.compile(r"mark|maj[oā]|mait|main|mais|маль|маш|март[иі]н|cepti", re.IGNORECASE)
_NAMES = "|".join(MONTHS)
DAY = r"(\d{1,2})(?:st|nd|rd|th|-?го|-?е|\.)?"
DAY_MONTH = re.compile(rf"(?<!\d){DAY}\s+(?:of\s+)?((?:{_NAMES})[^\W\d_]*)", re.IGNORECASE)
MONTH_DAY = re.compile(rf"\b((?:{_NAMES})[^\W\d_]*)\s+{DAY}(?!\d|[.:]\d)", re.IGNORECASE)
# Small numbers are often written in words: their beginnings, from one on.
IN_WORDS = {
    "1": r"one\b|first\b|once\b|single|vien|pirm|üks|ühe|ühte|esime|yks|yhd|yhte|yhtä|ensim|en\b|et\b|én\b|ét\b|først|один|одн|перш",
    "2": r"two\b|second|twice|both\b|pair\b|couple|div|otr|abi|pār|kaks|kah|teine|teise|mõlem|kaksi|toine|toise|molem|pari|to\b|anden|andet|begge|par\b|дв|друг|обид|обо|пар",
    "3": r"three\b|third|thrice|trī|trij|treš|kolm|kolme|kolma|tre\b|три|трь|трет|троє",
    "4": r"four\b|četr|četur|ceturt|neli|nelja|nelj|neljä|fire\b|fjerde|чотир|четвер",
    "5": r"five|fifth|piec|piek|viis|viie|viisi|viide|viit|fem\b|п’ят|п'ят",
    "6": r"six\b|seš|sest|kuus|kuue|kuusi|kuude|kuut|seks\b|sjette|шіст|шест",
    "7": r"seven|septiņ|septīt|seitse|seitsm|seitsem|syv\b|сім|сем|сьом",
    "8": r"eight|astoņ|astot|kaheksa|kahdeks|otte\b|ottende|вісім|восьм",
    "9": r"nine|ninth|deviņ|devīt|üheksa|yhdeksä|ni\b|niende|дев’ят|дев'ят",
    "10": r"ten\b|tenth|desmit|kümme|kümne|kymmen|ti\b|tiende|десят",
    "11": r"eleven|vienpadsmit|üksteist|yksitoista|elleve\b|одинадцят",
    "12": r"twelve|twelfth|dozen|divpadsmit|kaksteist|kaksitoista|tolv\b|дванадцят",
    "15": r"fifteen|quarter|piecpadsmit|ceturt|viisteist|veerand|viisitoista|vartti|femten|kvarter|п’ятнадцят|чверт",
    "20": r"twent(?:y|ieth)|xx\b|хх\b|divdesmit|kakskümmend|kaksikymmentä|tyve\b|двадцят",
    "30": r"thirty|half\b|trīsdesmit|pus|kolmkümmend|pool\b|kolmekymment|puol|tredive|halv|тридцят|пів",
    "100": r"hundred|simt|sada|saja|sata|sadan|hundrede|сто|сот",
}


def findings(source: str, target: str) -> list[tuple[str, str]]:
    """What of numbers and dates differs: pairs of "numbers" or "dates" and a sentence.

    Both are plain texts, addresses and placeholders taken out.
    """
    if not any(map(str.isdigit, source + target)):
        return []
    source, target = _as_digits(source), _as_digits(target)
    source_dates, source = _dates(source)
    target_dates, target = _dates(target)
    missing_numbers, extra_numbers = _numbers(source), _numbers(target)
    missing_dates = _left_over(source_dates, target_dates, extra_numbers)
    foreign_dates = _left_over(target_dates, source_dates, missing_numbers)
    found = []
    if missing_dates:
        words = ", ".join(f"“{words}”" for _date, words in missing_dates)
        found.append(("dates", _("A date of the source is missing: %(dates)s") % {"dates": words}))
    else:
        # No date is missing, so one too many is a number too many.
        extra_numbers.update(day for (day, _month), _words in foreign_dates)
    missing = _not_in_words(missing_numbers - extra_numbers, target)
    extra = _not_in_words(extra_numbers - missing_numbers, source)
    if missing and extra:
        sentence = _("The source says %(numbers)s, the translation %(others)s.")
    elif missing:
        sentence = _("A number of the source is missing: %(numbers)s")
    elif extra:
        sentence = _("The source has no such number: %(others)s")
    else:
        return found
    words = {"numbers": ", ".join(missing), "others": ", ".join(extra)}
    return [*found, ("numbers", sentence % words)]


def _as_digits(text: str) -> str:
    """Thousands joined, hours of two half days as of one whole, full hours without minutes."""
    text = text.replace("½", "1/2").replace("¼", "1/4").replace("¾", "3/4")
    text = HALF_DAY.sub(_of_whole_day, text)
    text = THOUSANDS.sub(lambda found: re.sub(r"\D", "", found[0]), text)
    return FULL_HOUR.sub("", text)


def _of_whole_day(found) -> str:
    hour = int(found[1]) % 12 + (12 if found[3].lower() == "p" else 0)
    return f"{hour}:{found[2] or '00'}"


def _dates(text: str) -> tuple[list, str]:
    """The dates of `text`, each as ((day, month), its words), and the text without them.

    Years stay behind as numbers.
    """
    found = []

    def keep(day: str, month: int, words: str, rest: str = "") -> str:
        found.append(((str(int(day)), str(month)), words.strip()))
        return f" {rest} "

    def named(day: str, month: str, words: str) -> str:
        number = 0 if NO_MONTH.match(month) else _month(month)
        return keep(day, number, words) if number else words

    text = ISO_DATE.sub(lambda d: keep(d[3], int(d[2]), d[0], d[1]), text)
    text = NUMERIC_DATE.sub(lambda d: keep(d[1], int(d[2]), d[0], d[3]), text)
    text = DAY_MONTH.sub(lambda d: named(d[1], d[2], d[0]), text)
    text = MONTH_DAY.sub(lambda d: named(d[2], d[1], d[0]), text)
    return found, text


def _month(name: str) -> int:
    return next(n for n, names in enumerate(MONTHS, 1) if re.match(names, name, re.IGNORECASE))


def _numbers(text: str) -> Counter:
    return Counter(_plain_number(digits) for digits in re.findall(r"\d+", text))


def _plain_number(digits: str) -> str:
    """Without zeros before it, in the digits 0 to 9; of any length."""
    return "".join(str(unicodedata.digit(one)) for one in digits).lstrip("0") or "0"


def _left_over(dates: list, others: list, numbers: Counter) -> list:
    """Those of `dates` that are not among `others`, nor in `numbers` as "3.5."."""
    there = Counter(date for date, _words in others)
    left = []
    for (day, month), words in dates:
        if there[day, month]:
            there[day, month] -= 1
        elif numbers[day] and numbers[month] and (day != month or numbers[day] > 1):
            numbers[day] -= 1
            numbers[month] -= 1
        else:
            left.append(((day, month), words))
    return left


def _not_in_words(numbers: Counter, text: str) -> list[str]:
    """Those that `text` does not say in words, smallest first, each as often as it is missing."""
    return [
        number
        for number in sorted(numbers.elements(), key=lambda one: (len(one), one))
        if not _says_in_words(number, text)
    ]


def _says_in_words(number: str, text: str) -> bool:
    names = IN_WORDS.get(number)
    return bool(names) and re.search(rf"\b(?:{names})", text, re.IGNORECASE) is not None
