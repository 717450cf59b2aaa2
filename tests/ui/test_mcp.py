"""The tools that other programs get over MCP, with a real client."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from mcp import ClientSession
from mcp.client.streamable_http import streamablehttp_client
from mcp.types import CallToolResult, TextContent, Tool

from advisor import Advisor, Settings
from advisor.knowledge_base import KnowledgeBase


@pytest.fixture(scope="module")
def address(
    bundled_advisor: Advisor, bundled_kb: KnowledgeBase, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    from advisor.ui.app import MCP_PATH, build_app, free_port, start

    app = build_app(bundled_advisor, bundled_kb, Settings(data_dir=tmp_path_factory.mktemp("mcp")))
    yield start(app, host="127.0.0.1", port=free_port("127.0.0.1", None), mcp=True) + MCP_PATH
    app.close(verbose=False)


def tools(address: str) -> list[Tool]:
    async def listed() -> list[Tool]:
        async with streamablehttp_client(address) as (read, write, _), ClientSession(read, write) as session:
            await session.initialize()
            return (await session.list_tools()).tools

    return asyncio.run(listed())


def call(address: str, tool: str, arguments: dict[str, object]) -> CallToolResult:
    async def called() -> CallToolResult:
        async with streamablehttp_client(address) as (read, write, _), ClientSession(read, write) as session:
            await session.initialize()
            return await session.call_tool(tool, arguments)

    return asyncio.run(called())


def said(result: CallToolResult) -> str:
    return "".join(part.text for part in result.content if isinstance(part, TextContent))


def test_ask_plan_and_review_are_tools_with_a_description(address: str) -> None:
    found = {tool.name: tool for tool in tools(address)}
    assert set(found) == {"ask", "plan", "review"}
    assert all(tool.description for tool in found.values())
    assert found["ask"].inputSchema["required"] == ["question"]


def test_an_answer_comes_with_its_citations(address: str) -> None:
    result = call(address, "ask", {"question": "Should I post offers every day?"})
    assert not result.isError
    assert "citations" in said(result)
    assert "content-and-dont-pitch" in said(result)


def test_a_text_is_reviewed(address: str) -> None:
    assert "T201" in said(call(address, "review", {"text": "Buy our bread now! 20% off until Sunday."}))


def test_a_plan_is_drafted(address: str) -> None:
    assert "'key': 'monday'" in said(call(address, "plan", {"brief": {"business": "a family restaurant in Graz"}}))


def test_a_fault_is_said_in_words(address: str) -> None:
    result = call(address, "ask", {"question": " "})
    assert result.isError
    assert "The question is empty" in said(result)
