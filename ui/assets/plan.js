// Runs once, when the place of the plan is first shown. `element`, `trigger` and `watch` are given by gradio.
let changing = false;
const unfolded = new Set();

element.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) {
    return;
  }
  if (button.matches("[data-number], [data-finding]")) {
    element.querySelectorAll("[aria-current]").forEach((other) => other.removeAttribute("aria-current"));
    button.setAttribute("aria-current", "true");
    const { number, at, finding } = button.dataset;
    trigger("select", finding === undefined ? { number, at } : { finding });
  } else if (button.matches("[data-jump]")) {
    const heading = element.querySelector(`[data-section="${CSS.escape(button.dataset.jump)}"] h3`);
    heading?.scrollIntoView({ block: "start" });
    heading?.focus({ preventScroll: true });
  } else if (button.matches("[data-changing]")) {
    changing = !changing;
    showChanging();
  } else if (button.matches("[data-change]")) {
    openEditor(button);
  } else if (button.matches("[data-save]")) {
    const editor = button.closest(".editor");
    const [place, text] = [editor.dataset.place, editor.querySelector("textarea").value];
    closeEditor(editor);
    trigger("edit", { place, text });
  } else if (button.matches("[data-cancel]")) {
    closeEditor(button.closest(".editor"));
  }
});

element.addEventListener("keydown", (event) => {
  const editor = event.target.closest(".editor");
  if (editor && event.key === "Escape") {
    closeEditor(editor);
  }
});

// Such events don't bubble, hence the capture.
element.addEventListener("toggle", (event) => {
  const place = event.target.dataset.of;
  if (place) {
    unfolded[event.target.open ? "add" : "delete"](place);
  }
}, true);

watch("value", () => {
  showChanging();
  for (const place of unfolded) {
    element.querySelector(`[data-of="${CSS.escape(place)}"]`)?.setAttribute("open", "");
  }
});

// Whether lines can be changed survives that the plan is shown anew.
function showChanging() {
  element.querySelector(".plan")?.classList.toggle("changing", changing);
  element.querySelector("[data-changing]")?.setAttribute("aria-pressed", String(changing));
}

function openEditor(button) {
  const cell = button.previousElementSibling;
  const words = element.querySelector(".plan").dataset;
  const editor = document.createElement("span");
  editor.className = "editor";
  editor.dataset.place = cell.dataset.place;
  const field = document.createElement("textarea");
  field.value = cell.textContent;
  field.rows = 3;
  field.maxLength = 2000;
  field.setAttribute("aria-label", words.label);
  editor.append(field);
  for (const [name, text] of [["save", words.saves], ["cancel", words.cancels]]) {
    const choice = document.createElement("button");
    choice.type = "button";
    choice.className = "plain";
    choice.dataset[name] = "";
    choice.textContent = text;
    editor.append(choice);
  }
  cell.hidden = button.hidden = true;
  button.after(editor);
  field.focus();
}

function closeEditor(editor) {
  const button = editor.previousElementSibling;
  button.hidden = button.previousElementSibling.hidden = false;
  editor.remove();
  button.focus();
}
