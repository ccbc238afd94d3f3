using System.Collections.Concurrent;
using Grpc.Core;
using Yyc3.Connectors.Rpc.Tests.Calls.V1;

namespace Yyc3.Connectors.Rpc.Tests.Server;

/// <summary>Notes that it was made and disposed.</summary>
internal sealed class CountedService : CountService.CountServiceBase, IDisposable
{
    public const string Path = "/calls.v1.CountService/Count";

    private readonly ConcurrentBag<CountedService> _all;

    public CountedService(ConcurrentBag<CountedService> all)
    {
        _all = all;
        all.Add(this);
    }

    public bool IsDisposed { get; private set; }

    public override Task<EchoReply> Count(EchoRequest request, ServerCallContext context) =>
        Task.FromResult(new EchoReply { Text = _all.Count.ToString() });

    public void Dispose() => IsDisposed = true;
}
