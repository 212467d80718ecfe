// Editing a file of a draft: the check runs beside the typing, findings stand in their cells, saving is safe.
(function () {
  "use strict";
  const page = document.querySelector("[data-editor]");
  if (!page) return;
  const $ = (selector) => page.querySelector(selector);
  const config = JSON.parse(document.getElementById("editor-config").textContent);
  const words = config.words.ours;
  const CHECK_MS = 400, SAVE_MS = 4000;
  const token = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
  const kept = { revision: config.revision, seen: config.seen, ids: {}, marks: {} };
  let editor = null, version = 0, savedVersion = 0, checkTimer = 0, saveTimer = 0, saving = null, isStale = false;

  function state(key, more) {
    const said = words[key] || key;
    $("[data-state]").textContent = more ? said + " " + more : said;
    $("[data-state]").dataset.state = key;
  }
  async function send(address, more) {
    const form = new FormData();
    for (const [key, value] of Object.entries({ ...(await editor.content()), ...more })) form.set(key, value);
    const answer = await fetch(address, { method: "POST", body: form, headers: { "X-CSRFToken": token }, redirect: "error" });
    const isJson = (answer.headers.get("Content-Type") || "").includes("json");
    return { status: answer.status, body: isJson ? await answer.json() : {} };
  }

  // Something was typed. What is checked or saved later is the content of that moment.
  function changed() {
    version += 1;
    state("unsaved");
    clearTimeout(checkTimer); clearTimeout(saveTimer);
    checkTimer = setTimeout(check, CHECK_MS);
    if (!isStale) saveTimer = setTimeout(save, SAVE_MS);
  }
  async function check() {
    const asked = version;
    try {
      const { status, body } = await send(page.dataset.check, { ids: JSON.stringify(kept.ids) });
      if (asked === version && status === 200) { show(body.problems); if (editor.preview && "preview" in body) editor.shown(body.preview); }
      else if (status === 422) state(body.message);
    } catch { state("lost"); }
  }
  function save() {
    clearTimeout(saveTimer);
    // One after the other: each save needs the revision that the one before it made.
    saving = (saving || Promise.resolve()).then(saveNow);
    return saving;
  }
  async function saveNow() {
    if (version === savedVersion || isStale) return;
    const sent = version;
    state("saving");
    try {
      const { status, body } = await send(page.dataset.save, { revision: kept.revision, seen: kept.seen, ids: JSON.stringify(kept.ids) });
      if (status === 409) { stale(body.message); return; }
      if (status !== 200) { state(body.message || "lost"); return; }
      kept.revision = body.revision; kept.seen = body.seen;
      Object.assign(kept.ids, body.ids); Object.assign(kept.marks, body.marks || {});
      savedVersion = sent;
      if (sent === version) { state("saved", body.at); show(body.problems); }
    } catch { state("lost"); saveTimer = setTimeout(save, SAVE_MS * 2); }
  }
  function stale(message) {
    isStale = true;
    state("unsaved");
    $("[data-stale-text]").textContent = message;
    $("[data-stale]").hidden = false;
    $("[data-stale]").scrollIntoView({ block: "nearest" });
  }

  // The list below, and the marks in the cells that it explains.
  function show(problems) {
    const lines = problems.map(item), fresh = lines.filter((line, number) => !problems[number].known), known = lines.filter((line, number) => problems[number].known);
    $("[data-problems]").replaceChildren(...fresh);
    $("[data-known] ul").replaceChildren(...known);
    $("[data-known]").hidden = !known.length;
    $("[data-known] summary").textContent = words.known.replace("{n}", known.length);
    $("[data-count]").textContent = fresh.length || "";
    $("[data-clean]").hidden = fresh.length > 0;
    $("[data-clean] span").textContent = known.length ? words.nothing : words.clean;
    editor.mark(problems.map((problem, number) => ({ ...problem, rule: kept.marks[problem.rule] || problem.rule, id: "finding-" + number })));
  }
  function item(problem, number) {
    const line = document.createElement("li");
    line.className = "problem-line is-" + problem.severity;
    line.id = "finding-" + number;
    line.append(page.querySelector('template[data-icon="' + problem.severity + '"]').content.cloneNode(true));
    const button = document.createElement("button");
    button.type = "button";
    const kind = document.createElement("strong");
    kind.textContent = problem.kind_name;
    button.append(kind, (problem.row ? " · " + words.row + " " + problem.row : "") + " – " + problem.text);
    if (problem.example) {
      const example = document.createElement("span");
      example.className = "soft";
      example.textContent = " " + words.example + " " + problem.example;
      button.append(example);
    }
    button.addEventListener("click", () => editor.focus({ ...problem, rule: kept.marks[problem.rule] || problem.rule }));
    line.append(button);
    return line;
  }

  function textEditor(area) {
    area.addEventListener("input", changed);
    const preview = $("[data-preview]"), button = $('[data-do="preview"]');
    return {
      content: async () => ({ text: area.value }),
      mark() {},
      focus() { area.focus(); },
      // The server renders it, so that it is what the clause's page shows.
      preview() {
        preview.hidden = !preview.hidden;
        button.setAttribute("aria-pressed", String(!preview.hidden));
        area.parentElement.classList.toggle("has-preview", !preview.hidden);
        check();
      },
      shown(html) { if (preview) preview.innerHTML = html; },
    };
  }

  function rowsEditor(table) {
    const body = table.tBodies[0];
    const names = Array.from(table.querySelectorAll("th[data-name]"), (head) => head.dataset.name);
    const inputs = (row) => Array.from(row.querySelectorAll("input"));
    const value = (row, name) => inputs(row)[names.indexOf(name)];
    function number() {
      Array.from(body.rows).forEach((row, place) => {
        row.cells[0].textContent = place + 1;
        inputs(row).forEach((input, column) => input.setAttribute("aria-label", names[column] + " " + (place + 1)));
      });
    }
    function added(after) {
      const row = $("template[data-new-row]").content.firstElementChild.cloneNode(true);
      if (after) after.after(row); else body.append(row);
      number();
      return row;
    }
    body.addEventListener("input", changed);
    table.addEventListener("click", function (event) {
      const row = event.target.closest("tr");
      if (event.target.closest("[data-remove]")) {
        const near = row.nextElementSibling || row.previousElementSibling;
        row.remove(); number(); changed();
        if (near) inputs(near)[0].focus();
      } else if (event.target.closest("[data-again]")) {
        const next = added(row);
        inputs(row).forEach((input, column) => { inputs(next)[column].value = input.value; });
        if (value(next, "effective_from")) { value(next, "effective_from").value = ""; value(next, "effective_from").focus(); }
        changed();
      }
    });
    table.addEventListener("keydown", function (event) {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!step || !event.target.matches("input")) return;
      const row = event.target.closest("tr"), next = body.rows[row.sectionRowIndex + step];
      if (next) { event.preventDefault(); inputs(next)[inputs(row).indexOf(event.target)].focus(); }
    });
    $("[data-add]").addEventListener("click", () => { inputs(added(null))[0].focus(); changed(); });
    number();
    const input = (problem) => (body.rows[problem.row - 1] ? value(body.rows[problem.row - 1], problem.column) : null);
    return {
      content: async () => ({ rows: JSON.stringify(Array.from(body.rows, (row) => inputs(row).map((one) => one.value))) }),
      mark(problems) {
        body.querySelectorAll("[aria-invalid]").forEach((one) => { one.removeAttribute("aria-invalid"); one.removeAttribute("aria-describedby"); one.title = ""; });
        problems.forEach(function (problem) {
          const found = input(problem);
          if (!found) return;
          found.setAttribute("aria-invalid", "true"); found.setAttribute("aria-describedby", problem.id); found.title = problem.text;
        });
      },
      focus(problem) { const found = input(problem); if (found) found.focus(); },
    };
  }

  async function start() {
    const table = $("[data-table]"), rows = $("[data-rows]"), area = $("[data-text]");
    if (table) editor = await window.steadTableEditor(table, config, { changed, save });
    else if (rows) editor = rowsEditor(rows);
    else editor = textEditor(area);
    show(config.problems);
    page.dataset.ready = "1";
  }
  document.addEventListener("keydown", function (event) {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") { event.preventDefault(); save(); }
  });
  page.addEventListener("click", function (event) {
    const button = event.target.closest("[data-do]");
    if (!button) return;
    if (button.dataset.do === "save") save();
    else if (editor && editor[button.dataset.do]) editor[button.dataset.do]();
  });
  $("[data-reload]").addEventListener("click", () => { savedVersion = version; });
  addEventListener("beforeunload", function (event) {
    if (version !== savedVersion) event.preventDefault();
  });
  start().catch(function () { state("readonly"); });
})();
