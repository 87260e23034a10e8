/* Putting things in order at once: with the buttons, by dragging, or by picking one at a time. Without this
   file the buttons post, and the server draws the same. The order stands in hidden fields, empty until somebody
   has touched the list; a change in them from outside (a page that is filled in again) is drawn too. */
document.querySelectorAll("[data-arrange]").forEach(function (part) {
  var name = part.dataset.arrange;
  var fields = Array.from(part.querySelectorAll("input[type=hidden]")).filter(function (field) { return field.name === name; });
  var again = part.querySelector("[data-again]"), status = part.querySelector("[role=status]");
  var list = part.querySelector(".order");

  function order() { return fields.map(function (field) { return field.value; }).filter(Boolean); }

  function keep(ids) {
    fields.forEach(function (field, i) { field.value = ids[i] || ""; });
    again.hidden = !ids.length;
  }

  function tell(text, place) {
    status.textContent = part.dataset.said.replace("{what}", function () { return text; }).replace("{place}", place);
  }

  if (part.hasAttribute("data-pick")) picking(); else moving();

  function moving() {
    var places = Array.from(list.children), held = -1;

    function thing(place) {
      return { id: place.querySelector("button").value.slice(name.length + 1).replace(/:[a-z]+$/, ""), text: place.children[1].textContent };
    }

    function put(place, item) {
      var before = thing(place).text;
      place.children[1].textContent = item.text;
      place.querySelectorAll("button").forEach(function (button) {
        button.value = name + "-" + item.id + button.value.match(/:[a-z]+$/)[0];
        button.setAttribute("aria-label", button.getAttribute("aria-label").replace(before, function () { return item.text; }));
      });
    }

    function draw(items) {
      var asIs = part.querySelector("[type=checkbox]");
      places.forEach(function (place, i) { put(place, items[i]); });
      keep(items.map(function (item) { return item.id; }));
      if (asIs) { asIs.checked = false; asIs.closest(".rows").hidden = true; }
    }

    function move(from, to) {
      if (to < 0 || to >= places.length || from === to) return false;
      var items = places.map(thing);
      items.splice(to, 0, items.splice(from, 1)[0]);
      draw(items);
      tell(items[to].text, to + 1);
      return true;
    }

    part.addEventListener("click", function (event) {
      var button = event.target.closest(".order button");
      if (!button) return;
      event.preventDefault();
      var down = button.value.endsWith(":down"), from = places.indexOf(button.closest("li")), to = from + (down ? 1 : -1);
      if (!move(from, to)) return;
      var there = Array.from(places[to].querySelectorAll("button"));
      (there.find(function (one) { return one.value.endsWith(down ? ":down" : ":up"); }) || there[0]).focus();
    });

    part.addEventListener("input", function (event) {
      var items = places.map(thing), ids = order();
      var sorted = ids.map(function (id) { return items.find(function (item) { return item.id === id; }); });
      if (fields.indexOf(event.target) >= 0 && new Set(sorted).size === items.length && sorted.every(Boolean)) draw(sorted);
    });

    places.forEach(function (place, i) {
      place.firstElementChild.style.touchAction = "none"; /* a finger drags by the number, and scrolls elsewhere */
      place.style.cursor = "grab";
      place.addEventListener("pointerdown", function (event) {
        var byFinger = event.pointerType !== "mouse";
        if (event.button || event.target.closest("button") || (byFinger && event.target !== place.firstElementChild)) return;
        event.preventDefault();
        held = i;
        places[held].classList.add("cur");
        part.setPointerCapture(event.pointerId);
      });
    });
    part.addEventListener("pointermove", function (event) {
      if (held < 0) return;
      var over = places.findIndex(function (place) {
        var box = place.getBoundingClientRect();
        return event.clientY >= box.top && event.clientY < box.bottom;
      });
      if (over < 0 || !move(held, over)) return;
      places[held].classList.remove("cur");
      held = over;
      places[held].classList.add("cur");
    });
    ["pointerup", "pointercancel"].forEach(function (end) {
      part.addEventListener(end, function () {
        if (held >= 0) places[held].classList.remove("cur");
        held = -1;
      });
    });
  }

  function picking() {
    var group = part.querySelector("[role=group]"), rows = Array.from(part.querySelectorAll(".row")), words = {};
    if (!group) return;
    var asked = group.querySelector(".lbl"), button = part.querySelector("[data-put]");
    order().forEach(function (id, i) { words[id] = list.children[i].children[1]; });
    rows.forEach(function (row) { words[row.querySelector("input").value] = row.querySelector("span"); });

    function draw() {
      var ids = order();
      list.replaceChildren.apply(list, ids.map(function (id, i) {
        var line = document.createElement("li"), number = document.createElement("span");
        number.className = "num soft";
        number.textContent = i + 1;
        line.append(number, words[id].cloneNode(true));
        return line;
      }));
      list.parentNode.hidden = again.hidden = !ids.length;
      group.hidden = button.hidden = ids.length === fields.length;
      asked.textContent = ids.length ? asked.dataset.next : asked.dataset.first;
      asked.hidden = !ids.length; /* the question has just said it; it still names the group */
      rows.forEach(function (row) {
        var choice = row.querySelector("input");
        row.hidden = ids.indexOf(choice.value) >= 0;
        if (row.hidden) choice.checked = false;
      });
    }

    part.addEventListener("click", function (event) {
      var pressed = event.target.closest("button"), ids = order();
      if (pressed === button) {
        event.preventDefault();
        var picked = rows.map(function (row) { return row.querySelector("input"); }).find(function (choice) { return choice.checked; });
        if (!picked) return;
        ids.push(picked.value);
        var left = rows.map(function (row) { return row.querySelector("input").value; }).filter(function (id) { return ids.indexOf(id) < 0; });
        tell(words[picked.value].textContent.trim(), ids.length);
        keep(left.length === 1 ? ids.concat(left) : ids);
        draw();
        var next = rows.find(function (row) { return !row.hidden; });
        (next ? next.querySelector("input") : again.querySelector("button")).focus();
      } else if (pressed && again.contains(pressed) && rows.length === fields.length) {
        event.preventDefault();
        keep([]);
        draw();
        rows[0].querySelector("input").focus();
      }
    });

    part.addEventListener("input", function (event) {
      if (fields.indexOf(event.target) >= 0 && order().every(function (id) { return words[id]; })) draw();
    });
  }
});
