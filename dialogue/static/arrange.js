/* Putting things in order at once, with the buttons or by dragging. Without this file the buttons post, and
   the server moves the thing. A list that nobody has touched stays unanswered here too. */
document.querySelectorAll("[data-arrange]").forEach(function (part) {
  var places = Array.from(part.querySelectorAll(".order > li"));
  var form = part.closest("fieldset") || part;
  var status = part.querySelector("[role=status]");
  var again = form.querySelector("[data-again]");

  function thing(place) {
    return { base: place.querySelector("button").value.replace(/:[a-z]+$/, ""), text: place.children[1].textContent };
  }

  function put(place, item) {
    var before = thing(place).text;
    place.children[1].textContent = item.text;
    place.querySelectorAll("button").forEach(function (button) {
      button.value = item.base + button.value.match(/:[a-z]+$/)[0];
      button.setAttribute("aria-label", button.getAttribute("aria-label").replace(before, function () { return item.text; }));
    });
  }

  function keep(items) {
    var name = part.dataset.arrange;
    form.querySelectorAll("input[type=hidden]").forEach(function (field) { if (field.name === name) field.remove(); });
    items.forEach(function (item) {
      var field = document.createElement("input");
      field.type = "hidden";
      field.name = name;
      field.value = item.base.slice(name.length + 1);
      part.append(field);
    });
    var asIs = part.querySelector("[type=checkbox]");
    if (asIs) { asIs.checked = false; asIs.closest(".rows").hidden = true; }
    if (again) again.hidden = false;
  }

  function move(from, to) {
    if (to < 0 || to >= places.length || from === to) return false;
    var items = places.map(thing);
    items.splice(to, 0, items.splice(from, 1)[0]);
    places.forEach(function (place, i) { put(place, items[i]); });
    keep(items);
    status.textContent = part.dataset.said.replace("{what}", items[to].text).replace("{place}", to + 1);
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

  var held = -1;
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
});
