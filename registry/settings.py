"""Every setting of the portal, read from the environment, safe by default for development.

What production must set is demanded by `registry.checks`, with an id and a hint.
"""

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

REGISTRY_ENV = env.str("REGISTRY_ENV", "development")  # development, test or production
PRODUCTION = REGISTRY_ENV == "production"
DEMO = env.bool("DEMO", False)
DEBUG = env.bool("DEBUG", False)
PROCESS = env.str("REGISTRY_PROCESS", "web")  # web, worker or beat: only web pools its connections

SECRET_KEY = env.str(
    "SECRET_KEY", "" if PRODUCTION else "development-only-secret-key-never-used-in-production"
)
LOCAL_HOSTS = ["localhost", "127.0.0.1", "[::1]", "testserver"]
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=LOCAL_HOSTS)
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
PORTAL_ORIGIN = env.str("PORTAL_ORIGIN", "http://localhost:8000")  # where people open pages
if DEMO and (PRODUCTION or not {*ALLOWED_HOSTS, urlsplit(PORTAL_ORIGIN).hostname} <= set(LOCAL_HOSTS)):
    raise ImproperlyConfigured(
        "registry.E008: DEMO lets anybody sign in as any role. It runs only on localhost."
    )
ISSUER_ORIGIN = env.str("ISSUER_ORIGIN", "https://credentials.riverbend.example")  # carries DIDs; set once
KEY_ENCRYPTION_KEYS = env.list("KEY_ENCRYPTION_KEYS", default=[])  # base64url, 32 bytes each; the first wraps
KEY_DESTROY_DAYS = env.int("KEY_DESTROY_DAYS", 90)  # how long the private part of a retired key is kept
KEY_MAX_AGE_DAYS = env.int("KEY_MAX_AGE_DAYS", 730)  # then the screen asks for the next key
KEY_STORES = {  # where private parts may live; a class more is a place more
    "database": "credentials.keys.stores.DatabaseStore",
    "pkcs11": "credentials.keys.hardware.TokenStore",
}
PKCS11_MODULE = env.str("PKCS11_MODULE", "")  # the token's library, a path
PKCS11_TOKEN = env.str("PKCS11_TOKEN", "")  # the token's label
PKCS11_PIN = env.str("PKCS11_PIN", "")
REVOCATION_JOURNAL = env.str("REVOCATION_JOURNAL", str(BASE_DIR / "var" / "revocations.jsonl"))

INSTALLED_APPS = [
    "institution.accounts",
    "institution.events",
    "institution.imports",
    "institution.notices",
    "institution.memory",
    "skills.frameworks",
    "credentials.catalog",
    "credentials.intake",
    "credentials.keys",
    "credentials.status",
    "credentials.issuing",
    "credentials.clr",
    "credentials.withdrawal",
    "credentials.erasure",
    "credentials.batches",
    "credentials.reissues",
    "credentials.trials",
    "credentials.verification",
    "credentials.leaving",
    "credentials.vcapi",
    "learners.records",
    "learners.sharing",
    "registry.partners",
    "registry.desk",
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "oauth2_provider",
    "rest_framework",
    "drf_spectacular",
    "django_filters",
    "django_htmx",
    "csp",
    "pgtrigger",
    "django_structlog",
    "django_prometheus",
]

MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "registry.health.HealthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "credentials.keys.responses.SameForEverybody",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "institution.accounts.middleware.InstitutionMiddleware",
    "institution.accounts.middleware.SecondFactorMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

ROOT_URLCONF = "registry.urls"
WSGI_APPLICATION = "registry.wsgi.application"
APPEND_SLASH = True

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "institution.accounts.context.institution",
            ],
        },
    }
]

FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

