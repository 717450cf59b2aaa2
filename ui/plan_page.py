"""The place “Plan”: a brief goes in, a plan grows section by section, and is looked at, changed and taken away."""

# Gradio reads the annotations of event handlers at run time, and only inside the functions below is gradio imported:
# hence no `from __future__ import annotations` here.

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from advisor.brief import QUESTIONS, Brief, parse_brief, told_brief
from advisor.domain import Claim, Verdict
from advisor.errors import AdvisorError, BriefError
from advisor.planning.frameworks import VIEWS, view
from advisor.planning.plan import Plan

from . import evidence_pane, words
from .answering import explain
from .browser import asset, number, sent
from .earlier import build as earlier_of
from .language import Rendered, label, say
from .memory import Memory, new_id
from .plan_rendering import render_begun, render_failure, render_note, render_plan, render_welcome
from .rendering import render_head
from .shelf import Shelf
from .visitors import user_of, working_for

if TYPE_CHECKING:
    import gradio as gr

    from advisor.knowledge_base import KnowledgeBase
    from advisor.service import Advisor

READ = ("docx", "html", "md")
"""Those that are read, in the chosen view; the others are worked with, and have the full plan."""
Folder = TemporaryDirectory[str]
"""Where the files of one browser session are written; it goes when the session does."""
AT_ONCE = 2
"""Plans that are drafted at the same time, over all tabs."""


