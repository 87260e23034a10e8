"""Places with so many people that their name points at nobody: towns, municipalities, counties.

A place that is not here is marked at the desk when a text says that something is there. The list
errs on the side of marking: a person decides.
"""

from __future__ import annotations

_TOWNS = """
Stockholm Göteborg Malmö Uppsala Västerås Örebro Linköping Helsingborg Jönköping Norrköping Lund
Umeå Gävle Borås Eskilstuna Södertälje Karlstad Täby Växjö Halmstad Sundsvall Luleå Trollhättan
Östersund Borlänge Tumba Falun Kalmar Kristianstad Skövde Karlskrona Skellefteå Uddevalla Lidingö
Motala Landskrona Örnsköldsvik Nyköping Karlskoga Varberg Vallentuna Åkersberga Trelleborg
Lidköping Alingsås Piteå Märsta Ängelholm Sandviken Boden Kiruna Visby Katrineholm Vänersborg
Härnösand Västervik Enköping Norrtälje Hudiksvall Kungsbacka Mariestad Falkenberg Värnamo
Kristinehamn Karlshamn Ystad Eslöv Oskarshamn Strängnäs Nässjö Mölndal Solna Sundbyberg Huddinge
Haninge Gällivare Ludvika Avesta Mora Köping Arvika Söderhamn Bollnäs Kramfors Sollefteå Timrå
Hässleholm Nacka Botkyrka Haparanda Kalix Arvidsjaur Jokkmokk Pajala Lycksele
"""
_MUNICIPALITIES = """
Vännäs Nordmaling Robertsfors Vindeln Norsjö Malå Storuman Vilhelmina Dorotea Åsele Sorsele
Bjurholm Överkalix Övertorneå Älvsbyn Arjeplog Ånge Krokom Åre Strömsund Ragunda Bräcke Berg
Härjedalen Storforsen Norrmark Södermark
"""
_WIDE = """
Sverige Norge Finland Danmark Norden Europa Sweden Norway Denmark Europe Island Tyskland England
Storbritannien Frankrike Spanien Italien Polen Ryssland Ukraina Syrien Irak Iran Somalia Eritrea
Etiopien Afghanistan Turkiet Thailand Kina Indien USA Amerika Afrika Asien Germany Spain France
Italy Poland Ukraine Syria Iraq Somalia Thailand Britain
Norrland Västerbotten Norrbotten Västernorrland Jämtland Härjedalen Gävleborg Dalarna Värmland
Uppland Södermanland Östergötland Västergötland Småland Gotland Öland Blekinge Skåne Halland
Bohuslän Lappland Sápmi Ångermanland Medelpad Hälsingland Västmanland Närke Götaland Svealand
Norrlands Inlandet Kusten Fjällen Malmfälten Tornedalen
"""
KNOWN_PLACES = frozenset(f"{_TOWNS} {_MUNICIPALITIES} {_WIDE}".split())
