"""Two subjects: stories, a small codebook and a small frame that the tests share."""

from __future__ import annotations

from analysis.text.guidance import Codebook, CodebookTheme, Exemplar, Frame, FrameNodeText
from analysis.text.stories import Bilingual, Story

PHONE_SV = (
    "Jag ringde vårdcentralen tjugo gånger och fick aldrig svar.",
    "Telefonkön var full redan klockan åtta på morgonen.",
    "Ingen ringde upp fast de lovade att ringa tillbaka.",
    "Det går inte att komma fram på telefon till mottagningen.",
    "Jag satt i telefonkö hela förmiddagen och blev bortkopplad.",
    "De svarar aldrig i telefon och knappvalet är krångligt.",
)
PHONE_EN = (
    "I called the health centre twenty times and nobody answered the phone.",
    "The phone queue was full at eight in the morning.",
    "They promised to call back but the phone never rang.",
    "You can never get through on the telephone to the clinic.",
)
HOME_SV = (
    "Hemtjänsten skickar nya ansikten till mamma varje dag.",
    "Hemtjänsten kom aldrig med maten till pappa i söndags.",
    "Min mormor får hjälp att duscha av hemtjänsten, de är så snälla.",
    "Hemtjänsten har så bråttom att mamma inte hinner äta sin mat.",
    "Varje kväll kommer en ny person från hemtjänsten hem till farfar.",
    "Pappa vågar inte öppna dörren för hemtjänstens nya personal.",
)
HOME_EN = (
    "The home help sends a new face to my mother every day.",
    "Home care never brought dinner to my father last Sunday.",
    "My grandmother gets help to shower from the home help, they are kind.",
    "Every evening a new person from home care comes to grandfather's house.",
)


def stories() -> list[Story]:
    """Twenty stories on two subjects, in two languages."""
    told = [("phone", PHONE_SV, "sv"), ("phone-en", PHONE_EN, "en")]
    told += [("home", HOME_SV, "sv"), ("home-en", HOME_EN, "en")]
    return [
        Story(f"{name}-{number}", text, lang)
        for name, texts, lang in told
        for number, text in enumerate(texts)
    ]


CODEBOOK = Codebook(
    "two",
    "1",
    (
        CodebookTheme(
            "komma_fram",
            Bilingual("Jag kommer fram på telefon", "I get through on the phone"),
            Bilingual(
                "Att ringa mottagningen, vänta i telefonkö och få svar.",
                "To call the clinic, wait in the phone queue and get an answer.",
            ),
            facets={"sv": ("ingen svarar i telefon",), "en": ("nobody answers the phone",)},
            lexicon={"sv": ("telefonkö", "ringde"), "en": ("phone", "call back")},
            ties={"three": {"tillgänglighet": 0.9, "trygghet": 0.2}},
            exemplars=(
                Exemplar("p1", "sv", "Upptaget igen. Jag lade på luren efter en timme."),
                Exemplar("p2", "en", "Engaged again. I hung up after an hour in the queue."),
            ),
        ),
        CodebookTheme(
            "hemtjanst",
            Bilingual("Hemtjänsten känner mig", "Home help knows me"),
            Bilingual(
                "Hemtjänst och hemsjukvård: tider, många ansikten, värdighet hemma.",
                "Home help and home care: times, many faces, dignity at home.",
            ),
            facets={"sv": ("nya ansikten varje dag",), "en": ("new faces every day",)},
            lexicon={"sv": ("hemtjänst",), "en": ("home help", "home care")},
            ties={"three": {"trygghet": 0.9, "tillsammans": 0.3}},
            exemplars=(
                Exemplar("h1", "sv", "Det kom sju personer till mamma i går för att duscha."),
                Exemplar("h2", "en", "Seven people came to shower my mother last week."),
            ),
        ),
    ),
)

FRAME = Frame(
    "three",
    (
        FrameNodeText("trygghet", Bilingual("Trygghet", "Feeling safe")),
        FrameNodeText("tillgänglighet", Bilingual("Tillgänglighet", "Getting access")),
        FrameNodeText("tillsammans", Bilingual("Tillsammans", "Working together")),
        FrameNodeText(
            "vet_vem",
            Bilingual("Jag vet vem jag ska kontakta.", "I know whom to contact."),
            parent="tillgänglighet",
        ),
    ),
)
