// Runs once, when a review is first shown. `element` and `trigger` are given by gradio.
element.addEventListener("click", (event) => {
  const source = event.target.closest("button[data-rule]");
  if (source) {
    element.querySelectorAll("button[aria-current]").forEach((other) => other.removeAttribute("aria-current"));
    source.setAttribute("aria-current", "true");
    trigger("select", { rule: source.dataset.rule });
    return;
  }
  const mark = event.target.closest("mark[data-faults]");
  if (mark) {
    element.querySelectorAll("[data-fault][aria-current]").forEach((other) => other.removeAttribute("aria-current"));
    const fault = element.querySelector(`[data-fault="${mark.dataset.faults.split(", ")[0]}"]`);
    fault?.setAttribute("aria-current", "true");
    fault?.scrollIntoView({ block: "nearest" });
  }
});
