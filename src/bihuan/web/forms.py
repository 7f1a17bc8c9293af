"""How forms are drawn: one field template for the whole house."""

from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    """Draws fields with label, help, and errors tied to the input for screen readers."""

    form_template_name = "ledger/form/form.html"
    field_template_name = "ledger/form/field.html"
