"""Apache with mod_auth_openidc (apache.conf), registered at the cell and waiting for customers."""

import grp
import os
import pwd

from clients.lib.web import Gateway
from support import ports

MODULES = "/usr/lib/apache2/modules"


def protected_site(cell, **flags):
    """The running server; its client is `client`. flags: options of `client add`."""
    port = ports.free_block()
    url = "https://127.0.0.1:%d" % port
    client = cell.new_client(redirect_uris=(url + "/oidc",), name="A partner's pages",
                             post_logout_redirect_uri=url + "/goodbye", **flags)
    # Apache refuses to be root; an ordinary user's stays that user's.
    user, group = "www-data", "www-data"
    if os.getuid() != 0:
        user, group = pwd.getpwuid(os.getuid()).pw_name, grp.getgrgid(os.getgid()).gr_name
    site = Gateway(cell, "apache", ["apache2", "-DFOREGROUND", "-f"], port, client_id=client.id,
                   client_secret=client.secret, modules=MODULES, user=user, group=group)
    site.client = client
    return site
