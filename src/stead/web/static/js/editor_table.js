// The decision table in its editor (dmn-js): opened as a table, in the page's language, findings marked in its cells.
(function () {
  "use strict";

  function translations(words) {
    return function (text, places) {
      const said = words[text.trim()] || text.trim();
      return (text.endsWith(" ") ? said + " " : said).replace(/\{\s*(\w+)\s*\}/g, (whole, name) => (places && name in places ? places[name] : whole));
    };
  }

  async function open(box, config) {
    const modeler = new window.DmnJS({
      container: box,
      common: { additionalModules: [{ translate: ["value", translations(config.words.editor)] }] },
      // Cells have no descriptions of their own in our tables: the note of a row says it.
      decisionTable: { additionalModules: [{ translate: ["value", translations(config.words.editor)], descriptionEditor: ["value", {}], description: ["value", {}] }] },
    });
    await modeler.importXML(config.xml, { open: false });
    const view = modeler.getViews().find((one) => one.type === "decisionTable");
    if (!view) throw new Error("no decision table");
    await modeler.open(view);
    return modeler;
  }

  window.steadTableEditor = async function (box, config, on) {
    const modeler = await open(box, config);
    const viewer = modeler.getActiveViewer();
    const stack = viewer.get("commandStack");
    const buttons = { undo: document.querySelector('[data-do="undo"]'), redo: document.querySelector('[data-do="redo"]') };
    let marks = new Map(), isWaiting = false;

    const key = (rule, column) => rule + " " + column;
    const cells = () => box.querySelectorAll("tbody td[data-row-id]");
    function cellOf(problem) {
      return Array.from(cells()).find((cell) => cell.dataset.rowId === problem.rule && (problem.column ? cell.dataset.colId === problem.column : cell.classList.contains("rule-index")));
    }
    // The editor draws cells anew as it likes, so marks are put on again after it has.
    function draw() {
      isWaiting = false;
      cells().forEach(function (cell) {
        const found = marks.get(key(cell.dataset.rowId, cell.dataset.colId || (cell.classList.contains("rule-index") ? "" : "none")));
        const wanted = found ? found.severity : "";
        if ((cell.dataset.finding || "") !== wanted) { if (wanted) cell.dataset.finding = wanted; else delete cell.dataset.finding; }
        const title = found ? found.text : "";
        if (cell.title !== title) cell.title = title;
        const field = cell.querySelector('[contenteditable="true"]') || cell;
        const described = found ? found.id : null;
        if (field.getAttribute("aria-describedby") !== described) {
          if (described) { field.setAttribute("aria-describedby", described); field.setAttribute("aria-invalid", "true"); }
          else { field.removeAttribute("aria-describedby"); field.removeAttribute("aria-invalid"); }
        }
      });
      label();
    }
    // Its fields are all called "Input"; a reader needs to hear which column and row.
    function label() {
      const names = {};
      box.querySelectorAll("thead th[data-col-id]").forEach((head) => { const said = head.querySelector(".input-label, .output-label"); names[head.dataset.colId] = said ? said.textContent : ""; });
      box.querySelectorAll("tbody td[data-col-id] [contenteditable]").forEach(function (field) {
        const cell = field.closest("td"), said = (names[cell.dataset.colId] || "") + ", " + config.words.ours.row + " " + (cell.parentElement.sectionRowIndex + 1);
        if (field.getAttribute("aria-label") !== said) field.setAttribute("aria-label", said);
      });
    }
    function later() {
      if (isWaiting) return;
      isWaiting = true;
      requestAnimationFrame(draw);
    }
    new MutationObserver(later).observe(box, { childList: true, subtree: true, attributes: true, attributeFilter: ["class", "data-row-id"] });

    function buttonsNow() {
      buttons.undo.disabled = !stack.canUndo();
      buttons.redo.disabled = !stack.canRedo();
    }
    viewer.get("eventBus").on("commandStack.changed", function () { buttonsNow(); on.changed(); later(); });

    return {
      content: async () => ({ xml: (await modeler.saveXML({ format: true })).xml }),
      mark(problems) {
        marks = new Map();
        // The first that is said of a cell is the worst: errors come before warnings.
        problems.forEach(function (problem) { if (problem.rule && !marks.has(key(problem.rule, problem.column))) marks.set(key(problem.rule, problem.column), problem); });
        draw();
      },
      focus(problem) {
        const cell = problem.rule ? cellOf(problem) : box.querySelector("tbody tr:last-of-type td");
        if (!cell) return;
        cell.scrollIntoView({ block: "center", inline: "center" });
        const field = cell.querySelector('[contenteditable="true"]') || cell.parentElement.querySelector('[contenteditable="true"]');
        if (field) field.focus();
      },
      undo() { if (stack.canUndo()) stack.undo(); },
      redo() { if (stack.canRedo()) stack.redo(); },
    };
  };
})();
