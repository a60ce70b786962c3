/**
 * The messages of DFile and their serializers. One sealed interface per conversation, {@code replyTo} last; what a
 * requester can get back is listed in the conversation's reply type.
 */
@NullMarked
package org.dfile.protocol;

import org.jspecify.annotations.NullMarked;
