namespace Yyc3.Connectors.Sdk.Storage;

/// <summary>Sends an upload block by block: while one is under way the next is read. Two blocks in memory, never more.</summary>
public static class UploadBlocks
{
    /// <summary>Sends a block.</summary>
    /// <param name="block">The bytes that follow those sent before; the last ones may be none.</param>
    /// <param name="isLast">Nothing follows.</param>
    /// <param name="cancellationToken">Cancelled as well when the content cannot be read on.</param>
    /// <returns>A task that completes when the block may be used again.</returns>
    public delegate Task Sender(ReadOnlyMemory<byte> block, bool isLast, CancellationToken cancellationToken);

    /// <summary>Sends everything. A block that fails ends the reading too, so that nobody waits for a caller who sends no more.</summary>
    /// <param name="source">The content behind the first block.</param>
    /// <param name="first">The first block; the caller disposes it.</param>
    /// <param name="send">Sends one block; called for one at a time.</param>
    /// <param name="cancellationToken">Ends reading and sending.</param>
    /// <returns>A task that completes when the last block is sent. None is under way any more, even if it fails.</returns>
    public static async Task SendAsync(
        Stream source,
        UploadBlock first,
        Sender send,
        CancellationToken cancellationToken
    )
    {
        using var second = UploadBlock.Rent(first.Size);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var sending = Task.CompletedTask;
        try
        {
            var (block, next) = (first, second);
            while (block.IsFull)
            {
                sending = SendOrStopAsync(send, block.Content, stop);
                await next.ReadAsync(source, stop.Token).ConfigureAwait(false);
                await sending.ConfigureAwait(false);
                (block, next) = (next, block);
            }

            // It may be empty: that the block before was the last was not known when it was sent.
            await send(block.Content, true, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
            if (sending.IsFaulted)
            {
                // The reading that was stopped because of it is not the reason.
                await sending.ConfigureAwait(false);
            }

            throw;
        }
    }

    private static async Task SendOrStopAsync(Sender send, ReadOnlyMemory<byte> block, CancellationTokenSource stop)
    {
        try
        {
            await send(block, false, stop.Token).ConfigureAwait(false);
        }
        catch
        {
            await stop.CancelAsync().ConfigureAwait(false);
            throw;
        }
    }
}
