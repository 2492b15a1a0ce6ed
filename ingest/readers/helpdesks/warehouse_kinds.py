"""What a table of a data warehouse holds, by its columns: Zendesk's and Intercom's, as Fivetran and others copy."""

from collections.abc import Set as AbstractSet

SYSTEM = ("_fivetran_", "_airbyte_", "_sdc_", "_dlt_", "_dbt_", "_estuary_", "_rivery_")  # columns of the copying tools

# The first whose columns are all there; of a set in brackets one is enough. Kinds with a full stop are read.
_KINDS: tuple[tuple[str, str, str], ...] = (
    ("zendesk.chat_event", "chat_id actor_id message", ""),
    ("zendesk.chat", "chat_id ticket_id", ""),
    ("zendesk.comment", "ticket_id body", "user_id author_id"),
    ("zendesk.tag", "ticket_id tag", ""),
    ("zendesk.rating", "ticket_id score", ""),
    ("zendesk.ticket", "id requester_id subject status", ""),
    ("zendesk.user", "id name role", "organization_id ticket_restriction restricted_agent locale_id"),
    ("zendesk.organization", "id name", "shared_tickets shared_comments domain_names"),
    ("zendesk.article", "id title body", "draft section_id source_locale"),
    ("intercom.part", "id conversation_id part_type", ""),
    ("intercom.conversation", "id state source_author_id", ""),
    ("intercom.contact", "id role email", "workspace_id signed_up_at unsubscribed_from_emails"),
    ("intercom.admin", "id name email job_title", ""),
    ("intercom.company", "id name company_id", "monthly_spend session_count plan_name user_count"),
    ("intercom.article", "id title body state", ""),
    ("intercom.tagged", "tag_id conversation_id", ""),
    ("intercom.asker", "contact_id conversation_id", ""),
    ("intercom.member", "contact_id company_id", ""),
    ("the journal of changes to settings", "action change_description", ""),
    ("brands", "brand_url subdomain", ""),
    ("daylight saving times", "daylight_offset", ""),
    ("time zones", "time_zone standard_offset", ""),
    ("e-mail domains of organizations", "organization_id domain_name", ""),
    ("tags of organizations", "organization_id tag", ""),
    ("tags of users", "user_id tag", ""),
    ("which business hours apply to a ticket", "ticket_id schedule_id", ""),
    ("public holidays", "schedule_id start_date", ""),
    ("business hours", "start_time end_time time_zone", ""),
    ("which service level applies to a ticket", "ticket_id sla_policy_id", ""),
    ("service levels", "sla_policy_id metric", ""),
    ("the history of single fields of tickets", "ticket_id field_name value", ""),
    ("forms", "display_name end_user_visible", ""),
    ("help centres", "identifier website_turned_on", ""),
    ("collections of articles", "help_center_id parent_id name", ""),
    ("tags of companies", "company_id tag_id", ""),
    ("tags of contacts", "contact_id tag_id", ""),
    ("who belongs to which team", "admin_id team_id", ""),
)


def kind(columns: AbstractSet[str], name: str) -> str:
    """`zendesk.ticket` and the like; words for what is not read; "" for a table of no warehouse.

    `columns` in small letters; `name` is the file's, for tables that have nothing but an id and a name.
    """
    found = next((kind for kind, all_of, one_of in _KINDS if _fits(columns, all_of.split(), one_of.split())), "")
    copied = any(column.startswith(SYSTEM) for column in columns)
    if not found and copied and {"id", "name"} <= columns:
        if "tag" in name:
            return "intercom.tag_name"
        if "organization" in name:
            return "zendesk.organization"
        return "teams" if "team" in name else "groups of agents" if "group" in name else "other things"
    if "." in found or copied:
        return found or "other things"
    return ""


def _fits(columns: AbstractSet[str], all_of: list[str], one_of: list[str]) -> bool:
    return columns >= set(all_of) and (not one_of or bool(columns & set(one_of)))
