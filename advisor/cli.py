"""The command line. Heavy imports stay inside the verb that needs them."""

from __future__ import annotations

import gc
import io
import json
import os
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn, cast

import typer

from advisor.errors import AdvisorError

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, ConsoleRenderable, RenderResult
    from rich.table import Table

    from advisor.brief import Brief
    from advisor.coverage import Coverage
    from advisor.domain import Answer, CheckedSentence, CheckReport, Citation, IngestReport, Source
    from advisor.knowledge_base import KnowledgeBase
    from advisor.planning.plan import Finding, Plan
    from advisor.planning.reviewing import Review, TextKind
    from advisor.ports import ProgressCallback
    from advisor.settings import Settings

EXIT_ERROR = 1
EXIT_NO_EVIDENCE = 3
EXIT_NOT_SUPPORTED = 3
EXIT_STOPPED = 130

UNLIMITED = 1_000_000
"""Width of what is no terminal, in columns."""

CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""Control characters (C0, DEL, C1) other than tab and newline: in a document they could steer the terminal."""

GAPS_SHOWN = 20
"""Most gaps that are printed by name."""

REJECTED_SHOWN = 10
"""Most files that a check names as not read; the JSON has them all."""

STANDARD_INPUT = Path("-")

STOPPED = "Stopped. What was done so far is kept."

app = typer.Typer(
    name="advisor",
    help="A social media strategy advisor whose every line is traced to a source and was checked against it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"Strategy Advisor {version('strategy-advisor')}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """Take the options that no verb is needed for."""


DataDir = Annotated[
    Path | None, typer.Option("--data-dir", help="Folder of the index. [default: ./.advisor]", show_default=False)
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


def run() -> NoReturn:
    """Run the command line as a process of its own, and end it at once.

    All files are closed by then. Taking Chroma and onnxruntime apart would cost a fifth of a second and gain nothing.
    """
    # Imports make very many objects, and they stay: to look for garbage among them takes a twentieth of the start.
    gc.set_threshold(50_000)
    code = 0
    try:
        main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def main() -> None:
    """Run the command line; turn our own errors and those of files into one message and exit code 1."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # not every terminal knows every character
    try:
        app()
    except AdvisorError as error:
        _fail(str(error))
    except OSError as error:
        reason = error.strerror or str(error) or type(error).__name__
        _fail(
            f"{error.filename}: {reason}. Check that the disk has room and that you may read and write there."
            if error.filename is not None
            else f"Reading or writing a file failed: {reason}. Check that the disk has room."
        )
    except KeyboardInterrupt:
        _fail(STOPPED, code=EXIT_STOPPED)
    except SystemExit as end:
        if end.code == EXIT_STOPPED:  # what Typer makes of Ctrl-C
            _fail(STOPPED, code=EXIT_STOPPED)
        raise


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="The question, in your own words.")],
    source: Annotated[list[str] | None, typer.Option("--source", help="Answer only from this source (id).")] = None,
    model: Annotated[str | None, typer.Option("--model", help="Chat model that drafts, provider:name.")] = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Answer a question, every sentence with its source. Exit code 3 if the sources don't answer it."""
    gc.disable()  # one short run: collecting over the imports costs a tenth of it and frees nothing
    from advisor.assembly import build_advisor, open_knowledge

    settings = _settings(data_dir, model=model)
    with _progress(quiet=as_json) as progress:
        kb = open_knowledge(settings, progress=progress)
    with kb:
        answer = build_advisor(settings, kb).ask(question, sources=source or None)
        if as_json:
            _print_json(_answer_json(answer))
        else:
            _print_answer(_console(), answer)
    if answer.status == "insufficient_evidence":
        raise typer.Exit(EXIT_NO_EVIDENCE)


