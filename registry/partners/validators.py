"""How the OAuth library finds out in whose name a client acts."""

from typing import Any

from django.utils import timezone
from oauth2_provider.oauth2_validators import OAuth2Validator

from registry.partners.models import PartnerClient


class PartnerValidator(OAuth2Validator):
    """Client credentials act as the client's own service user (decisions 9)."""

    def _create_access_token(
        self, expires: Any, request: Any, token: Any, source_refresh_token: Any = None
    ) -> Any:
        if request.grant_type == "client_credentials":
            request.user = request.client.service_user
            PartnerClient.objects.filter(pk=request.client.pk).update(last_used_at=timezone.now())
        return super()._create_access_token(expires, request, token, source_refresh_token)
