"""Letters about the practices of a pool."""

from uuid import UUID

from pool.services.messages.recipients import Letter, News, to_managers
from pool.services.pools import closures


def closed(news: News) -> list[Letter]:
    """The manager learns which practices closed or went dormant, and what is open there now."""
    found = closures.of_pool(news.work, [UUID(each) for each in news.data["practice_ids"]])
    if not found:
        return []
    told = [[part for part in (each.what_happened, each.what_is_open, each.who_goes_on) if part] for each in found]
    return to_managers(news, "practices_closed", {"practices": told, "link": news.head.page("practices.index")})
