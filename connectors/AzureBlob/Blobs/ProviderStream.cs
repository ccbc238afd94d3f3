using Yyc3.Connectors.Sdk.Storage;

namespace Yyc3.Connectors.AzureBlob.Blobs;

/// <summary>Content on its way from the service, whose failures are the connector's errors.</summary>
internal sealed class ProviderStream(Stream inner) : ForwardStream
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return await inner.ReadAsync(buffer, cancellationToken);
        }
        catch (Exception exception) when (AzureBlobErrors.Translate(exception) is { } error)
        {
            throw error;
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync();
        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
