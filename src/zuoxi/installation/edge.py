"""The edge: nginx from Debian under a private configuration, one origin for page, API, desk and the phone's SIP."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

from zuoxi.platform.config import Settings


class EdgeError(Exception):
    """nginx is not there; the text says what to do."""


def program() -> str:
    """Path of nginx."""
    found = shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    if found is None:
        raise EdgeError("nginx is missing: install the Debian package nginx, or run ./zuoxi up as root.")
    return found


def command(settings: Settings) -> list[str]:
    """What runs nginx in the foreground with our configuration."""
    folder = settings.folder("edge")
    return [program(), "-e", "stderr", "-p", str(folder), "-c", str(folder / "nginx.conf")]


def write(settings: Settings, address: str, pages: Path) -> Path:
    """Write the configuration; nginx will listen on ``address`` and serve the files in ``pages``."""
    folder = settings.folder("edge")
    (folder / "temporary").mkdir(parents=True, exist_ok=True)
    path = folder / "nginx.conf"
    path.write_text(_configuration(settings, address, pages), "utf-8")
    return path


def content_security_policy(origin_host: str, *, secure: bool) -> str:
    """What the page may load and connect to: only its own origin. Ant Design writes its styles at run time."""
    socket = f"{'wss' if secure else 'ws'}://{origin_host}"
    return "; ".join(
        (
            "default-src 'self'",
            "script-src 'self'",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "media-src 'self' blob: data:",
            "worker-src 'self' blob:",
            "frame-src 'self' blob:",
            f"connect-src 'self' {socket}",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'self'",
        )
    )


# What nginx itself refuses is answered in the API's own shape, and says nothing of what stands behind.
_REFUSALS = {
    "large": ((413,), "文件过大 / Too large"),
    "often": ((429,), "请求过于频繁,请稍候 / Too many requests; wait a moment"),
    "away": ((500, 501, 502, 503, 504), "服务暂时不可用,请稍后再试 / Not available now; try again shortly"),
    "refused": ((400, 401, 403, 404, 405, 408, 414, 416, 494), "无法处理该请求 / This request cannot be served"),
}


def _error_pages() -> str:
    lines = []
    for name, (statuses, words) in _REFUSALS.items():
        body = json.dumps({"error": {"code": f"edge.{name}", "message": words, "data": {}}}, ensure_ascii=False)
        lines += [
            f"error_page {' '.join(map(str, statuses))} /edge-{name};",
            f"location = /edge-{name} {{ internal; types {{ }} default_type application/json; return 200 '{body}'; }}",
        ]
    return "\n    ".join(lines)


def _configuration(settings: Settings, address: str, pages: Path) -> str:
    public, ports = settings.public, settings.ports
    secure = public.scheme == "https"
    listen_address = f"[{address}]" if ":" in address else address
    policy = content_security_policy(public.origin.partition("://")[2], secure=secure)
    headers = [
        f'add_header Content-Security-Policy "{policy}" always;',
        'add_header X-Content-Type-Options "nosniff" always;',
        'add_header X-Frame-Options "SAMEORIGIN" always;',
        'add_header Referrer-Policy "same-origin" always;',
        'add_header Cross-Origin-Opener-Policy "same-origin" always;',
        'add_header Cross-Origin-Resource-Policy "same-origin" always;',
        'add_header Permissions-Policy "microphone=(self), camera=(), geolocation=()" always;',
    ]
    tls = ""
    if secure:
        if public.certificate and public.certificate.name != "self-made.pem":
            # with a certificate that browsers must be told to trust, this header would lock people out
            headers.append('add_header Strict-Transport-Security "max-age=31536000" always;')
        tls = (
            f'ssl_certificate "{public.certificate}"; ssl_certificate_key "{public.key}";\n'
            "    ssl_protocols TLSv1.2 TLSv1.3; ssl_session_cache shared:tls:2m; ssl_session_timeout 1h;\n"
            # a page asked for by http on this port is sent to https
            f"    error_page 497 =301 {public.origin}$request_uri;"
        )
    security = "\n    ".join(headers)
    return f"""# written by Zuoxi at every start
