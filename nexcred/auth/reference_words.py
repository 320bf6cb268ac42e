"""What a spec leaves to the user to say, as `expect = "{success}"` does."""

from nexcred.model.template import TemplateContext, TextValues, render


def resolve_reference(word: str, values: TextValues) -> str:
    """Take the user's word where the whole is one field in braces; JMESPath has braces of its own."""
    name = word[1:-1]
    if not (word.startswith("{") and word.endswith("}") and name.isidentifier()):
        return word
    return render(word, values, TemplateContext.TEXT) if name in values else ""