def build(
    app: "gr.Blocks",
    advisor: "Advisor",
    kb: "KnowledgeBase",
    shelf: Shelf,
    memory: Memory,
    unused: "gr.State",
    evidence: "gr.HTML",
) -> Rendered:
    """Add the components of the place to the page, wire them, and return those that know no language yet.

    Args:
        app: The page.
        advisor: Drafts the plans.
        kb: Where the sources are.
        shelf: Which of them a user sees.
        memory: What is kept of the plans.
        unused: Ids of the sources that the user leaves out for now.
        evidence: The evidence pane.
    """
    import gradio as gr
    from gradio.events import api

    def controls(*, drafting: bool, there: bool) -> tuple[Any, ...]:
        """Return the buttons and the choice of the view for a plan that is being drafted, or is there, or isn't."""
        return (
            gr.Button(visible=not drafting),
            gr.Button(visible=drafting),
            gr.Dropdown(interactive=not drafting),
            gr.Row(visible=drafting or there),  # there from the beginning, so that nothing jumps at the end
            *(gr.Button(interactive=not drafting) for _ in words.FORMATS),
        )

    unchanged = (gr.skip(),) * (4 + len(words.FORMATS))

    def on_draft(
        present: Plan | None, id_: str, left_out: tuple[str, ...], shown: str, request: gr.Request, *answers: str
    ) -> Iterator[tuple[Any, ...]]:
        try:
            brief = told(answers)
        except BriefError as error:
            yield gr.skip(), id_, gr.skip(), render_failure(str(error)), gr.skip(), gr.skip(), *unchanged
            return
        user = working_for(request)
        # Of a finished plan for the same business, what the brief doesn't change stands, and what the reader wrote.
        same = present is not None and present.complete and present.brief.business == brief.business
        id_ = id_ if same else new_id()
        folded = gr.Accordion(open=False)
        yield gr.skip(), id_, render_begun(), "", folded, gr.skip(), *controls(drafting=True, there=False)
        plan = None
        try:
            for plan in advisor.stream_plan(brief, present if same else None, sources=shelf.scope(user, left_out)):
                yield plan, id_, seen(plan, shown, running=True), *(gr.skip(),) * 3, *unchanged
            listed = kept_as(user, id_, plan)
            yield gr.skip(), id_, seen(plan, shown), "", gr.skip(), listed, *controls(drafting=False, there=True)
        except Exception as error:
            kept = plan if plan is not None else present
            form = gr.Accordion(open=plan is None)
            ended = controls(drafting=False, there=kept is not None)
            yield kept, id_, seen(kept, shown), render_failure(explain(error)), form, gr.skip(), *ended

    def kept_as(user: str, id_: str, plan: Plan | None) -> Any:
        """Keep a plan and return the list with it."""
        if plan is not None and id_:
            memory.keep_plan(user, id_, plan)
        return earlier.refreshed(user, id_)

    def on_stop(plan: Plan | None, id_: str, shown: str, request: gr.Request) -> tuple[Any, ...]:
        listed = kept_as(user_of(request), id_, plan)
        return seen(plan, shown), listed, *controls(drafting=False, there=plan is not None)

    def on_open(chosen: str | None, shown: str, request: gr.Request) -> tuple[Any, ...]:
        kept = memory.plan(user_of(request), chosen) if chosen else None
        answers = [question.answer(kept.brief) if kept is not None else "" for question in QUESTIONS]
        there = controls(drafting=False, there=kept is not None)
        return (
            kept,
            chosen if kept is not None else "",
            seen(kept, shown),
            "",
            gr.Accordion(open=kept is None),
            *there,
            *answers,
        )

    def on_example() -> tuple[str, ...]:
        return tuple(question.example for question in QUESTIONS)

    def on_view(plan: Plan | None, shown: str) -> Any:
        return seen(plan, shown) if plan is not None else gr.skip()

    def on_chip(plan: Plan | None, event: gr.EventData) -> str:
        data = sent(event)
        cited, found = number(data.get("number")), number(data.get("finding"))
        citation = None
        if plan is not None and 0 <= found < len(plan.findings):
            citation = plan.findings[found].citation
        elif plan is not None:
            citation = next((c for c in plan.citations if c.number == cited), None)
        if plan is None or citation is None:
            return evidence_pane.render_unknown()
        return evidence_pane.render_citation(
            kb, citation, judged(plan, str(data.get("at", ""))), back=words.BACK_TO_PLAN
        )

    def on_edit(
        plan: Plan | None, id_: str, shown: str, event: gr.EventData, request: gr.Request
    ) -> tuple[Any, Any, str]:
        if plan is None:
            return gr.skip(), gr.skip(), ""
        try:
            changed = advisor.edit_plan(plan, str(sent(event).get("place", "")), str(sent(event).get("text", "")))
        except AdvisorError as error:
            return gr.skip(), gr.skip(), render_failure(str(error))
        kept_as(user_of(request), id_, changed)
        return changed, seen(changed, shown), render_note(say(words.PLAN_EDITED)) if changed is not plan else ""

    def on_export(form: str, plan: Plan | None, shown: str, folder: Folder | None) -> tuple[Any, str, Any]:
        if plan is None:
            return None, "", folder
        try:
            folder = folder or Folder(prefix="plan-")
            viewed = view(plan, shown) if shown in VIEWS and form in READ else plan
            return str(viewed.export(Path(folder.name) / f"plan.{form}")), "", folder
        except Exception as error:
            return None, render_failure(explain(error)), folder

    def plan(brief: dict[str, Any], request: gr.Request) -> dict[str, Any]:
        """Draft a plan from a brief (``{"business": …}``); the result has the fields of ``advisor.Plan``."""
        user = working_for(request)
        try:
            sources = shelf.scope(user)
            return advisor.plan(parse_brief(brief), sources=sources).model_dump(mode="json")
        except Exception as error:
            raise gr.Error(explain(error)) from error

    state, open_id = gr.State(), gr.State("")
    folder = gr.State()
    earlier = earlier_of(app, memory, "plans", label(words.EARLIER_PLANS))
    with gr.Accordion(label(words.BRIEF_HEADING), open=True, elem_id="brief") as brief_form:
        head = gr.HTML(
            render_head("", words.BRIEF_HELP),
            apply_default_css=False,
            js_on_load=None,
            elem_classes="place-head",
        )
        with gr.Row(elem_id="brief-fields"):
            fields = [
                gr.Textbox(
                    label=label(question.text),
                    placeholder=label(words.FOR_EXAMPLE.format(example=question.example)),
                    elem_id=f"brief-{question.field.replace('_', '-')}",
                    max_length=1000,
                    min_width=260,
                )
                for question in QUESTIONS
            ]
        example = gr.Button(label(words.BRIEF_EXAMPLE), elem_id="brief-example", size="sm", scale=0, min_width=160)
    with gr.Row(elem_id="plan-actions"):
        draft = gr.Button(label(words.PLAN_DRAFT), variant="primary", elem_id="draft", scale=0, min_width=160)
        stop = gr.Button(label(words.STOP), visible=False, elem_id="plan-stop", scale=0, min_width=100)
    said = gr.HTML("", elem_id="plan-said", apply_default_css=False, js_on_load=None)
    with gr.Row(visible=False, elem_id="plan-downloads") as downloads:
        shown = gr.Dropdown(
            views(),
            value="full",
            label=label(words.PLAN_VIEW),
            elem_id="plan-view",
            scale=1,
            min_width=180,
            filterable=False,
        )
        formats = {
            form: gr.Button(label(name), size="sm", scale=0, min_width=90, elem_id=f"plan-{form}")
            for form, name in words.FORMATS.items()
        }
        ready = gr.DownloadButton(elem_id="plan-file")  # unseen; a script presses it when the file is there
    drafted = gr.HTML(render_welcome(), elem_id="plan", apply_default_css=False, js_on_load=asset("plan.js"))

    example.click(on_example, outputs=fields, api_visibility="private", show_progress="hidden")
    controlled = [draft, stop, shown, downloads, *formats.values()]
    work = draft.click(
        on_draft,
        inputs=[state, open_id, unused, shown, *fields],
        outputs=[state, open_id, drafted, said, brief_form, earlier.listed, *controlled],
        concurrency_limit=AT_ONCE,
        api_visibility="private",
        show_progress="hidden",
    )
    stop.click(
        on_stop,
        inputs=[state, open_id, shown],
        outputs=[drafted, earlier.listed, *controlled],
        cancels=[work],
        api_visibility="private",
        show_progress="hidden",
    )
    earlier.listed.input(
        on_open,
        inputs=[earlier.listed, shown],
        outputs=[state, open_id, drafted, said, brief_form, *controlled, *fields],
        cancels=[work],
        api_visibility="private",
        show_progress="hidden",
    )
    shown.change(on_view, inputs=[state, shown], outputs=[drafted], api_visibility="private", show_progress="hidden")
    drafted.select(
        on_chip,
        inputs=[state],
        outputs=[evidence],
        api_visibility="private",
        show_progress="hidden",
        trigger_mode="multiple",
    )
    drafted.edit(
        on_edit,
        inputs=[state, open_id, shown],
        outputs=[state, drafted, said],
        api_visibility="private",
        show_progress="hidden",
    )
    for form, button in formats.items():
        button.click(
            partial(on_export, form),
            inputs=[state, shown, folder],
            outputs=[ready, said, folder],
            api_visibility="private",
            show_progress="hidden",
        ).success(None, js="() => document.querySelector('#plan-file')?.click()", api_visibility="private")
    api(plan, api_name="plan")
    return {
        head: lambda: render_head("", words.BRIEF_HELP),
        shown: lambda: gr.Dropdown(choices=views()),
        drafted: render_welcome,
    }


