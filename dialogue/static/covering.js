// Puts the words that are selected in the story into the first empty field of words to cover.
"use strict";
(() => {
  const told = document.getElementById("told");
  const take = document.getElementById("take");
  if (!told || !take) return;
  take.hidden = false;
  let selected = "";
  document.addEventListener("selectionchange", () => {
    const choice = document.getSelection();
    if (choice && !choice.isCollapsed && told.contains(choice.anchorNode) && told.contains(choice.focusNode))
      selected = choice.toString().trim();
  });
  take.addEventListener("click", () => {
    const empty = [...document.querySelectorAll("[id^=words-]")].find((field) => !field.value);
    if (!empty) return;
    empty.value = selected;
    empty.focus();
  });
})();
