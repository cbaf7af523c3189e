"""The reader of documents: what it runs, what it compares, and what it refuses."""

import os
import textwrap

import pytest

from tests.docs_agreement import agrees
from tests.docs_blocks import blocks
from tests.docs_runner import Reader

SERVER = """\
import http.server, os, sys
open("server.pid", "a").write(f"{os.getpid()}\\n")
http.server.HTTPServer(("127.0.0.1", int(sys.argv[2])), http.server.SimpleHTTPRequestHandler).serve_forever()
"""


def follow(room, text):
    document = room / "document" / "page.md"
    document.parent.mkdir()
    (document.parent / "beside.txt").write_text("beside\n")
    document.write_text(textwrap.dedent(text))
    Reader(room).follow(document)


def test_what_one_block_assigns_and_writes_the_next_one_sees(tmp_path):
    follow(tmp_path, """
        ```yaml title="rule.yaml"
        {eq: [user.tier, VIP]}
        ```

        ```sh
        KEY=secret
        ```

        ```sh
        cat rule.yaml beside.txt
        echo "$KEY"
        ```

        ```text
        {eq: [user.tier, VIP]}
        beside
        secret
        ```
        """)  # fmt: skip


def test_the_home_is_empty_and_the_command_of_this_project_is_on_the_path(tmp_path):
    follow(tmp_path, """
        ```sh
        test ! -e "$TESSELLA_HOME"
        test "$(command -v tessella)" -ef "$(dirname "$(command -v python)")/tessella"
        ```
        """)  # fmt: skip


@pytest.mark.parametrize(
    ("document", "complaint"),
    [
        ("```sh\necho one\n```\n\n```text\ntwo\n```\n", "page.md:1 printed\none"),
        ("text\n\n```sh\nfalse\n```\n", "page.md:3 ended with 1"),
        ("<!-- fails -->\n```sh\ntrue\n```\n", "page.md:2 ended with 0"),
        ("```python\nprint(1 / 0)\n```\n", "ZeroDivisionError"),
        ("```python\n>>> 1 + 1\n3\n```\n", "Expected:\n    3"),
        ("```sh\nfalse --port 8600 &\n```\n", "started no server"),
    ],
)
def test_a_document_that_is_wrong_is_refused_with_its_line(tmp_path, document, complaint):
    with pytest.raises(AssertionError) as refused:
        follow(tmp_path, document)
    assert complaint in str(refused.value)


def test_a_failure_that_is_announced_and_a_block_that_is_marked_are_no_faults(tmp_path):
    follow(tmp_path, """
        <!-- fails -->
        ```sh
        echo no >&2
        exit 1
        ```

        ```text
        no
        ```

        1. Wait.

            <!-- not executed: it would never end -->
            ```sh
            sleep infinity
            ```

        2. Go on.

            ```sh
            echo yes
            ```

            ```text
            yes
            ```
        """)  # fmt: skip


def test_servers_answer_the_next_block_at_ports_of_their_own_and_end_with_the_document(tmp_path):
    text = f"""
```python title="server.py"
{SERVER}```

```sh
mkdir health
echo yes > health/ready
python server.py --port 8600 &
```

```sh
python server.py --port 8700 &
```

```python
from urllib.request import urlopen
for url in ("http://127.0.0.1:8600/health/ready", "http://127.0.0.1:8700/health/ready"):
    print(urlopen(url).read().decode().strip())
```

```text
yes
yes
```
"""
    follow(tmp_path, text)
    for pid in (tmp_path / "folder" / "server.pid").read_text().split():
        with pytest.raises(ProcessLookupError):
            os.kill(int(pid), 0)


@pytest.mark.parametrize(
    ("expected", "printed"),
    [
        ("a\n...\nd\n", "a\nb\nc\nd\n"),
        ("a\n...\nd\n", "a\nd"),
        ("key ns....\n", "key ns.12\n"),
        ("took ... ms\n", "took 12 ms   \n\n"),
        ("[x] (y)\n", "[x] (y)\n"),
    ],
)
def test_three_dots_stand_for_any_text_or_lines(expected, printed):
    assert agrees("text", expected, printed)
    assert not agrees("text", expected, f"more\n{printed}")


@pytest.mark.parametrize(
    ("expected", "printed", "truth"),
    [
        ('{"a": "...", "b": 1}', '{"b": 1, "a": {"c": 2}}', True),
        ('{"b": 1, ...}', '{"b": 1, "a": 2}', True),
        ('{"a": "t_...x", ...}', '{"a": "t_1x"}', True),
        ('{"a": "t_...x"}', '{"a": "t_1"}', False),
        ('{"b": 1}', '{"b": 1, "a": 2}', False),
        ('{"b": 1}', '{"b": true}', False),
        ("[1, ...]", "[1, 2, 3]", True),
        ("[1]", "[1, 2]", False),
    ],
)
def test_json_is_compared_as_values_with_wildcards(expected, printed, truth):
    assert agrees("json", expected, printed) is truth


def test_only_a_block_right_after_is_what_is_printed():
    first, _, third = blocks("```sh\na\n```\n\n```text\nb\n```\n\nSuch as:\n\n```text\nc\n```\n")
    assert first.printed is not None
    assert first.printed.text == "b\n"
    assert third.printed is None
