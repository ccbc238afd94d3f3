namespace Yyc3.Connectors.Sdk.Storage;

/// <summary>Content on its way from a provider, whose failures become the connector's errors.</summary>
/// <param name="inner">The provider's stream; disposed with this one.</param>
/// <param name="translate">Gives the error for a failure, or null to let it pass as it is.</param>
public sealed class ProviderStream(Stream inner, Func<Exception, ConnectorException?> translate) : ForwardStream
{
    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (translate(exception) is { } error)
        {
            throw error;
        }
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
