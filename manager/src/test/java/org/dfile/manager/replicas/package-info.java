/** Tests of what is made of the answers of replicas. */
@NullMarked
package org.dfile.manager.replicas;

import org.jspecify.annotations.NullMarked;
