"""Villages and small towns in the north whose name is hardly ever an ordinary word.

They are looked for in texts without capital letters, after a word such as *in* or *from*. The list
is short on purpose: a name that is a word as well (*Dal*, *Fors*, *Holm*) would be marked in
texts that speak of nowhere.
"""

from __future__ import annotations

_PLACES = """
adak ammarnäs arjeplog arvträsk auktsjaur avaviken avasjö barsele bastuträsk biellojaure bjurträsk
blaikliden blattnicksele boksjö boliden bonäset borgafjäll borgsjö botsmark brattåker
bullmark bureå burträsk bygdeå bygdsiljum byske båtfors bäcksele dikanäs djäkneboda ekorrträsk
ersmark fjällåsen flarken fällfors gargnäs gumboda gunnarn hemavan hällnäs hörnefors jokksele
joesjö jormvattnet juktnäs jörn järvsjöby kalvträsk kittelfjäll klimpfjäll knaften kroksjö
kåge käxed latikberg lillpite lögdeå lövliden lövånger malgovik missenträsk mjövattnet myckle
norrfors norränge nästansjö nysätra näsåker obbola overträsk rickleå risliden robertsfors
rusele rusksele råneå rödåsel rökå saxnäs sikeå sikfors skarvsjöby skråmträsk slipstensjön
slussfors stalon stensele stornorrfors storseleby strycksele strömfors sävar tavelsjö
tvärträsk tärnaby tärnafjällen täfteå umgransele umnäs vargträsk vebomark vinliden vojmån
vännäsby yttersjö åbyn åmliden åmsele ånäset åskilje örträsk överklinten
"""
SMALL_PLACES = frozenset(_PLACES.split())
