// Puts the words that are selected in a story into its field for a part, word for word.
"use strict";
(() => {
  for (const told of document.querySelectorAll("[data-story]")) {
    const field = told.querySelector("[id^=part-]");
    const box = field && field.closest("details");
    const lines = told.querySelector(".lines");
    if (!box || !lines) continue;
    box.addEventListener("toggle", () => {
      const choice = document.getSelection();
      if (!box.open || field.value || !choice || choice.isCollapsed) return;
      if (!lines.contains(choice.anchorNode) || !lines.contains(choice.focusNode)) return;
      if (choice.anchorNode !== choice.focusNode) return;
      field.value = choice.toString().trim();
      field.focus();
    });
  }
})();
