"""Text that may be somebody else's, as it is handed to Markdown; what a browser makes of it is tested in one."""

import pytest

from lib.app.show import plain


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("R&amp;D", r"R\&amp;D"),
        ("a [b](c) *d*", r"a \[b\]\(c\) \*d\*"),
        ("1. first", r"1\. first"),
        ("12345.", r"12345\."),
        ("1.5 mg, 2. dose", "1.5 mg, 2. dose"),
        ("    code", "code"),
        ("two\n\n# lines\tand  blanks ", r"two \# lines and blanks"),
        ("5\u00a0mg", "5\u00a0mg"),
        ("Test: t", r"Test\: t"),
        ("www.x.org", r"www:color[\.]x.org"),
        ("WWW.x.org", r"WWW:color[\.]x.org"),
        ("http://x.org", r"http:color[\:]//x.org"),
        ("a@x.org", r"a:color[\@]x.org"),
        (":smile:", r":color[\:]smile\:"),
        (":material/home:", r"\:material\/home\:"),
        ("javascript:alert(1), @ 5", r"javascript\:alert\(1\), @ 5"),
        ("p <= 0.05", r"p :color[\<]:color[\=] 0.05"),
        ("===", r"\=\=\="),
        ("", ""),
    ],
)
def test_text_is_escaped_for_markdown(text, told):
    assert plain(text) == told
