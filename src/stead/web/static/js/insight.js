// Lists by keyboard: j and k move, Enter opens, l logs a contact; one box ticks all.
(() => {
  const rows = () => [...document.querySelectorAll("[data-row]")];
  const current = () => document.querySelector("[data-row].is-current");
  const typing = (target) => target.closest("input, select, textarea, [contenteditable], dialog[open]");

  function move(step) {
    const all = rows();
    if (!all.length) return;
    const at = all.indexOf(current());
    const next = all[Math.min(Math.max(at + step, 0), all.length - 1)];
    all[at]?.classList.remove("is-current");
    next.classList.add("is-current");
    next.querySelector("[data-open]").focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (event.key === "j") move(1);
    else if (event.key === "k") move(-1);
    else if (event.key === "Enter" && current() && !event.target.closest("a, button, summary")) current().querySelector("[data-open]").click();
    else if (event.key === "l" && current()) window.location.assign(`${current().querySelector("[data-open]").href}#log`);
    else return;
    event.preventDefault();
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-filters]");
    if (button) button.setAttribute("aria-expanded", String(button.form.classList.toggle("is-open")));
  });

  document.addEventListener("change", (event) => {
    if (!event.target.matches("[data-all]")) return;
    for (const box of document.querySelectorAll('input[name="customer"]')) box.checked = event.target.checked;
  });
})();
