/**
 * What the image is made with, beside the gateway.
 */
package org.exactlyonce.training;
