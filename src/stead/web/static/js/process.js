// Draws a process (BPMN) with bpmn-js; what cannot be drawn says so, and the steps stand in the table.
(function () {
  "use strict";
  const box = document.getElementById("drawing");
  const source = JSON.parse(document.getElementById("bpmn").textContent);
  const viewer = new window.BpmnJS({ container: box });
  const canvas = () => viewer.get("canvas");

  viewer.importXML(source).then(function () {
    canvas().zoom("fit-viewport", "auto");
    box.dataset.drawn = "1";
  }).catch(function () {
    box.replaceChildren();
    box.textContent = box.dataset.failed;
    document.querySelector(".bpmn-buttons").hidden = true;
  });
  document.addEventListener("click", function (event) {
    const button = event.target.closest("[data-zoom]");
    if (!button) return;
    if (button.dataset.zoom === "fit") canvas().zoom("fit-viewport", "auto");
    else canvas().zoom(canvas().zoom() * (button.dataset.zoom === "in" ? 1.25 : 0.8));
  });
})();
