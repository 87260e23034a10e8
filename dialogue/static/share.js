/* Ten points counted at once. Without this file the − and + buttons post, and the server draws the same picture. */
document.querySelectorAll("[data-share]").forEach(function (part) {
  var fields = Array.from(part.querySelectorAll("input[type=number]"));
  var marks = part.querySelectorAll(".band use");
  var said = part.querySelector("output");
  var dot = (part.closest("form") || document).querySelector(".fell .you");
  var left = part.dataset.left.split("|"), over = part.dataset.over.split("|");

  function points(field) { return Math.max(0, Math.min(10, parseInt(field.value, 10) || 0)); }

  function draw() {
    var given = fields.map(points), sum = given[0] + given[1] + given[2];
    var kinds = [];
    given.forEach(function (count, i) { while (count-- > 0) kinds.push("t" + (i + 1)); });
    marks.forEach(function (mark, i) {
      mark.setAttribute("href", "#" + (kinds[i] || "t0"));
      mark.setAttribute("class", kinds[i] || "t0");
    });
    if (dot) { /* the same corners as dialogue.ground.charts */
      var pull = sum ? given : [1, 1, 1], weight = sum || 3;
      dot.setAttribute("cx", (180 * pull[0] + 30 * pull[1] + 330 * pull[2]) / weight);
      dot.setAttribute("cy", (40 * pull[0] + 290 * pull[1] + 290 * pull[2]) / weight);
    }
    said.textContent = sum > 10 ? over[sum - 11] : left[10 - sum];
  }

  part.addEventListener("input", draw);
  part.addEventListener("click", function (event) {
    var button = event.target.closest(".step button");
    if (!button) return;
    event.preventDefault();
    var field = button.parentNode.querySelector("input");
    var sum = fields.reduce(function (all, one) { return all + points(one); }, 0);
    var step = button === button.parentNode.firstElementChild ? -1 : sum < 10 ? 1 : 0;
    field.value = Math.max(0, Math.min(10, points(field) + step));
    draw();
  });
  draw();
});