@app.command()
def plan(
    brief: Annotated[Path | None, typer.Argument(help="Brief: YAML or JSON; at least “business: what it is”.")] = None,
    ask_me: Annotated[bool, typer.Option("--ask", help="Ask eight questions instead; each can be skipped.")] = False,
    out: Annotated[
        list[Path] | None,
        typer.Option("--out", help="File to write: .md .docx .xlsx .ics .json .html .yaml; may be repeated."),
    ] = None,
    view: Annotated[str | None, typer.Option("--view", help="The same plan as sostac, race, post or one-page.")] = None,
    update: Annotated[
        Path | None, typer.Option("--update", help="Saved plan: draft anew only what the brief changes; shows what.")
    ] = None,
    check: Annotated[
        Path | None, typer.Option("--check", help="Saved plan: name the cells whose sources changed or are gone.")
    ] = None,
    schema: Annotated[bool, typer.Option("--schema", help="Print the JSON schema of plans, and end.")] = False,
    model: Annotated[str | None, typer.Option("--model", help="Chat model that drafts, provider:name.")] = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Draft a strategy whose every line says where it comes from. Exit code 1 if a check or the linter finds errors."""
    from advisor.assembly import build_advisor, open_knowledge
    from advisor.brief import read_brief
    from advisor.planning.exporting import check_path, export
    from advisor.planning.frameworks import view as seen_as
    from advisor.planning.plan import Plan
    from advisor.planning.saving import read_plan

    if schema:
        _print_json(Plan.model_json_schema())
        return
    settings = _settings(data_dir, model=model)
    if check is not None:
        _check_plan(read_plan(check), settings, as_json)
        return
    before = read_plan(update) if update is not None else None
    if brief is not None:
        told = read_brief(brief)
    elif ask_me:
        told = _interview()
    elif before is not None:
        told = before.brief
    else:
        raise typer.BadParameter("give a brief, --ask, --update or --check", param_hint="BRIEF")
    for path in out or ():
        check_path(path)
    with _progress(quiet=as_json) as progress:
        kb = open_knowledge(settings, progress=progress)
        if told.documents:
            _take_in(kb, told.documents, brief, progress)
    with kb:
        drafted = _draft(build_advisor(settings, kb).stream_plan(told, before), quiet=as_json)
    shown = seen_as(drafted, view) if view is not None else drafted
    for path in out or ():
        export(shown, path)
    if as_json:
        _print_json(shown.model_dump(mode="json"))
    else:
        _print_plan(_console(), shown, before, out or ())
    if not drafted.complete:
        raise typer.Exit(EXIT_STOPPED)
    if any(finding.severity == "error" for finding in drafted.findings):
        raise typer.Exit(EXIT_ERROR)


@app.command()
def review(
    text: Annotated[
        Path,
        typer.Argument(
            help="Post, calendar or plan: Markdown, text, HTML, PDF, DOCX, or a saved plan; - reads a pipe."
        ),
    ],
    kind: Annotated[
        str | None, typer.Option("--kind", help="What it is: post, calendar or plan. [default: see]")
    ] = None,
    model: Annotated[str | None, typer.Option("--model", help="Chat model that suggests a wording for a post.")] = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Review somebody's post, calendar or plan: faults and strengths, each with a source. Exit code 1 at an error."""
    from typing import get_args

    from advisor.assembly import build_advisor, open_knowledge
    from advisor.planning.reviewing import TextKind as Kinds

    if kind is not None and kind not in get_args(Kinds):
        raise typer.BadParameter(f"choose one of {', '.join(get_args(Kinds))}", param_hint="--kind")
    settings = _settings(data_dir, model=model)
    given = _to_review(text, int(settings.max_file_mb * 1_000_000))
    with _progress(quiet=as_json) as progress:
        kb = open_knowledge(settings, progress=progress)
    with kb:
        found = build_advisor(settings, kb).review(given, cast("TextKind | None", kind))
    if as_json:
        _print_json(found.model_dump(mode="json"))
    else:
        _print_review(_console(), found)
    if any(finding.severity == "error" for finding in found.findings):
        raise typer.Exit(EXIT_ERROR)


@app.command()
def ingest(
    paths: Annotated[list[Path] | None, typer.Argument(help="Files and folders to take in.")] = None,
    bundled: Annotated[bool, typer.Option("--bundled", help="Only bring the bundled knowledge up to date.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")] = False,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Bring the index in step with your documents: Markdown, text, HTML, PDF, DOCX. Exit code 1 if any is rejected."""
    from advisor.assembly import open_knowledge

    if not paths and not bundled:
        raise typer.BadParameter("give files or folders, or --bundled", param_hint="PATHS")
    with _progress(quiet=as_json) as progress, open_knowledge(_settings(data_dir), progress=progress) as kb:
        report = kb.sync(*paths, dry_run=dry_run, progress=progress) if paths else None
        size, sources = len(kb), len(kb.sources())
    if report is None:
        if as_json:
            _print_json({"sources": sources, "passages": size})
        else:
            _console().print(f"The index is up to date: {sources} sources, {size} passages.")
        return
    if as_json:
        _print_json(report.model_dump(mode="json"))
    else:
        _print_report(_console(), report)
    if report.rejected:
        raise typer.Exit(EXIT_ERROR)


@app.command()
def sources(
    source_id: Annotated[str | None, typer.Argument(help="Show one source with its passages and flags.")] = None,
    remove: Annotated[bool, typer.Option("--remove", help="Remove the source from the index.")] = False,
    show_coverage: Annotated[
        bool, typer.Option("--coverage", help="Count the sources by topic, audience and platform.")
    ] = False,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """List the sources with their kind, date and flags, show or remove one, or count what they cover."""
    from advisor.assembly import coverage, open_knowledge

    if remove and source_id is None:
        raise typer.BadParameter("--remove needs the id of a source", param_hint="SOURCE_ID")
    if show_coverage and source_id is not None:
        raise typer.BadParameter("--coverage counts all sources; leave the id out", param_hint="SOURCE_ID")
    with _progress(quiet=as_json) as progress:
        kb = open_knowledge(_settings(data_dir), progress=progress)
    with kb:
        if show_coverage:
            _print_coverage(coverage(kb), as_json)
            return
        if source_id is None:
            _list_sources(kb.sources(), as_json)
            return
        source = kb.source(source_id)
        if remove:
            kb.remove(source_id)
            if as_json:
                _print_json({"removed": source_id})
            else:
                _console().print(f"Removed {source.title}.", markup=False)
            return
        passages = kb.passages(source_id)
        if as_json:
            _print_json({**source.model_dump(mode="json"), "passages": [p.model_dump(mode="json") for p in passages]})
            return
        console = _console()
        _list_sources((source,), as_json=False)
        for flag in source.flags:
            console.print(f"flag {flag.kind}: {flag.excerpt}", markup=False)
        for passage in passages:
            place = f"p. {passage.page}, " if passage.page else ""
            console.print(f"\n[{place}{passage.start}–{passage.end}] {' > '.join(passage.headings)}", markup=False)
            console.print(passage.text, markup=False, highlight=False)


@app.command()
def verify(
    text: Annotated[Path, typer.Argument(help="File with the text: Markdown, text, HTML, PDF, DOCX; - reads a pipe.")],
    against: Annotated[list[Path], typer.Option("--against", help="Documents: a file or folder; may be repeated.")],
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Check each sentence of any text against any documents. Exit code 3 if one that was checked isn't supported."""
    from advisor.assembly import build_verifier, open_embedder
    from advisor.checking import check_file, check_text

    settings = _settings(data_dir)
    limit = int(settings.max_file_mb * 1_000_000)
    piped = _standard_input(limit) if text == STANDARD_INPUT else None
    with _progress(quiet=as_json) as progress:
        embedder = open_embedder(settings, progress=progress)
        verifier = build_verifier(embedder)
        if piped is None:
            report = check_file(text, against, verifier, embedder=embedder, progress=progress, max_bytes=limit)
        else:
            report = check_text(piped, against, verifier, embedder=embedder, progress=progress, max_bytes=limit)
    if as_json:
        _print_json({**report.model_dump(mode="json"), "supported": report.supported, "counts": report.counts})
    else:
        _print_check(_console(), report)
    if not report.supported:
        raise typer.Exit(EXIT_NOT_SUPPORTED)


@app.command(name="eval")
def evaluate(
    split: Annotated[
        str,
        typer.Option(
            "--split",
            help="dev, test, coverage (the source documents' statements) or all; most thresholds are judged on test.",
        ),
    ] = "all",
    cases: Annotated[Path | None, typer.Option("--cases", help="Your own cases (YAML) instead of ours.")] = None,
    knowledge: Annotated[Path | None, typer.Option("--knowledge", help="Folder with documents of your own.")] = None,
    report: Annotated[Path | None, typer.Option("--report", help="Folder for the report.")] = None,
    model: Annotated[
        list[str] | None,
        typer.Option(
            "--model", help="Compare a chat model with the extractive default, provider:name; may be repeated."
        ),
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option(
            "--limit", min=1, help="Ask the models only so many questions, or propose at most so many with --generate."
        ),
    ] = None,
    generate: Annotated[
        Path | None,
        typer.Option("--generate", help="Ask nothing, but propose cases from these documents, for review by a person."),
    ] = None,
    judge: Annotated[
        Path | None, typer.Option("--judge", help="Folder with sets of claims that people judged, to try the judge on.")
    ] = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Measure correctness, support, citations and refusals on labelled questions. Exit code 1 below the thresholds."""
    from advisor.evals.runner import run_evals, run_proposals

    if generate is not None:
        if cases is not None or knowledge is not None or model:
            raise typer.BadParameter("leave out --cases, --knowledge and --model", param_hint="--generate")
        run_proposals(_settings(data_dir), generate, limit=limit, report=report, as_json=as_json)
        return
    passed = run_evals(
        _settings(data_dir),
        split=split,
        cases=cases,
        knowledge=knowledge,
        report=report,
        as_json=as_json,
        models=model or (),
        limit=limit,
        judge=judge,
    )
    if not passed:
        raise typer.Exit(EXIT_ERROR)


@app.command()
def ui(
    host: Annotated[str, typer.Option("--host", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int | None, typer.Option("--port", help="Port. [default: 7860 or the next free one]")] = None,
    open_browser: Annotated[bool, typer.Option("--open", help="Open the page in the browser.")] = False,
    mcp: Annotated[bool, typer.Option("--mcp", help="Serve ask, plan and review as MCP tools, too.")] = False,
    auth: Annotated[Path | None, typer.Option("--auth", help="File of the users who may sign in (TOML).")] = None,
    add: Annotated[
        str | None, typer.Option("--add-user", help="Add this user to the file of --auth, ask for a password, and end.")
    ] = None,
    auth_header: Annotated[
        str | None, typer.Option("--auth-header", help="Header in which your reverse proxy names who is signed in.")
    ] = None,
    model: Annotated[str | None, typer.Option("--model", help="Chat model that drafts, provider:name.")] = None,
    data_dir: DataDir = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the address as JSON.")] = False,
) -> None:
    """Start the chat in the browser at a local address."""
    if add is not None:
        _add_user(auth, add)
        return
    if auth is not None and auth_header is not None:
        raise typer.BadParameter("give one of --auth and --auth-header", param_hint="--auth")
    from advisor.ui.app import launch

    launch(
        _settings(data_dir, model=model),
        host=host,
        port=port,
        open_browser=open_browser,
        as_json=as_json,
        mcp=mcp,
        auth=auth,
        auth_header=auth_header,
    )


def _add_user(users: Path | None, name: str) -> None:
    """Ask for a password and add a user to a file."""
    from advisor.ui.users import add_user, checked_name

    if users is None:
        raise typer.BadParameter("name the file with --auth", param_hint="--add-user")
    password = typer.prompt(f"Password for {checked_name(name)}", hide_input=True, confirmation_prompt=True)
    add_user(users, name, password)
    _console().print(f"{name} may sign in now: advisor ui --auth {users}", markup=False)


def _interview() -> Brief:
    """Ask the questions of a brief in the terminal; an empty answer skips one."""
    from advisor.brief import QUESTIONS, told_brief
    from advisor.errors import BriefError

    console = _console(stderr=True)
    console.print("An empty answer skips a question; what is skipped becomes a stated assumption.")
    told: dict[str, object] = {}
    for question in QUESTIONS:
        while True:
            console.print(f"\n{question.text} (for example: {question.example})", markup=False)
            answer = console.input("> ").strip()
            if not answer:
                break
            try:
                told_brief({**told, **question.filled(answer)}, question.field)
            except BriefError as error:
                console.print(str(error), style="yellow", markup=False)
                continue
            told |= question.filled(answer)
            break
    return told_brief(told)


def _take_in(
    kb: KnowledgeBase, documents: Sequence[str], brief: Path | None, progress: ProgressCallback | None
) -> None:
    """Bring the documents that a brief names into the index; their paths count from the brief's folder."""
    from advisor.errors import BriefError

    folder = brief.parent if brief is not None else Path()
    for rejection in kb.sync(*(folder / document for document in documents), progress=progress).rejected:
        raise BriefError(f"documents: {rejection.path}: {rejection.reason}")


def _draft(growing: Iterator[Plan], quiet: bool) -> Plan:
    """Draft a plan; Ctrl-C keeps what is finished."""
    from advisor.domain import Progress
    from advisor.planning.outline import OUTLINE

    drafted = None
    try:
        with _progress(quiet) as progress:
            for drafted in growing:
                if progress is not None:
                    done = len(drafted.sections)
                    progress(Progress(stage="drafting the plan", done=done, total=len(OUTLINE)))
    except KeyboardInterrupt:
        if drafted is None:
            raise
    assert drafted is not None  # noqa: S101  # there is always a section
    return drafted


def _check_plan(saved: Plan, settings: Settings, as_json: bool) -> None:
    """Say which cells of a saved plan rest on sentences that are gone, and what the linter finds."""
    from advisor.assembly import open_knowledge
    from advisor.planning.changes import lost
    from advisor.planning.linter import lint

    with _progress(quiet=as_json) as progress, open_knowledge(settings, progress=progress) as kb:
        gone, findings = lost(saved, kb), lint(saved, kb)
    if as_json:
        found = [finding.model_dump(mode="json") for finding in findings]
        _print_json({"lost": [one._asdict() for one in gone], "findings": found})
    else:
        console = _console()
        for one in gone:
            console.print(f"{one.place}: “{one.text}” has lost its source: {one.source}, “{one.quote}”", markup=False)
        _print_findings(console, findings)
        cited = sum(bool(cell.cites) for _, cell in saved.cells())
        console.print(f"{cited} sourced cells checked, {len({one.place for one in gone})} have lost their source.")
    if gone or any(finding.severity == "error" for finding in findings):
        raise typer.Exit(EXIT_ERROR)


def _to_review(path: Path, limit: int) -> str | Plan:
    """Read what is to be reviewed: a saved plan, or the text of a document."""
    from advisor.ingest.loading import load_document
    from advisor.planning.saving import read_plan

    if path == STANDARD_INPUT:
        return _standard_input(limit)
    if path.suffix.lower() in (".yaml", ".yml", ".json"):
        return read_plan(path)
    return load_document(path, max_bytes=limit).text


def _standard_input(limit: int) -> str:
    """Read the text on standard input; one byte over the limit is enough for its refusal."""
    from advisor.ingest.decoding import decode

    return decode(Path("standard input"), sys.stdin.buffer.read(limit + 1))


# -- printing -------------------------------------------------------------------------------------------------------


def _settings(data_dir: Path | None, model: str | None = None) -> Settings:
    from advisor.settings import load_settings

    return load_settings(data_dir=data_dir, model=model)


def _console(stderr: bool = False) -> Console:
    from rich.console import Console, RenderHook
    from rich.segment import Segment

    class Harmless:
        """Something to print, without the control characters in its text."""

        def __init__(self, content: ConsoleRenderable) -> None:
            self._content = content

        def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
            for segment in console.render(self._content, options):
                yield segment if segment.control else Segment(CONTROLS.sub("", segment.text), segment.style)

    class MakeHarmless(RenderHook):
        def process_renderables(self, renderables: list[ConsoleRenderable]) -> list[ConsoleRenderable]:
            return [Harmless(each) for each in renderables]

    console = Console(stderr=stderr, highlight=False, soft_wrap=not sys.stdout.isatty())
    console.push_render_hook(MakeHarmless())
    return console


def _fail(message: str, code: int = EXIT_ERROR) -> NoReturn:
    sys.stderr.write(f"advisor: {CONTROLS.sub('', message)}\n")
    sys.exit(code)


def _print_json(value: object) -> None:
    unicode = (sys.stdout.encoding or "").lower().startswith("utf")
    text = json.dumps(value, ensure_ascii=not unicode, indent=2)
    # json escapes the controls below the space, but not those above.
    sys.stdout.write(re.sub(r"[\x7f-\x9f]", lambda found: f"\\u{ord(found[0]):04x}", text) + "\n")


@contextmanager
def _progress(quiet: bool = False) -> Iterator[ProgressCallback | None]:
    """Show progress on the error stream once there is any; nothing for programs."""
    if quiet:
        yield None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

    from advisor.domain import Progress as Step

    bars = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=_console(stderr=True),
        transient=True,
    )
    tasks: dict[str, TaskID] = {}

    def show(step: Step) -> None:
        if not tasks:
            bars.start()
        if step.stage not in tasks:
            tasks[step.stage] = bars.add_task(step.stage, total=None)
        bars.update(bars.task_ids[list(tasks).index(step.stage)], completed=step.done, total=step.total or None)

    try:
        yield show
    finally:
        if tasks:
            bars.stop()


def _answer_json(answer: Answer) -> dict[str, object]:
    return {
        **answer.model_dump(mode="json", exclude={"trace"}),
        "text": answer.text,
        "citations": [c.model_dump(mode="json") for c in answer.citations],
        "trace": answer.trace.model_dump(mode="json", exclude={"evidence"}),
    }


def _print_answer(console: Console, answer: Answer) -> None:
    from rich.markup import escape
    from rich.text import Text

    console.print(Text(answer.text, style="yellow" if not answer.verdicts else ""))
    for verdict in answer.verdicts:
        if verdict.status == "partial":
            console.print(
                f"[yellow]partly supported:[/] {escape(verdict.claim.text)} ({escape(' '.join(verdict.reasons))})"
            )
    if answer.citations:
        console.print("\n[bold]Sources[/]")
    for c in answer.citations:
        about = ", ".join(filter(None, [c.source.author, c.source.published, f"page {c.page}" if c.page else None]))
        place = f"{c.source.title}{f' ({about})' if about else ''}, characters {c.start}–{c.end}"
        console.print(f"[bold]\\[{c.number}][/] {escape(place)}")
        console.print(f"    [dim]“{escape(' '.join(c.quote.split()))}”[/]")
    if answer.withheld:
        console.print(f"\n[bold]Withheld[/] ({len(answer.withheld)}): drafted, but not shown")
        for verdict in answer.withheld:
            console.print(f"[dim]- {escape(verdict.claim.text)} ({escape(' '.join(verdict.reasons))})[/]")
    for note in answer.notes:
        console.print(f"\n[yellow]Note:[/] {escape(note)}")
    if answer.follow_ups:
        console.print("\n[bold]You can also ask[/]" if answer.verdicts else "\n[bold]The sources do answer[/]")
        for follow_up in answer.follow_ups:
            console.print(f"- {escape(follow_up)}")


def _print_plan(console: Console, drafted: Plan, before: Plan | None, written: Sequence[Path]) -> None:
    from advisor.planning.changes import changes
    from advisor.planning.exporting.markdown import to_markdown

    if before is not None:
        found = changes(before, drafted)
        for change in found:
            console.print(f"{change.place}:", style="bold", markup=False)
            for sign, text, style in (("-", change.before, "red"), ("+", change.after, "green")):
                if text:
                    console.print(f"  {sign} {text}", style=style, markup=False)
        console.print(f"{len(found)} changes.")
    elif not written:
        console.print(to_markdown(drafted).decode(), markup=False)
    if not drafted.complete:
        console.print("Stopped: the plan has only the sections that were finished.", style="yellow")
    _print_findings(console, drafted.findings)
    shares = ", ".join(f"{count} {kind.value.replace('_', ' ')}" for kind, count in drafted.shares.items() if count)
    console.print(f"{len(drafted.sections)} sections; cells: {shares}; {drafted.withheld} drafted sentences withheld.")
    for path in written:
        console.print(f"Written: {path}", markup=False)


def _print_findings(console: Console, findings: Sequence[Finding]) -> None:
    for found in findings:
        console.print(f"{found.severity} {found.code} {found.place}: {found.message} {found.advice}", markup=False)


def _print_review(console: Console, review: Review) -> None:
    console.print(f"Read as a {review.kind}.")
    for code, findings in groupby(review.findings, key=lambda found: found.code):
        first, *more = findings
        style = {"error": "bold red", "warning": "yellow", "hint": "cyan"}[first.severity]
        console.print(f"\n{first.severity} {code}: {first.message}", style=style, markup=False)
        for found in (first, *more):
            if found.start is not None:
                console.print(f"    {found.place}: “{_one_line(review.text[found.start : found.end])}”", markup=False)
        console.print(f"    {first.advice}", markup=False)
        if first.citation is not None:
            console.print(f"    source: {_quoted(first.citation)}", markup=False, style="dim")
    if review.strengths:
        console.print("\nWhat is good", style="bold")
    for strength in review.strengths:
        words = "" if strength.start is None else f" (“{_one_line(review.text[strength.start : strength.end])}”)"
        console.print(f"+ {strength.message}{words}", style="green", markup=False)
    if review.rewrite is not None:
        console.print(f"\nSuggested by {review.rewrite.model}; it says no more than your text does", style="bold")
        console.print(review.rewrite.text, markup=False)
        for verdict in review.rewrite.withheld:
            console.print(f"left out: {verdict.claim.text} ({' '.join(verdict.reasons)})", style="dim", markup=False)
    for note in review.notes:
        console.print(f"\nNote: {note}", style="yellow", markup=False)
    count = len({found.code for found in review.findings})
    console.print(f"\n{count} rules broken, {len(review.strengths)} kept that are worth naming.")


_STYLES = {"supported": "green", "partial": "yellow", "contradicted": "bold red", "unsupported": "red"}


def _print_check(console: Console, report: CheckReport) -> None:
    from rich.markup import escape

    for sentence in report.sentences:
        _print_checked(console, sentence)
    for source in report.sources:
        if source.flags:
            kinds = " and ".join(sorted({flag.kind.replace("_", " ") for flag in source.flags}))
            console.print(f"[yellow]flagged:[/] {escape(source.origin)}: {kinds}; passages with it are no evidence")
    for rejection in report.rejected[:REJECTED_SHOWN]:
        console.print(f"[red]not read:[/] {escape(rejection.path)}: {escape(rejection.reason)}")
    if len(report.rejected) > REJECTED_SHOWN:
        console.print(f"[red]not read:[/] … and {len(report.rejected) - REJECTED_SHOWN} more")
    documents = f"{len(report.sources)} document{'s' if len(report.sources) != 1 else ''} read"
    console.print(f"[bold]{report}[/] ({documents})")


def _print_checked(console: Console, sentence: CheckedSentence) -> None:
    from rich.markup import escape

    text = escape(" ".join(sentence.text.split()))
    verdict = sentence.verdict
    if verdict is None:
        reason = (sentence.not_checked or "").replace("_", " ")
        console.print(f"[dim]{'not checked':<13} {text} ({reason})[/]\n")
        return
    console.print(f"[{_STYLES[verdict.status]}]{verdict.status.value:<13}[/] {text}")
    for citation in verdict.citations:
        console.print(f"    {escape(_quoted(citation))}")
    if sentence.nearest is not None:
        console.print(f"    [dim]nearest: {escape(_quoted(sentence.nearest))}[/]")
    for reason in verdict.reasons:
        console.print(f"    {escape(reason)}")
    console.print()


def _quoted(citation: Citation) -> str:
    page = f", page {citation.page}" if citation.page else ""
    return f"“{_one_line(citation.quote)}” ({citation.source.origin}{page})"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _print_report(console: Console, report: IngestReport) -> None:
    from rich.markup import escape

    console.print(str(report))
    for word, entries in (("added", report.added), ("updated", report.updated), ("removed", report.removed)):
        for entry in entries[:20]:
            console.print(f"  {word}: {escape(entry)}")
        if len(entries) > 20:
            console.print(f"  {word}: … and {len(entries) - 20} more")
    for rejection in report.rejected:
        console.print(f"  [red]rejected:[/] {escape(rejection.path)}: {escape(rejection.reason)}")


def _print_coverage(covered: Coverage, as_json: bool) -> None:
    """Print the counts; for programs one row for each topic, audience and platform."""
    if as_json:
        _print_json(
            [
                {"topic": t, "audience": a, "platform": p, "sources": covered.count(t, a, p)}
                for t in covered.topics
                for a in covered.audiences
                for p in covered.platforms
            ]
        )
        return
    from rich.table import Column, Table

    def number(count: int) -> str:
        return str(count) if count else "·"

    by_audience = Table("topic", "sources", *(Column(a, justify="right") for a in covered.audiences), box=None)
    by_platform = Table("topic", *(Column(p, justify="right") for p in covered.platforms), box=None)
    for topic in covered.topics:
        for_audience = (number(covered.count(topic, audience=a)) for a in covered.audiences)
        by_audience.add_row(topic, number(covered.count(topic)), *for_audience)
        by_platform.add_row(topic, *(number(covered.count(topic, platform=p)) for p in covered.platforms))
    console = _console()
    _print_unbroken(console, by_audience)
    console.print()
    _print_unbroken(console, by_platform)
    gaps = covered.gaps()
    console.print(
        f"\n{len(covered.sources)} sources; one for “any” serves every audience or platform. "
        f"Combinations of topic, audience and platform that no source serves: {len(gaps)}"
    )
    for topic, audience, platform in gaps[:GAPS_SHOWN]:
        console.print(f"  {topic}, {audience}, {platform}", markup=False)
    if len(gaps) > GAPS_SHOWN:
        console.print(f"  … and {len(gaps) - GAPS_SHOWN} more")


def _list_sources(listed: tuple[Source, ...], as_json: bool) -> None:
    if as_json:
        _print_json([source.model_dump(mode="json") for source in listed])
        return
    from rich.table import Column, Table
    from rich.text import Text

    # Ids are there to be copied: never cut or broken, however narrow the terminal.
    ids = Column("id", no_wrap=True, min_width=max((len(source.id) for source in listed), default=0))
    table = Table(ids, "kind", "title", "date", "flags", box=None, pad_edge=False)
    for source in listed:
        counted = {kind: sum(f.kind == kind for f in source.flags) for kind in ("hidden_text", "instruction")}
        flags = ", ".join(f"{kind} ({count})" for kind, count in counted.items() if count)
        date = source.published or source.reviewed or ""
        table.add_row(*(Text(cell) for cell in (source.id, source.kind, source.title, date, flags)))
    _print_unbroken(_console(), table)


def _print_unbroken(console: Console, table: Table) -> None:
    """Print a table; where the output is no terminal, with rows as long as they need."""
    if not console.is_terminal:
        console.width = max(1, console.measure(table, options=console.options.update(width=UNLIMITED)).maximum)
    console.print(table)