daemon off;
worker_processes 2;
worker_rlimit_nofile 16384;
pid nginx.pid;
error_log stderr warn;
events {{ worker_connections 4096; }}
http {{
  types {{
    text/html html; text/css css; text/javascript js mjs; application/json json map; image/svg+xml svg;
    image/png png; image/jpeg jpg jpeg; image/x-icon ico; image/webp webp; font/woff woff; font/woff2 woff2;
    audio/wav wav; audio/mpeg mp3; audio/ogg ogg; application/pdf pdf; text/plain txt;
    application/manifest+json webmanifest; application/wasm wasm;
  }}
  default_type application/octet-stream;
  charset utf-8;
  charset_types text/html text/css text/javascript text/plain application/json;
  # without the query: it may carry numbers of callers
  log_format plain '$time_iso8601 $remote_addr $request_method $uri $status $body_bytes_sent $request_time';
  access_log "{settings.folder("logs") / "edge-access.log"}" plain buffer=16k flush=5s;
  client_body_temp_path temporary/body; proxy_temp_path temporary/proxy;
  fastcgi_temp_path temporary/fastcgi; uwsgi_temp_path temporary/uwsgi; scgi_temp_path temporary/scgi;
  server_tokens off;
  sendfile on;
  tcp_nodelay on;
  keepalive_timeout 65;
  client_max_body_size 20m;
  client_header_timeout 15s;
  client_body_timeout 60s;
  send_timeout 60s;
  reset_timedout_connection on;
  gzip on; gzip_min_length 1000; gzip_proxied any;
  gzip_types text/css text/javascript application/json image/svg+xml;
  limit_req_status 429;
  limit_conn_status 429;
  # signing in is limited by address here and by login in the API; one office's agents may share an address
  map $request_method $sign_in_from {{ default ""; POST $binary_remote_addr; }}
  limit_req_zone $sign_in_from zone=sign_in:2m rate=10r/s;
  limit_req_zone $binary_remote_addr zone=requests:4m rate=300r/s;
  limit_conn_zone $binary_remote_addr zone=connections:4m;
  map $http_upgrade $connection_upgrade {{ default upgrade; "" ""; }}
  upstream api {{ server 127.0.0.1:{ports.api} max_fails=0; keepalive 32; }}
  upstream switchboard {{ server 127.0.0.1:{ports.switchboard} max_fails=0; keepalive 8; }}
  upstream telephone {{ server 127.0.0.1:{ports.asterisk_http} max_fails=0; }}
  server {{
    listen {listen_address}:{public.port}{" ssl http2" if secure else ""};
    server_name _;
    {tls}
    {security}
    limit_conn connections 4000;
    {_error_pages()}
    root "{pages}";
    proxy_http_version 1.1;
    proxy_set_header Host $http_host;
    proxy_set_header X-Real-IP $remote_addr;
    proxy_set_header X-Forwarded-For $remote_addr;
    proxy_set_header X-Forwarded-Proto $scheme;
    proxy_set_header Upgrade $http_upgrade;
    proxy_set_header Connection $connection_upgrade;
    proxy_connect_timeout 5s;
    proxy_read_timeout 120s;

    location = /edge-health {{ access_log off; default_type text/plain; return 200 "ok"; }}
    location = /api/session {{
      limit_req zone=sign_in burst=40 nodelay;
      proxy_pass http://api;
    }}
    location /api/live/ {{
      proxy_pass http://api;
      proxy_buffering off;
      proxy_read_timeout 1h;
      proxy_send_timeout 1h;
    }}
    # asked by us for /sip, by nobody else
    location = /api/edge/sip {{
      internal;
      proxy_pass http://api;
      proxy_pass_request_body off;
      proxy_set_header Content-Length "";
      proxy_set_header Upgrade "";
      proxy_set_header Connection "";
    }}
    location /api/ {{
      limit_req zone=requests burst=600 nodelay;
      proxy_pass http://api;
    }}
    location /desk {{
      location = /desk {{
        # the page's own address /desk and the desk's socket share a path: an upgrade is the socket
        error_page 418 = @desk_socket;
        if ($http_upgrade) {{ return 418; }}
        rewrite ^ /index.html last;
      }}
      location = /desk/health {{ proxy_pass http://switchboard; }}
      try_files $uri /index.html;
    }}
    location @desk_socket {{
      proxy_pass http://switchboard;
      proxy_buffering off;
      proxy_read_timeout 1h;
      proxy_send_timeout 1h;
    }}
    location = /sip {{
      auth_request /api/edge/sip;
      proxy_pass http://telephone/ws;
      # from 127.0.0.1 a browser's call without a password would be taken for the trunk's
      proxy_bind 127.0.0.2;
      proxy_buffering off;
      proxy_read_timeout 1h;
      proxy_send_timeout 1h;
    }}
    location /assets/ {{
      try_files $uri =404;
      {security}
      add_header Cache-Control "public, max-age=31536000, immutable";
    }}
    location / {{
      try_files $uri /index.html;
      {security}
      add_header Cache-Control "no-cache";
    }}
  }}
}}
"""