DATABASES = {"default": env.db("DATABASE_URL", default="postgres://portal@127.0.0.1:5432/portal")}
DATABASES["default"] |= {"CONN_HEALTH_CHECKS": True, "CONN_MAX_AGE": 0 if PROCESS == "web" else 600}
WEB_THREADS = env.int("WEB_THREADS", 4)
if PROCESS == "web" and REGISTRY_ENV != "test":
    DATABASES["default"]["OPTIONS"] = {"pool": {"min_size": 1, "max_size": WEB_THREADS + 1, "timeout": 10}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", "redis://127.0.0.1:6379/0")
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "allauth.account.auth_backends.AuthenticationBackend",
    "institution.accounts.backends.RoleBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "desk:home"
LOGOUT_REDIRECT_URL = "desk:welcome"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True  # a link would let the wrong person prove an address
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_ADAPTER = "institution.accounts.adapters.AccountAdapter"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = None
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION
MFA_ADAPTER = "institution.accounts.factor.FactorAdapter"
REQUIRE_SECOND_FACTOR = PRODUCTION or env.bool(
    "REQUIRE_SECOND_FACTOR", False
)  # of registrars, administrators

LANGUAGE_CODE = "en-us"
LANGUAGES = [("en", _("English")), ("es", _("Spanish"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "var" / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
MAX_IMPORT_BYTES = 60 * 1024 * 1024

EMAIL_BACKEND = env.str(
    "EMAIL_BACKEND",
    "django.core.mail.backends.smtp.EmailBackend"
    if PRODUCTION
    else "institution.notices.mailbox.MailboxBackend",
)
EMAIL_CONFIG = env.email("EMAIL_URL", default="smtp://localhost:25")
EMAIL_HOST, EMAIL_PORT = EMAIL_CONFIG["EMAIL_HOST"], EMAIL_CONFIG["EMAIL_PORT"]
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = EMAIL_CONFIG["EMAIL_HOST_USER"], EMAIL_CONFIG["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS = EMAIL_CONFIG.get("EMAIL_USE_TLS", False)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "credentials@riverbend.example")
NOTICES_PER_MINUTE = env.int("NOTICES_PER_MINUTE", 600)
NOTICE_DAYS = env.int("NOTICE_DAYS", 180)  # then address and text of a message are erased

CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 600
CELERY_TASK_SOFT_TIME_LIMIT = 540
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_ROUTES = {
    "credentials.issuing.tasks.*": {"queue": "sign"},
    "credentials.clr.tasks.*": {"queue": "sign"},
    "credentials.verification.tasks.*": {"queue": "verify"},
}
if REDIS_URL.startswith(("redis://", "rediss://")):
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": 900,
        "unacked_restore_interval": 10,
        "unacked_restore_throttle": 1,
    }
SWEEP_SECONDS = env.int("SWEEP_SECONDS", 60)
RELEASE_HOLD_HOURS = env.int("RELEASE_HOLD_HOURS", 0)  # how long a signed batch waits before its release
RELEASE_BY_SECOND_PERSON = env.bool("RELEASE_BY_SECOND_PERSON", False)
VC_API = env.bool("VC_API", False)  # /vc-api/ answers; 404 without it
VC_API_KEYS = env.list("VC_API_KEYS", default=[])  # secret Multikeys made for it by make_vc_api_key
VC_API_OPEN = env.bool("VC_API_OPEN", False)  # without a token; never in production
VC_API_CONFORMANCE = env.bool("VC_API_CONFORMANCE", False)  # for the W3C suites; never in production
METRICS_TOKEN = env.str("METRICS_TOKEN", "")  # lets a Prometheus on another machine read /metrics

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["oauth2_provider.contrib.rest_framework.OAuth2Authentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": ["registry.partners.parsers.Json"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "institution.asked.Pages",
    "DEFAULT_THROTTLE_CLASSES": ["registry.partners.throttles.PartnerThrottle"],
    "DEFAULT_THROTTLE_RATES": {"verify": "120/min", "partner": "600/min", "token": "60/min"},
    "EXCEPTION_HANDLER": "registry.problems.problem_response",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Credential Registry",
    "VERSION": "1.0.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {"OutcomeEnum": ["pass", "fail", "unknown"]},
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "registry.partners.schema.name_problems",
    ],
}
OAUTH2_PROVIDER_APPLICATION_MODEL = "partners.PartnerClient"
OAUTH2_PROVIDER = {
    "SCOPES_BACKEND_CLASS": "registry.partners.scopes.ClientScopes",
    "OAUTH2_VALIDATOR_CLASS": "registry.partners.validators.PartnerValidator",
    "SCOPES": {
        "catalog.read": _("Read offerings, achievements and skills"),
        "batches.read": _("Read issuance batches"),
        "batches.write": _("Create issuance batches"),
        "vc-api": _("Sign and check credentials by the VC-API, in nobody's name"),
        "credentials.read": _("Read credentials of learners who consented"),
    },
    "ACCESS_TOKEN_EXPIRE_SECONDS": 3600,
    "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PKCE_METHOD": True,
    "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True,
    "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,
    "COMPLIANT_BCP_RFC9700_REFRESH_TOKEN": True,
    "COMPLIANT_BCP_RFC9700_REDIRECT_URI_SCHEME": True,
    "COMPLIANT_BCP_RFC9700_REDIRECT_URI_MATCHING": True,
    "COMPLIANT_BCP_RFC9700_PKCE_REQUIRED": True,
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https"],
}

SESSION_COOKIE_AGE = int(timedelta(days=14).total_seconds())
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", PRODUCTION)
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
BEHIND_PROXY = env.bool("BEHIND_PROXY", False)  # a proxy of yours sets X-Forwarded-Proto, and strips it first
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

DJANGO_STRUCTLOG_CELERY_ENABLED = True  # a task's lines carry the id of the request that sent it
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False  # an address is personal data
LOG_LEVEL = env.str("LOG_LEVEL", "INFO")
from registry.logs import LOGGING  # noqa: E402  (needs nothing of this module; kept apart for size)

LOGGING["root"]["level"] = LOG_LEVEL
