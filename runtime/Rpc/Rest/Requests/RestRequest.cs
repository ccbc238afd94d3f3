using Google.Protobuf;

namespace Yyc3.Connectors.Rpc.Rest.Requests;

/// <summary>The messages of one HTTP request.</summary>
internal abstract class RestRequest : IAsyncDisposable
{
    /// <summary>The next message, or null at the end.</summary>
    public abstract ValueTask<IMessage?> ReadAsync(CancellationToken cancellationToken);

    public abstract ValueTask DisposeAsync();
}
