# origin: CVE-2026-76825
# technique: string.Template carries its pattern and its metaclass's tools
# goal: language
# outcome: refused:member-not-allowed

from string import Template
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(Template("$a").pattern))
