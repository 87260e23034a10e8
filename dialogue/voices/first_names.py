"""Common first names in Sweden that are hardly ever ordinary words.

Names that are words as well (Björn, Sten, Liv, Bo, My, Per, Hans, May …) are left out on purpose:
they would be marked in texts that speak of nobody.
"""

from __future__ import annotations

_NAMES = """
Agneta Agnes Ahmed Aino Albin Alexander Alexandra Ali Alice Alicia Alva Alvar Amanda Amina
Anders Andreas Anette Anita Anna Annika Anneli Annie Anton Aron Arne Arvid Astrid August Axel
Barbro Bengt Berit Bertil Birger Birgit Birgitta Britta Britt Calle Camilla Carina Carl Carolina
Caroline Casper Cecilia Charlotta Charlotte Christer Christina Christoffer Dagny Daniel Daniela
David Dennis Ebba Edvin Edith Eivor Elias Elin Elina Elisabet Elisabeth Ellen Elliot Elsa Elsie
Elvira Emelie Emil Emilia Emma Engla Enok Erik Erika Erland Ester Eva Evelina Fatima Felicia
Felix Filip Filippa Folke Fredrik Frida Gabriel Gabriella Georg Gerd Gerda Gertrud Gisela Greta
Gudrun Gunborg Gunhild Gunilla Gunnar Gunnel Gustaf Gustav Göran Gösta Hampus Hanna Hannes
Harald Harriet Hassan Hedda Hedvig Helena Helene Helge Helga Henrik Henry Hilda Hilma Hjalmar
Hugo Håkan Ibrahim Ida Inga Ingegerd Ingela Ingemar Inger Ingrid Ingvar Irene Isabella Isak Ivar
Jakob Jan Jasmine Jenny Jens Jerker Jessica Jesper Joakim Joel Johan Johanna Johannes John Jonas
Jonatan Josef Josefin Julia Julius Jörgen Kaj Kajsa Karin Karl Karolina Katarina Kenneth Kerstin
Kevin Khadija Kjell Klara Klas Konrad Kristian Kristina Kristoffer Kurt Lars Lasse Leif Lena
Lennart Lilian Lilly Linda Linn Linnea Linus Lisa Lisbeth Lotta Louise Lovisa Lucas Ludvig Lukas
Lydia Mahmoud Maja Malin Malte Margareta Margit Maria Marianne Marie Markus Martin Martina
Maryam Mathias Mathilda Matilda Mats Mattias Matteo Melvin Mikael Mia Milla Mohamed Mohammed
Molly Monica Monika Nathalie Nellie Niklas Nils Nina Nora Nour Olivia Oliver Olle Olof Omar
Oskar Oscar Ove Patrik Paul Paula Pauline Pernilla Pelle Peter Petra Petter Philip Pia Ragnar
Ragnhild Rasmus Rebecka Rikard Robert Robin Roger Roland Rolf Ronja Rune Samuel Sandra Sara
Sebastian Selma Sigrid Sigvard Simon Siri Siv Sofia Sofie Solveig Sonja Staffan Stefan Stella
Stina Stig Sture Sune Susanne Svante Sven Sylvia Tekla Teodor Theo Therese Thomas Tobias Tomas
Tommy Torbjörn Tord Tore Torsten Tove Tuva Tyra Ulf Ulla Ulrika Valter Vanja Vendela Viktor
Viktoria Vilgot Vilhelm Vilma Vincent Vivianne William Wilma Yasmin Yngve Yusuf Yvonne Zahra Åke
Åsa Örjan Östen
"""
FIRST_NAMES = frozenset(_NAMES.split())
