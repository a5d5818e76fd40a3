/* Comforts for pages that already work without script. One listener per event, on the document,
   so that parts swapped in by htmx work at once. */
(() => {
  "use strict";
  const all = (selector, root = document) => root.querySelectorAll(selector);
  const near = (event, selector) => event.target instanceof Element && event.target.closest(selector);

  // Controls that need script are hidden until it runs.
  const wake = (root) => {
    all("[data-copy], [data-close-toast], [data-pick-all], label:has(> [data-pick-all])", root).forEach((one) => { one.hidden = false; });
    all("[data-counter]", root).forEach(count);
    const focus = root.querySelector("[data-focus]");
    if (focus) focus.focus();
  };

  const count = (counter) => {
    const box = document.getElementById(counter.dataset.counter);
    if (!box) return;
    const max = Number(counter.dataset.max);
    counter.textContent = `${box.value.length.toLocaleString(document.documentElement.lang)} / ${max.toLocaleString(document.documentElement.lang)}`;
    counter.toggleAttribute("data-over", box.value.length > max);
  };

  const copy = async (button) => {
    const source = document.getElementById(button.dataset.copy);
    const word = button.querySelector("[data-copy-word]") || button;
    const before = word.textContent;
    try {
      await navigator.clipboard.writeText(source.value ?? source.textContent);
      word.textContent = button.dataset.done;
      setTimeout(() => { word.textContent = before; }, 2000);
    } catch {
      getSelection().selectAllChildren(source); // no clipboard here: leave it selected, ready to copy by hand
    }
  };

  document.addEventListener("click", (event) => {
    const opener = near(event, "[data-open]");
    const dialog = opener && document.getElementById(opener.dataset.open);
    if (dialog && dialog.showModal) {
      event.preventDefault();
      dialog.showModal();
    }
    if (near(event, "[data-close]")) near(event, "dialog")?.close();
    if (event.target instanceof HTMLDialogElement) event.target.close(); // a click beside it
    const copier = near(event, "[data-copy]");
    if (copier) copy(copier);
    near(event, "[data-close-toast]")?.closest("[data-toast]").remove();
    if (near(event, "[data-print]")) print();
    const inside = near(event, "[data-menu]");
    all("[data-menu][open]").forEach((menu) => { if (menu !== inside) menu.open = false; });
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      const menu = near(event, "[data-menu][open]") || document.querySelector("[data-menu][open]");
      if (menu) {
        menu.open = false;
        menu.querySelector("summary").focus();
      }
    }
    if (event.key === "Enter" && near(event, "[data-no-enter]")) event.preventDefault();
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (near(event, "input, textarea, select, [contenteditable]")) return;
    const search = document.querySelector("[data-search]");
    if (search) {
      event.preventDefault();
      search.focus();
      search.select();
    }
  });

  document.addEventListener("input", (event) => {
    const counter = event.target.id && document.querySelector(`[data-counter="${CSS.escape(event.target.id)}"]`);
    if (counter) count(counter);
  });

  document.addEventListener("change", (event) => {
    const drop = near(event, "[data-drop]");
    if (drop && event.target.files) {
      const names = [...event.target.files].map((file) => `${file.name} · ${size(file.size)}`);
      drop.querySelector("[data-drop-name]").textContent = names.join(", ");
    }
    const picker = near(event, "[data-pick-all]");
    if (picker) all(`input[name="${CSS.escape(picker.dataset.pickAll)}"]`, picker.form || document).forEach((box) => { box.checked = picker.checked; });
    const picked = near(event, ".picker__results") && near(event, ".picker__item");
    if (picked) { // what was chosen stays when the next search replaces what was found
      const chosen = picked.closest("[data-picker]").querySelector("[data-picker-chosen]");
      const twin = chosen.querySelector(`[value="${CSS.escape(event.target.value)}"]`);
      if (twin) picked.remove();
      else chosen.append(picked);
      (twin || event.target).checked = true;
      (twin || event.target).focus();
    }
    if (near(event, "[data-submit-on-change]") && event.target.matches("select, [type=checkbox], [type=radio], [type=date]")) event.target.form.requestSubmit();
  });

  const size = (bytes) => {
    const [figure, unit] = bytes < 1e6 ? [bytes / 1e3, "kilobyte"] : [bytes / 1e6, "megabyte"];
    return new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit, maximumFractionDigits: 1 }).format(figure);
  };

  // Dropping a file gives it to the ordinary file field.
  const over = (event, on) => {
    const drop = near(event, "[data-drop]");
    if (!drop) return null;
    event.preventDefault();
    drop.toggleAttribute("data-over", on);
    return drop;
  };
  document.addEventListener("dragover", (event) => over(event, true));
  document.addEventListener("dragleave", (event) => over(event, false));
  document.addEventListener("drop", (event) => {
    const field = over(event, false)?.querySelector('input[type="file"]');
    if (!field || !event.dataTransfer.files.length) return;
    field.files = event.dataTransfer.files;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  });

  // A form goes once, however fast its button is pressed.
  document.addEventListener("submit", (event) => {
    if (event.target.method !== "post" || event.defaultPrevented) return;
    if (event.target.dataset.sent) event.preventDefault();
    event.target.dataset.sent = "yes";
    setTimeout(() => { delete event.target.dataset.sent; }, 3000);
  });
  addEventListener("pageshow", () => all("form[data-sent]").forEach((form) => { delete form.dataset.sent; }));

  document.addEventListener("htmx:load", (event) => wake(event.target));
  document.addEventListener("htmx:afterRequest", (event) => { delete event.target.closest("form")?.dataset.sent; });
  wake(document);
})();
