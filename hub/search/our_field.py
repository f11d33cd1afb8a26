"""Words of our field that the dictionaries lack or take for others."""

# Lemma: its forms.
FORMS = {
    "lv": {
        "bēglis": "bēgļa bēglim bēgli bēglī bēgļi bēgļu bēgļiem bēgļus bēgļos",
        "bēgle": "bēgles bēglei bēglē bēglēm bēglēs",
        "brīvprātīgais": "brīvprātīgā brīvprātīgajam brīvprātīgo brīvprātīgie brīvprātīgajiem "
        "brīvprātīgos brīvprātīga brīvprātīgi",
        "kafejnīca": "kafejnīcas kafejnīcai kafejnīcu kafejnīcā kafejnīcām kafejnīcās",
        "keramika": "keramikas keramikai keramiku keramikā",
        "rokasgrāmata": "rokasgrāmatas rokasgrāmatai rokasgrāmatu rokasgrāmatā rokasgrāmatās",
        "pašvaldība": "pašvaldības pašvaldībai pašvaldību pašvaldībā pašvaldībām pašvaldībās",
        "apmeklējums": "apmeklējuma apmeklējumam apmeklējumu apmeklējumā apmeklējumi "
        "apmeklējumiem apmeklējumus apmeklējumos",
        "kartīte": "kartītes kartītei kartīti kartītē kartīšu kartītēm kartītēs",
    },
    "et": {
        "savi": "savi savist savisse savis savil savile savilt savid saviks",
        "pagulane": "pagulase pagulast pagulased pagulaste pagulasi pagulastele pagulastega",
        "põgenik": "põgeniku põgenikku põgenikud põgenike põgenikke põgenikele põgenikega",
    },
    "fi": {
        "sana": "sanoja",
        "savi": "saven savea savesta saveen savessa savella savelle savet",
        "tarinailta": "tarinaillan tarinailtaa tarinaillassa tarinaillasta tarinailtaan tarinaillalla "
        "tarinaillalta tarinaillalle tarinaillat tarinailtojen tarinailtoja tarinailloissa "
        "tarinailloista tarinailtoihin tarinailloilla tarinailloille",
    },
    "da": {
        "ler": "leret lerets lers",
        "sprogcafé": "sprogcaféen sprogcaféer sprogcaféerne sprogcaféens sprogcafe sprogcafeen "
        "sprogcafeer sprogcafeerne sprogcafeens",
    },
    "uk": {
        "біженка": "біженки біженці біженку біженкою біженок біженкам біженками біженках",
    },
}

LEMMAS = {
    code: {form: lemma for lemma, forms in words.items() for form in (lemma, *forms.split())}
    for code, words in FORMS.items()
}
# Both genders share this form; the common one is meant.
LEMMAS["uk"]["біженці"] = "біженець"

# Nouns made of verbs, which the dictionaries list in part under the verb: stāstīšana, sarunāšanās.
SAME_NOUN = {
    "lv": dict.fromkeys(
        ["šanas", "šanai", "šanu", "šanā", "šanām", "šanās", "šanos", "šana"], "šana"
    ),
}
