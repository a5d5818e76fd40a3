"""The web process: one set of threads, loaded once. WEB_WORKERS copies of it share the port."""

import os

wsgi_app = "registry.wsgi"
bind = os.environ.get("BIND", "127.0.0.1:8000")
worker_class = "gthread"
threads = int(os.environ.get("WEB_THREADS", "4"))
workers = int(os.environ.get("WEB_WORKERS", "1"))
preload_app = True
timeout = 60
graceful_timeout = 20
keepalive = 5
max_requests = 20_000
max_requests_jitter = 2_000
accesslog = None  # django-structlog writes one line per request, without query strings
