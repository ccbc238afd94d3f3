using Google.Protobuf;
using Grpc.Core;
using Yyc3.Connectors.Rpc.Calls.Errors;

namespace Yyc3.Connectors.Rpc.Rest.Responses;

/// <summary>How the messages of an answer travel.</summary>
internal abstract class RestResponse : IDisposable
{
    /// <summary>Takes the next message; nothing leaves before a flush.</summary>
    public abstract void Write(IMessage message);

    public abstract ValueTask FlushAsync(CancellationToken cancellationToken);

    public abstract ValueTask CompleteAsync(Metadata? trailers, CancellationToken cancellationToken);

    public abstract ValueTask FailAsync(RichStatus error, CancellationToken cancellationToken);

    public abstract void Dispose();
}
