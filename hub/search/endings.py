"""What remains of a word that no dictionary knows (names above all) when its ending is taken off."""

from functools import cache

from hub.search.folding import fold

SHORTEST_STEM = 3
ENDINGS = {
    "lv": "ajiem ajām iem ām ēm īm os us ās ēs īs as es is am ai ei im um ā ē ī ū a e i u o s š",
    "et": "dele tele dest test dega tega desse tesse del tel des tes sse ks le lt st ga ni na ta "
    "de te id d t s l",
    "fi": "issa issä ista istä illa illä ilta iltä ille iksi ssa ssä sta stä lla llä lta ltä lle "
    "ksi tta ttä ien jen iin ia iä ja jä na nä an än en on in un yn n t a ä",
    "da": "ernes erne ens ets ers en et er es s e",
    "en": "'s es s",
    "uk": "ями ами ими ого ому ах ях ів їв ом ем єм ою ею єю ої ій ий им их а я у ю и і ї о е є ь й",
}


@cache
def endings(code: str, is_folded: bool = False) -> tuple[str, ...]:
    """The endings of a language, longest first."""
    found = ENDINGS.get(code, "").split()
    if is_folded:
        found = {fold(one) for one in found}
    return tuple(sorted(found, key=lambda one: (-len(one), one)))


def stem(word: str, code: str, is_folded: bool = False) -> str:
    """`word` without its longest ending; at least three letters remain.

    `is_folded`: the word has no diacritics, and so have its endings.
    """
    for ending in endings(code, is_folded):
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST_STEM:
            return word[: -len(ending)]
    return word
