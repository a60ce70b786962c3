package org.dfile.client.internal;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import org.dfile.client.DFileException;
import org.dfile.model.Failure;
import org.dfile.model.Receipt;
import org.jspecify.annotations.Nullable;

/** Writes a whole file from a publisher: asks for the next buffer when the one before is on its way. */
final class UploadSubscriber implements Flow.Subscriber<ByteBuffer> {

    private final Callbacks callbacks;
    private final Uploader uploader;
    private final CompletableFuture<Receipt> receipt = new CompletableFuture<>();
    private CompletableFuture<Void> taken = CompletableFuture.completedFuture(null);
    private Flow.@Nullable Subscription subscription;

    UploadSubscriber(Callbacks callbacks, Uploader uploader) {
        this.callbacks = callbacks;
        this.uploader = uploader;
    }

    CompletableFuture<Receipt> receipt() {
        return receipt;
    }

    @Override
    public void onSubscribe(Flow.Subscription newSubscription) {
        synchronized (this) {
            if (subscription != null) {
                newSubscription.cancel();
                return;
            }
            subscription = newSubscription;
        }
        newSubscription.request(1);
    }

    @Override
    public void onNext(ByteBuffer bytes) {
        taken = uploader.write(bytes.duplicate());
        // The publisher is the caller's code: it runs on the caller's executor, like every callback.
        Futures.atEnd(taken, (done, error) -> callbacks.run(() -> onTaken(error)));
    }

    private void onTaken(@Nullable Throwable error) {
        if (error == null) {
            current().request(1);
        } else {
            current().cancel();
            receipt.completeExceptionally(Callbacks.unwrap(error));
        }
    }

    @Override
    public void onError(Throwable error) {
        receipt.completeExceptionally(error);
    }

    @Override
    public void onComplete() {
        Futures.atEnd(taken.thenCompose(all -> uploader.publish()), (done, error) -> {
            if (error == null) {
                receipt.complete(done);
            } else {
                receipt.completeExceptionally(Callbacks.unwrap(error));
            }
        });
    }

    /** A publisher that says nothing would keep the caller waiting after the client is gone. */
    void onClientClosed() {
        receipt.completeExceptionally(new DFileException(new Failure.ClientClosed("write from a publisher")));
        Flow.Subscription running;
        synchronized (this) {
            running = subscription;
        }
        if (running != null) {
            callbacks.run(running::cancel);
        }
    }

    private synchronized Flow.Subscription current() {
        if (subscription == null) {
            throw new IllegalStateException("the publisher sent a buffer before a subscription");
        }
        return subscription;
    }
}
