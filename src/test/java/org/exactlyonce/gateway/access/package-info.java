/** Who may reach the gateway, and which pages may write. */
package org.exactlyonce.gateway.access;
