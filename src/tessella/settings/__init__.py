"""Every setting, with its type, default and meaning. Each is an environment variable with the prefix TESSELLA_.

An empty one is not set.
"""

from tessella.settings.errors import SettingInvalid
from tessella.settings.home import default_home
from tessella.settings.knobs import KNOB_PREFIX, env_knobs
from tessella.settings.reading import Settings, read_settings
from tessella.settings.serving import AccessLog

__all__ = ["KNOB_PREFIX", "AccessLog", "SettingInvalid", "Settings", "default_home", "env_knobs", "read_settings"]
