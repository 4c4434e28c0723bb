"""Which fields of an event are documented objects.

Runs in: zygote / worker.

Generated from the models in ``actions_runtime.events``; do not edit, run
``python -m actions_runtime.events.generate``.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

SHAPES: Final[Mapping[str, Mapping[str, str | None]]] = MappingProxyType(
    {
        "Actor": MappingProxyType(
            {
                "act": "Actor",
                "sub": None,
            }
        ),
        "AddressSignal": MappingProxyType(
            {
                "code": None,
                "confidence": None,
                "details": "AddressSignalDetails",
            }
        ),
        "AddressSignalDetails": MappingProxyType(
            {
                "category": None,
                "ip": None,
                "matches": None,
                "source": None,
            }
        ),
        "Agent": MappingProxyType(
            {
                "agent_id": None,
                "agent_metadata": None,
                "name": None,
            }
        ),
        "AgentSignal": MappingProxyType(
            {
                "code": None,
                "confidence": None,
                "details": "AgentSignalDetails",
            }
        ),
        "AgentSignalDetails": MappingProxyType(
            {
                "provider": None,
            }
        ),
        "Akamai": MappingProxyType(
            {
                "akamaiBot": "AkamaiBot",
                "akamaiUserRisk": "AkamaiUserRisk",
            }
        ),
        "AkamaiBot": MappingProxyType(
            {
                "action": None,
                "botCategory": None,
                "botScore": None,
                "botScoreResponseSegment": None,
                "botnetId": None,
                "type": None,
            }
        ),
        "AkamaiUserRisk": MappingProxyType(
            {
                "action": None,
                "allow": None,
                "emailDomain": None,
                "general": None,
                "ouid": None,
                "requestid": None,
                "risk": None,
                "score": None,
                "status": None,
                "trust": None,
                "username": None,
                "uuid": None,
            }
        ),
        "AnonymousSession": MappingProxyType(
            {
                "created_at": None,
                "expires_at": None,
                "metadata": None,
                "session_id": None,
                "user_id": None,
            }
        ),
        "Assessments": MappingProxyType(
            {
                "AgentDetection": "AgentSignal",
                "ImpossibleTravel": "TravelSignal",
                "NewDevice": "DeviceSignal",
                "UntrustedIP": "AddressSignal",
            }
        ),
        "Authentication": MappingProxyType(
            {
                "methods": "[AuthenticationMethod]",
                "riskAssessment": "RiskAssessment",
            }
        ),
        "AuthenticationMethod": MappingProxyType(
            {
                "name": None,
                "timestamp": None,
                "type": None,
            }
        ),
        "Authorization": MappingProxyType(
            {
                "roles": None,
            }
        ),
        "Client": MappingProxyType(
            {
                "client_id": None,
                "metadata": None,
                "name": None,
            }
        ),
        "ClientRefreshToken": MappingProxyType(
            {
                "policies": "[RefreshTokenPolicy]",
            }
        ),
        "Connection": MappingProxyType(
            {
                "id": None,
                "metadata": None,
                "name": None,
                "strategy": None,
            }
        ),
        "CustomDomain": MappingProxyType(
            {
                "domain": None,
                "domain_metadata": None,
            }
        ),
        "Device": MappingProxyType(
            {
                "initial_asn": None,
                "initial_ip": None,
                "initial_user_agent": None,
                "last_asn": None,
                "last_ip": None,
                "last_user_agent": None,
            }
        ),
        "DeviceSignal": MappingProxyType(
            {
                "code": None,
                "confidence": None,
                "details": "DeviceSignalDetails",
            }
        ),
        "DeviceSignalDetails": MappingProxyType(
            {
                "device": None,
                "useragent": None,
            }
        ),
        "EnrolledFactor": MappingProxyType(
            {
                "options": None,
                "type": None,
            }
        ),
        "GeoIp": MappingProxyType(
            {
                "cityName": None,
                "continentCode": None,
                "countryCode": None,
                "countryCode3": None,
                "countryName": None,
                "latitude": None,
                "longitude": None,
                "subdivisionCode": None,
                "subdivisionName": None,
                "timeZone": None,
            }
        ),
        "Identity": MappingProxyType(
            {
                "connection": None,
                "isSocial": None,
                "profileData": None,
                "provider": None,
                "user_id": None,
            }
        ),
        "LoginClient": MappingProxyType(
            {
                "client_id": None,
                "metadata": None,
                "name": None,
                "refresh_token": "ClientRefreshToken",
            }
        ),
        "Organization": MappingProxyType(
            {
                "display_name": None,
                "id": None,
                "metadata": None,
                "name": None,
            }
        ),
        "ParentRefreshToken": MappingProxyType(
            {
                "id": None,
                "metadata": None,
            }
        ),
        "PostLoginEvent": MappingProxyType(
            {
                "agent": "Agent",
                "anonymous_session": "AnonymousSession",
                "authentication": "Authentication",
                "authorization": "Authorization",
                "client": "LoginClient",
                "connection": "Connection",
                "custom_domain": "CustomDomain",
                "organization": "Organization",
                "prompt": "Prompt",
                "refresh_token": "RefreshToken",
                "request": "Request",
                "resource_server": "ResourceServer",
                "secrets": None,
                "security_context": "SecurityContext",
                "session": "Session",
                "session_transfer_token": "SessionTransferToken",
                "stats": "Stats",
                "tenant": "Tenant",
                "transaction": "Transaction",
                "user": "User",
            }
        ),
        "PreUserRegistrationEvent": MappingProxyType(
            {
                "anonymous_session": "AnonymousSession",
                "authentication": "RegistrationAuthentication",
                "client": "Client",
                "connection": "Connection",
                "custom_domain": "CustomDomain",
                "request": "RequestFacts",
                "secrets": None,
                "security_context": "SecurityContext",
                "tenant": "Tenant",
                "transaction": "TransactionFacts",
                "user": "UserFacts",
            }
        ),
        "Prompt": MappingProxyType(
            {
                "fields": None,
                "id": None,
                "vars": None,
            }
        ),
        "RefreshToken": MappingProxyType(
            {
                "client_id": None,
                "created_at": None,
                "device": "Device",
                "expires_at": None,
                "id": None,
                "idle_expires_at": None,
                "last_exchanged_at": None,
                "metadata": None,
                "resource_servers": None,
                "rotating": None,
                "session_id": None,
                "session_transfer": "SessionTransfer",
                "user_id": None,
            }
        ),
        "RefreshTokenPolicy": MappingProxyType(
            {
                "audience": None,
                "scope": None,
            }
        ),
        "RegistrationAuthentication": MappingProxyType(
            {
                "riskAssessment": "SupplementalRisk",
            }
        ),
        "Request": MappingProxyType(
            {
                "asn": None,
                "body": None,
                "geoip": "GeoIp",
                "hostname": None,
                "ip": None,
                "language": None,
                "method": None,
                "query": None,
                "user_agent": None,
            }
        ),
        "RequestFacts": MappingProxyType(
            {
                "body": None,
                "geoip": "GeoIp",
                "hostname": None,
                "ip": None,
                "language": None,
                "method": None,
                "user_agent": None,
            }
        ),
        "ResourceServer": MappingProxyType(
            {
                "identifier": None,
            }
        ),
        "RiskAssessment": MappingProxyType(
            {
                "assessments": "Assessments",
                "confidence": None,
                "supplemental": "SupplementalSignals",
                "version": None,
            }
        ),
        "SecurityContext": MappingProxyType(
            {
                "ja3": None,
                "ja4": None,
            }
        ),
        "Session": MappingProxyType(
            {
                "actor": "Actor",
                "authenticated_at": None,
                "clients": "[SessionClient]",
                "cookie": "SessionCookie",
                "created_at": None,
                "device": "Device",
                "expires_at": None,
                "id": None,
                "idle_expires_at": None,
                "last_interacted_at": None,
                "metadata": None,
                "session_transfer": "SessionTransfer",
                "updated_at": None,
                "user_id": None,
            }
        ),
        "SessionClient": MappingProxyType(
            {
                "client_id": None,
            }
        ),
        "SessionCookie": MappingProxyType(
            {
                "mode": None,
            }
        ),
        "SessionTransfer": MappingProxyType(
            {
                "parent_refresh_token": "ParentRefreshToken",
            }
        ),
        "SessionTransferToken": MappingProxyType(
            {
                "client_id": None,
                "request": "TransferRequest",
                "scope": None,
            }
        ),
        "Stats": MappingProxyType(
            {
                "logins_count": None,
            }
        ),
        "SupplementalRisk": MappingProxyType(
            {
                "supplemental": "SupplementalSignals",
            }
        ),
        "SupplementalSignals": MappingProxyType(
            {
                "akamai": "Akamai",
            }
        ),
        "Tenant": MappingProxyType(
            {
                "id": None,
            }
        ),
        "Transaction": MappingProxyType(
            {
                "acr_values": None,
                "actor": "Actor",
                "actor_token_type": None,
                "correlation_id": None,
                "id": None,
                "linking_id": None,
                "locale": None,
                "login_hint": None,
                "metadata": None,
                "prompt": None,
                "protocol": None,
                "redirect_uri": None,
                "requested_authorization_details": None,
                "requested_scopes": None,
                "response_mode": None,
                "response_type": None,
                "state": None,
                "subject_token_type": None,
                "ui_locales": None,
            }
        ),
        "TransactionFacts": MappingProxyType(
            {
                "acr_values": None,
                "correlation_id": None,
                "locale": None,
                "login_hint": None,
                "prompt": None,
                "protocol": None,
                "redirect_uri": None,
                "requested_scopes": None,
                "response_mode": None,
                "response_type": None,
                "state": None,
                "ui_locales": None,
            }
        ),
        "TransferRequest": MappingProxyType(
            {
                "asn": None,
                "geoip": "GeoIp",
                "ip": None,
                "user_agent": None,
            }
        ),
        "TravelSignal": MappingProxyType(
            {
                "code": None,
                "confidence": None,
            }
        ),
        "User": MappingProxyType(
            {
                "app_metadata": None,
                "created_at": None,
                "email": None,
                "email_verified": None,
                "enrolledFactors": "[EnrolledFactor]",
                "family_name": None,
                "given_name": None,
                "identities": "[Identity]",
                "last_password_reset": None,
                "multifactor": None,
                "name": None,
                "nickname": None,
                "phone_number": None,
                "phone_verified": None,
                "picture": None,
                "updated_at": None,
                "user_id": None,
                "user_metadata": None,
                "username": None,
            }
        ),
        "UserFacts": MappingProxyType(
            {
                "app_metadata": None,
                "email": None,
                "family_name": None,
                "given_name": None,
                "name": None,
                "nickname": None,
                "phone_number": None,
                "picture": None,
                "user_metadata": None,
                "username": None,
            }
        ),
    }
)
"""Shape -> its fields, each with the name of its own shape (in brackets: a list of such objects),
or ``None`` for a plain value or free-form data."""

ROOTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "post-login": "PostLoginEvent",
        "pre-user-registration": "PreUserRegistrationEvent",
    }
)
"""Trigger -> name of the shape of its event."""
