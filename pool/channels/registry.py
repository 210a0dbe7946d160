"""The channels in use."""

from email.headerregistry import Address

from pool.channels.email import EmailChannel
from pool.channels.protocol import Channels
from pool.config import Config


def channels_of(config: Config) -> Channels:
    """Every channel that this installation has, by name, without a connection yet. One more channel is one more line."""
    email = EmailChannel(config.smtp_url, Address(config.product_name, addr_spec=config.mail_from))
    return {channel.name: channel for channel in (email,)}
