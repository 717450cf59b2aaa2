// Runs once, when the list of documents is first shown. `element` and `trigger` are given by gradio.
element.addEventListener("click", (event) => {
  const title = event.target.closest("button[data-source]");
  if (title) {
    trigger("select", { source: title.dataset.source });
    return;
  }
  const use = event.target.closest("button[data-use]");
  if (use) {
    trigger("apply", { source: use.dataset.use });
    return;
  }
  const remove = event.target.closest("button[data-remove]");
  if (!remove) {
    return;
  }
  if (remove.dataset.asked) {
    trigger("delete", { source: remove.dataset.remove });
    return;
  }
  const name = remove.textContent;
  const label = remove.getAttribute("aria-label");
  remove.dataset.asked = "yes";
  remove.textContent = remove.dataset.sure;
  remove.setAttribute("aria-label", remove.dataset.sure);
  remove.addEventListener("blur", () => {
    delete remove.dataset.asked;
    remove.textContent = name;
    remove.setAttribute("aria-label", label);
  }, { once: true });
});
