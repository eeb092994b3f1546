// Everything here only eases what works without it: the menu as a button, focus on errors, sums while typing,
// fields that are not asked, file sizes said before sending, a warning before typed text is left behind.
"use strict";

(() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

  // The menu on the phone: the link to #danh-muc becomes a button.
  const link = $("[data-menu]"), nav = $("#danh-muc");
  if (link && nav) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = link.className;
    button.innerHTML = link.innerHTML;
    button.setAttribute("aria-expanded", "false");
    button.setAttribute("aria-controls", "danh-muc");
    button.addEventListener("click", () => button.setAttribute("aria-expanded", nav.classList.toggle("open")));
    link.replaceWith(button);
  }

  // A decimal as people type it: "8,5" or "8.5"; NaN for anything else.
  const decimal = (text) => {
    const plain = text.trim().replace(",", ".");
    return /^[0-9]+(\.[0-9]+)?$/.test(plain) ? Number(plain) : NaN;
  };
  const said = (value) => String(Math.round(value * 1000) / 1000).replace(".", ",");

  // Sentences stand in the templates, with {named} places.
  const fill = (sentence, facts) => sentence.replace(/\{(\w+)\}/g, (_, name) => facts[name]);

  // Sum, number of criteria done, and the reason of a difference.
  const sumUp = (table) => {
    let sum = 0, met = 0, done = 0, points = false;
    for (const field of $$("[data-mine]", table)) {
      const text = field.value.trim();
      if (text !== "") done += 1;
      if (field.tagName === "SELECT") { if (text === "co") met += 1; } else { points = true; sum += decimal(text) || 0; }
      ask(field, text);
    }
    const bar = $("[data-sum]");
    if (!bar) return;
    const mine = $("[data-sum-mine]", bar), count = $("[data-sum-done]", bar);
    if (mine) mine.textContent = said(points ? sum : met);
    if (count) count.textContent = done;
  };
  const ask = (field, text) => {
    const row = field.closest("tr").nextElementSibling, box = row && $("[data-reason]", row);
    if (!box) return;
    const other = field.dataset.against, area = $("textarea", box);
    const most = Number(field.dataset.most || Infinity);
    const differs = text !== "" && other !== "" && !(decimal(text) > most) && (field.tagName === "SELECT" ? text !== other : decimal(text) !== Number(other));
    const gap = field.tagName === "SELECT" ? NaN : decimal(text) - Number(other);
    if (differs && !Number.isNaN(gap)) $("[data-words]", box).textContent = fill(field.closest("[data-score]").dataset[gap < 0 ? "lower" : "higher"], { n: said(Math.abs(gap)) });
    box.hidden = !differs && area.value.trim() === "" && area.getAttribute("aria-invalid") !== "true";
  };

  // Fields that are not asked for under what is chosen are put away, as long as nothing stands in them.
  const valueOf = (form, name) => {
    const field = form.elements.namedItem(name);
    if (!field) return "";
    if (field instanceof RadioNodeList) return field.value;
    return field.type === "checkbox" ? (field.checked ? field.value : "khong") : field.value;
  };
  const isFilled = (box) => $$("input, select, textarea", box).some((field) =>
    field.type === "checkbox" || field.type === "radio" ? field.checked && field.value !== "" : field.type !== "hidden" && field.value.trim() !== "");
  const putAway = (form) => {
    for (const box of $$("[data-off]", form)) {
      const rules = JSON.parse(box.dataset.off);
      const off = rules.some((rule) => Object.entries(rule).every(([name, values]) => values.includes(valueOf(form, name))));
      box.hidden = off && !isFilled(box);
    }
  };

  // One sentence before an element, said aloud; the next one under the same name takes its place.
  const tell = (before, id, words) => {
    $("#" + CSS.escape(id))?.remove();
    if (!words) return;
    const line = document.createElement("p");
    line.id = id;
    line.className = "err";
    line.setAttribute("role", "alert");
    line.textContent = words;
    before.before(line);
  };

  // A file that is too large is named before it is sent. The limit stands in the form (data-most-bytes).
  const heavy = (field) => {
    const most = Number(field.form.dataset.mostBytes || 0);
    return [...field.files].filter((file) => most && file.size > most).map((file) =>
      fill(field.form.dataset.heavy, { name: file.name, size: Math.ceil(file.size / 1048576), most: most / 1048576 })).join(" ");
  };
  const weigh = (field) => tell(field, field.id + "-nang", heavy(field));

  // What could not be sent is said beside what was pressed; everything typed and chosen stays on the page.
  const unsent = (pressed, words) => {
    const at = pressed?.closest(".acts") ?? pressed ?? $("main h1");
    tell(at, "chua-gui", words);
    $("#chua-gui")?.scrollIntoView({ block: "nearest" });
  };

  // Texts that were sent are kept in this tab until a page of ours has answered: after a cut line the form shows
  // them again, by "back" or opened anew. Files cannot be given back by a script; the page says so.
  const SENT = "sent", place = location.pathname + location.search;
  const isTyped = (field) => field.name && !/^(hidden|file|password|submit|button)$/.test(field.type);
  const keepTyped = (form) => {
    const typed = [...form.elements].filter(isTyped).map((field) => [field.name, field.value, field.checked ?? null]);
    try { sessionStorage.setItem(place, JSON.stringify(typed)); sessionStorage.setItem(SENT, place); } catch { /* full */ }
  };
  const giveBack = () => {
    const form = $("form[data-guard]"), kept = sessionStorage.getItem(place), sent = sessionStorage.getItem(SENT);
    const isAnswer = sent && performance.getEntriesByType("navigation")[0]?.type !== "back_forward";
    sessionStorage.removeItem(SENT);
    if (isAnswer && !$(".errors, [data-unmade]")) return sessionStorage.clear();
    if (isAnswer || !form || !kept) return;
    const rest = [...form.elements].filter(isTyped);
    for (const [name, value, ticked] of JSON.parse(kept)) {
      const isOne = /^(checkbox|radio)$/, at = rest.findIndex((field) => field.name === name && (!isOne.test(field.type) || field.value === value));
      if (at < 0) continue;
      const [field] = rest.splice(at, 1);
      if (isOne.test(field.type)) field.checked = ticked; else field.value = value;
    }
    form.dataset.typed = "1";
    unsent(form, document.body.dataset.back);
  };

  const dress = (root) => {
    $$("[data-score]", root).forEach(sumUp);
    $$("form", root).forEach(putAway);
  };

  document.addEventListener("input", (event) => {
    const field = event.target, table = field.closest("[data-score]");
    if (table) sumUp(table);
    const form = field.closest("form[data-guard]");
    if (form) form.dataset.typed = "1";
  });
  document.addEventListener("change", (event) => {
    const field = event.target;
    if (field.matches("[data-file]")) weigh(field);
    if (field.form) putAway(field.form);
    if (field.matches("[data-show]")) $("#" + CSS.escape(field.dataset.show)).type = field.checked ? "text" : "password";
    if (field.name && field.form?.dataset.count !== undefined) recount(field.form);
  });

  // "Ghi kết quả 9 hồ sơ": the button counts what is ticked.
  const recount = (form) => {
    const ticked = $$("[data-pick]:checked", form).length;
    $$("[data-ticked]", form).forEach((place) => { place.textContent = ticked; });
  };

  // "Chọn tất cả" is a box only the script can keep true.
  document.addEventListener("click", (event) => {
    const all = event.target.closest("[data-pick-all]");
    if (all) { $$("[data-pick]", all.form).forEach((box) => { box.checked = all.checked; }); recount(all.form); }
    const copy = event.target.closest("[data-copy]");
    if (copy) {
      const from = $("#" + CSS.escape(copy.dataset.copy));
      navigator.clipboard?.writeText(from.value ?? from.textContent).then(() => { $("[data-copied]")?.removeAttribute("hidden"); });
    }
    if (event.target.closest("[data-print]")) window.print();
  });

  // What cannot arrive is not sent: no line, or a file beyond the limit.
  document.addEventListener("submit", (event) => {
    const form = event.target, files = $$("[data-file]", form);
    const words = navigator.onLine ? files.map(heavy).join(" ").trim() : document.body.dataset.cut;
    unsent(event.submitter, words);
    if (words) event.preventDefault();
  });

  // Nothing typed is lost by a wrong click.
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    if (event.target.matches("[data-guard]")) keepTyped(event.target);
    delete event.target.dataset.typed;
    event.target.dataset.sent = "1";
  });
  window.addEventListener("beforeunload", (event) => {
    if ($$("form[data-guard]").some((form) => form.dataset.typed && !form.dataset.sent)) event.preventDefault();
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.requestConfig?.elt?.id === "luu" && event.detail.successful) $$("form[data-guard]").forEach((form) => { delete form.dataset.typed; });
  });

  // What a button of rows swapped in gets its focus from `autofocus`; a new heading takes it otherwise.
  document.addEventListener("htmx:afterSwap", (event) => {
    dress(document);
    $("[data-focus], h1[tabindex]", event.detail.target)?.focus?.();
  });
  document.addEventListener("htmx:xhr:progress", (event) => {
    const bar = $("progress", event.target.closest(".upload") ?? event.target);
    if (bar && event.detail.lengthComputable) { bar.hidden = false; bar.max = event.detail.total; bar.value = event.detail.loaded; }
  });

  // A refusal with its form is shown in its place; what brought no answer, or another page, is said in words.
  const shown = [409, 422];
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (shown.includes(event.detail.xhr.status)) { event.detail.shouldSwap = true; event.detail.isError = false; }
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const { elt, xhr } = event.detail, said = document.body.dataset;
    $$("progress", elt.closest(".upload") ?? elt).forEach((bar) => { bar.hidden = true; });
    if (xhr.status === 0) { setTimeout(() => unsent(elt, said.cut), 300); return; }  // not on a page that is being left
    unsent(elt, xhr.status === 401 ? said.ended : xhr.status >= 400 && !shown.includes(xhr.status) ? said.refused : "");
  });
  document.addEventListener("htmx:configRequest", (event) => {
    const files = $$("[data-file]", event.detail.elt.closest("form") ?? document.createElement("p"));
    const words = event.detail.elt.matches("button") ? files.map(heavy).join(" ").trim() : "";
    if (words) { event.preventDefault(); unsent(event.detail.elt, words); }
  });

  giveBack();
  dress(document);
  $("[data-focus]")?.focus();
})();