def views() -> list[tuple[str, str]]:
    """Return the views of a plan: what they are called, and by which name they are known."""
    return [(say(words.VIEWS[name]), name) for name in ("full", *VIEWS)]


def told(answers: tuple[str, ...]) -> Brief:
    """Return the brief that the answers to the questions make; what is empty was skipped.

    Raises:
        BriefError: Something can't be used; the message names the field.
    """
    values: dict[str, object] = {}
    for question, answer in zip(QUESTIONS, answers, strict=True):
        if answer and answer.strip():
            values |= question.filled(answer.strip())
    return told_brief(values, words.BRIEF_NAME)


def seen(plan: Plan | None, shown: str, *, running: bool = False) -> str:
    """Return a plan in the chosen view."""
    if plan is None:
        return render_welcome()
    if shown not in VIEWS:
        return render_plan(plan, running=running)
    return render_plan(view(plan, shown), running=running, places=plan)


def judged(plan: Plan, place: str) -> Verdict | None:
    """Return the verdict of a cell; ``None`` if the place names none that was judged."""
    cell = dict(plan.cells()).get(place)
    if cell is None or cell.status is None:
        return None
    reasons = (cell.basis,) if cell.basis else ()
    return Verdict(claim=Claim(text=cell.text), status=cell.status, score=cell.score or 0.0, reasons=reasons)
