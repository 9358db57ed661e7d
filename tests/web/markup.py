"""Reads a page the way a test asks about it: elements, their attributes, their words. Unbalanced markup fails."""

from html.parser import HTMLParser

VOID = {"input", "meta", "link", "br", "hr", "img"}


class Element:
    """One element with its attributes, its parts and all the text inside it."""

    def __init__(self, tag, attrs):
        self.tag, self.attrs, self.parts, self.words = tag, dict(attrs), [], []

    @property
    def text(self):
        return " ".join(" ".join(part if isinstance(part, str) else part.text for part in self.words).split())

    def all(self, tag=None, **attrs):
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attrs.items()}
        for part in self.parts:
            if (tag is None or part.tag == tag) and all(
                part.attrs.get(name) == value for name, value in wanted.items()
            ):
                yield part
            yield from part.all(tag, **attrs)

    def one(self, tag=None, **attrs):
        found = list(self.all(tag, **attrs))
        assert len(found) == 1, (tag, attrs, len(found))
        return found[0]


class Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.root = Element("root", {})
        self.open = [self.root]

    def handle_starttag(self, tag, attrs):
        made = Element(tag, attrs)
        self.open[-1].parts.append(made)
        self.open[-1].words.append(made)
        if tag not in VOID:
            self.open.append(made)

    def handle_startendtag(self, tag, attrs):
        made = Element(tag, attrs)
        self.open[-1].parts.append(made)

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop().tag == tag

    def handle_data(self, data):
        self.open[-1].words.append(data)


def read(source):
    """The root element of a page or a piece of one; ``source`` stays on it."""
    reader = Reader()
    reader.feed(source)
    assert reader.open == [reader.root], "unbalanced markup"
    reader.root.source = source
    return reader.root
