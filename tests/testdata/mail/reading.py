"""Reads the HTML of a mail as a mail program would."""

from html.parser import HTMLParser

VOID = frozenset({"meta", "br", "img", "link", "input", "hr"})


class Page(HTMLParser):
    """The words a reader sees, and the tags, attributes and addresses behind them."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.unclosed: list[str] = []
        self.feed(html)
        self.close()

    @property
    def text(self) -> str:
        """Return the words with single spaces."""
        return " ".join(" ".join(self.words).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the tag."""
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag not in VOID:
            self.unclosed.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Hold that tags close in the order in which they were opened."""
        assert self.unclosed.pop() == tag

    def handle_data(self, data: str) -> None:
        """Note what is read, the head apart."""
        if not {"head", "style", "title"} & set(self.unclosed):
            self.words.append(data)
