"""The content files under `home/content/`: one folder a thing, `item.yaml` and a file a language."""

from dataclasses import dataclass, field
from pathlib import Path

import yaml

from .markdown_blocks import ContentError

CONTENT = Path(__file__).resolve().parent / "content"
KINDS = ("guides", "materials", "stories", "events", "services", "kits")


@dataclass
class Words:
    """What one language says of a thing: the front matter's fields, and the body as Markdown."""

    fields: dict
    body: str

    def __getitem__(self, name: str):
        return self.fields[name]

    def get(self, name: str, default=""):
        value = self.fields.get(name, default)
        return default if value is None else value


@dataclass
class Item:
    """One thing: `facts` are the same in all languages, `words` are by language code."""

    slug: str
    kind: str
    folder: Path
    facts: dict
    words: dict[str, Words] = field(default_factory=dict)

    @property
    def source(self) -> str:
        return self.facts["source"]


def read_yaml(path: Path):
    """The YAML in `path`. Raises ContentError with the file's name when it is broken."""
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise ContentError(f"{path.relative_to(CONTENT.parent)}: {error}") from error


def read_words(path: Path) -> Words:
    """Front matter between two lines of three dashes, then Markdown."""
    parts = path.read_text(encoding="utf-8").split("---\n", 2)
    if len(parts) != 3 or parts[0].strip():
        raise ContentError(f"{path.relative_to(CONTENT.parent)}: no front matter")
    try:
        fields = yaml.safe_load(parts[1])
    except yaml.YAMLError as error:
        raise ContentError(f"{path.relative_to(CONTENT.parent)}: {error}") from error
    return Words(fields, parts[2].strip())


def read_item(folder: Path, kind: str, **facts) -> Item:
    """The thing in `folder`; `facts` fill what its item.yaml does not say."""
    own = folder / "item.yaml"
    item = Item(folder.name, kind, folder, {**facts, **(read_yaml(own) if own.exists() else {})})
    for path in sorted(folder.glob("*.md")):
        item.words[path.stem] = read_words(path)
    if item.source not in item.words:
        raise ContentError(f"{kind}/{item.slug}: no words in its source language {item.source}")
    return item


def read_kind(kind: str) -> list[Item]:
    """All things of a kind, by name."""
    folders = sorted(path for path in (CONTENT / kind).iterdir() if path.is_dir())
    return [read_item(folder, kind) for folder in folders]
