"""OGC answers for people: one plain page for every resource, with no script and no outside address."""

import jinja2
from starlette.templating import Jinja2Templates

_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{{ template.title }}</title>
<nav>{% for crumb in crumbs %}<a href="{{ crumb.url }}">{{ crumb.part }}</a> / {% endfor %}</nav>
<h1>{{ template.title }}</h1>
<ul>{% for link in response.links or [] %}{% if not link.templated %}
<li><a href="{{ link.href }}">{{ link.title or link.rel or link.href }}</a>{% endif %}{% endfor %}
{% for collection in response.collections or [] %}{% for link in collection.links %}
{% if link.rel == "items" %}<li><a href="{{ link.href }}">{{ collection.title }}</a>{% endif %}
{% endfor %}{% endfor %}
</ul>
<pre>{{ response | tojson(indent=1) }}</pre>
</html>"""

# tipg's own templates load scripts from the internet and escape nothing
PAGES = Jinja2Templates(
    env=jinja2.Environment(loader=jinja2.FunctionLoader(lambda name: _PAGE), autoescape=True)
)
