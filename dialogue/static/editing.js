/* Comfort for those who build a survey. Everything works without: buttons move, saving advises, links open. */
(function () {
  "use strict";

  /* Dragging a question: the same as its buttons, in one movement. */
  document.querySelectorAll("[data-drag]").forEach(function (board) {
    var held = null;

    function place(list, before) {
      var rows = Array.from(list.querySelectorAll("li")).filter(function (row) { return row !== held; });
      var at = before && before !== held ? rows.indexOf(before) : rows.length;
      if (before === held) { return; }
      var body = new URLSearchParams({
        csrf_token: board.dataset.csrf, dragged: held.dataset.question,
        section: list.dataset.section, at: String(at < 0 ? rows.length : at),
      });
      fetch(board.dataset.drag, { method: "POST", body: body, credentials: "same-origin" })
        .then(function () { location.reload(); });
    }

    function clear() {
      board.querySelectorAll(".over").forEach(function (part) { part.classList.remove("over"); });
    }

    board.querySelectorAll("ol[data-section]").forEach(function (list) {
      list.querySelectorAll("li").forEach(function (row) {
        if (!row.querySelector(".mv button")) { return; }
        row.draggable = true;
        row.title = board.dataset.dragHint;
        row.addEventListener("dragstart", function (event) {
          held = row;
          row.classList.add("held");
          event.dataTransfer.effectAllowed = "move";
          event.dataTransfer.setData("text/plain", row.dataset.question);
        });
        row.addEventListener("dragend", function () { row.classList.remove("held"); clear(); });
      });
      list.addEventListener("dragover", function (event) {
        if (!held) { return; }
        event.preventDefault();
        clear();
        (event.target.closest("li") || list).classList.add("over");
        list.classList.add("over");
      });
      list.addEventListener("drop", function (event) {
        if (!held) { return; }
        event.preventDefault();
        place(list, event.target.closest("li"));
      });
    });
  });

  /* Advice while writing, a moment after the last key. */
  document.querySelectorAll("form[data-advice]").forEach(function (form) {
    form.querySelectorAll("textarea[data-advise]").forEach(function (field) {
      var wait, asked = 0, box = document.getElementById(field.id + "-a");
      field.addEventListener("input", function () {
        clearTimeout(wait);
        wait = setTimeout(function () {
          var mine = ++asked;
          var body = new URLSearchParams({
            csrf_token: form.querySelector("[name=csrf_token]").value,
            text: field.value, in: field.dataset.advise, easy: field.dataset.easy || "",
          });
          fetch(form.dataset.advice, { method: "POST", body: body, credentials: "same-origin" })
            .then(function (answer) { return answer.ok ? answer.json() : { advice: [] }; })
            .then(function (found) {
              if (mine !== asked) { return; }
              var lines = found.advice.map(function (sentence) {
                var line = document.createElement("p");
                line.className = "note";
                line.textContent = sentence;
                return line;
              });
              box.replaceChildren.apply(box, lines);
            });
        }, 600);
      });
    });
  });

  /* The preview in a window as wide as a phone. */
  document.querySelectorAll("a[data-phone]").forEach(function (link) {
    link.addEventListener("click", function (event) {
      if (event.ctrlKey || event.metaKey || event.shiftKey || window.innerWidth < 700) { return; }
      var opened = window.open(link.href, "look", "popup,width=390,height=844");
      if (opened) { event.preventDefault(); opened.focus(); }
    });
  });
})();
