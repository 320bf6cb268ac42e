"""Tell people what changed: by Slack, mail or a webhook, once for each change, whoever found it."""
