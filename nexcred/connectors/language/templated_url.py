"""The default of a url field that is made of other fields, such as https://{tenant_id}.example.com."""

from nexcred.model.template import TemplateContext, TextValues, render


def filled_url(template: str, texts: TextValues) -> str:
    """Fill it, each value encoded for its place; one that is a part of a value is a whole URL. Raises TemplateError."""
    scheme, is_whole, rest = template.partition("://")
    if not is_whole:
        return render(template, texts, TemplateContext.BASE)
    host, slash, path = rest.partition("/")
    return f"{scheme}://{render(host, texts, TemplateContext.HOST)}{slash}{render(path, texts, TemplateContext.PATH)}"
