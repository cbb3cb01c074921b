/**
 * Requests by Apache HttpClient 5, for applications that have {@code httpclient5}.
 */
package org.exactlyonce.client.apache;
