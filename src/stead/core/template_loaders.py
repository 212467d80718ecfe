"""Templates without the indentation that only their readers need, their constant parts rendered once."""

import re

from django.template import Origin, Template
from django.template.loaders import app_directories, base, cached, filesystem

from stead.core.template_folding import fold

# A browser shows a line break with any number of blanks around it as one blank, or not at all.
_BREAK = re.compile(r"[ \t]*\n\s*")


def without_indentation(source: str) -> str:
    """The template with one line break where lines end, and without the blanks before and after it.

    source: a template whose text is HTML. No template has preformatted text of its own; what a page shows
    in `<pre>` or `<textarea>` comes from variables, which are not touched.
    """
    return _BREAK.sub("\n", source)


class DirectoryLoader(filesystem.Loader):
    """Templates of the settings' folders."""

    def get_contents(self, origin: Origin) -> str:
        """Read the file that Django found; raises TemplateDoesNotExist when it is gone."""
        return without_indentation(super().get_contents(origin))


class AppLoader(app_directories.Loader):
    """Templates of the apps."""

    def get_contents(self, origin: Origin) -> str:
        """Read the file that Django found; raises TemplateDoesNotExist when it is gone."""
        return without_indentation(super().get_contents(origin))


class _FoldingLoader(base.Loader):
    """Folds a template before anybody has it."""

    def get_template(self, template_name: str, skip: list[Origin] | None = None) -> Template:
        """Compile a template; raises TemplateDoesNotExist when no loader has it."""
        template = super().get_template(template_name, skip)
        fold(template.nodelist)
        return template


class CompiledLoader(cached.Loader, _FoldingLoader):
    """Keeps each template as long as the process lives, compiled and folded."""
