from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PartnersConfig(AppConfig):
    name = "registry.partners"
    label = "partners"

    def ready(self) -> None:
        from institution.accounts.navigation import show_room
        from institution.accounts.roles import Role, grant

        grant(Role.ADMINISTRATOR, "partners.manage_clients")
        show_room("partners:list", _("Partner systems"), Role.ADMINISTRATOR, order=72)
