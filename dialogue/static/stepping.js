// Steps through stories by J, K and U while the line of steps, or something in it, has the focus.
// A key alone does nothing anywhere else, so it disturbs no screen reader and no speech input.
"use strict";
(() => {
  const steps = document.getElementById("steps");
  if (!steps) return;
  if (location.hash === "#steps") steps.focus();
  steps.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const way = { j: "a[rel=next]", k: "a[rel=prev]", u: "#unread" }[event.key.toLowerCase()];
    const link = way && steps.querySelector(way);
    if (link) {
      event.preventDefault();
      location.assign(link.href);
    }
  });
})();
