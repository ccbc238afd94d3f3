using System.Threading.Channels;
using Yyc3.Connectors.Rpc.Calls.Errors;
using Yyc3.Connectors.Runtime.Faults;
using Yyc3.Connectors.Runtime.Integrations;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Messaging;
using Yyc3.Connectors.Sdk.Storage;
using Yyc3.Connectors.Sdk.Sync;

namespace Yyc3.Connectors.Runtime.Sync;

/// <summary>
/// An integration as a side of a sync. Connectors that only store objects or send messages are seen as records by the SDK's own
/// adapters. Every call is a stay of its own, so that a changed integration or plugin is used from the next page on.
/// </summary>
internal sealed class ConnectorEnd(ConnectorCalls calls, Integration integration, TimeSpan timeout, int parallelism)
    : SyncEnd
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(200);

    /// <summary>Calls of one run at the provider at the same time; who writes has room until it is read.</summary>
    private readonly Channel<bool> _room = Channel.CreateBounded<bool>(parallelism);

    public override Task<IReadOnlyList<RecordResource>> ListResourcesAsync(CancellationToken cancellationToken) =>
        CallAsync(
            "records.resources",
            timeout,
            this,
            static (connector, _, token) =>
                // Queues take whatever they are given and have nothing to list.
                SourceOf(connector) is { } source
                    ? source.ListResourcesAsync(token)
                    : ValueTask.FromResult<IReadOnlyList<RecordResource>>([]),
            cancellationToken
        );

    public override Task<string?> GetPositionAsync(string resource, CancellationToken cancellationToken) =>
        CallAsync(
            "records.position",
            timeout,
            (end: this, resource),
            static (connector, call, token) => call.end.Source(connector).GetPositionAsync(call.resource, token),
            cancellationToken
        );

    public override Task<RecordPage> ReadAsync(RecordQuery query, CancellationToken cancellationToken) =>
        CallAsync(
            "records.read",
            timeout,
            (end: this, query),
            static (connector, call, token) => call.end.Source(connector).ReadAsync(call.query, token),
            cancellationToken
        );

    public override Task<IReadOnlyList<SyncRecord>> FindAsync(
        string resource,
        IReadOnlyList<string> ids,
        CancellationToken cancellationToken
    ) =>
        CallAsync(
            "records.find",
            timeout,
            (end: this, resource, ids),
            static (connector, call, token) =>
                (call.end.Source(connector) as IRecordLookup ?? throw call.end.Missing("records.read by id")).FindAsync(
                    call.resource,
                    call.ids,
                    token
                ),
            cancellationToken
        );

    public override Task<IReadOnlyList<RecordResult>> WriteAsync(
        RecordBatch batch,
        CancellationToken cancellationToken
    ) =>
        CallAsync(
            "records.write",
            // Contents take as long as they take; their streams have time limits of their own.
            batch.Records.Any(record => record.Content is not null)
                ? Timeout.InfiniteTimeSpan
                : timeout,
            (end: this, batch),
            static (connector, call, token) =>
                (SinkOf(connector) ?? throw call.end.Missing("records.write")).WriteAsync(call.batch, token),
            cancellationToken
        );

    private async Task<TResult> CallAsync<TState, TResult>(
        string operation,
        TimeSpan limit,
        TState state,
        Func<IConnector, TState, CancellationToken, ValueTask<TResult>> call,
        CancellationToken cancellationToken
    )
    {
        await _room.Writer.WriteAsync(true, cancellationToken);
        try
        {
            while (true)
            {
                try
                {
                    using var session = await calls.EnterAsync<IConnector>(integration, operation, cancellationToken);
                    return await session.RunAsync(operation, mayRepeat: true, limit, state, call, cancellationToken);
                }
                catch (FaultException fault) when (IsOwnLimit(fault))
                {
                    // The operator's own limit asks for patience, and not for another beginning.
                    await Task.Delay(fault.RetryAfter ?? Patience, calls.Time, cancellationToken);
                }
            }
        }
        finally
        {
            _room.Reader.TryRead(out _);
        }
    }

    private static bool IsOwnLimit(FaultException fault) =>
        ReferenceEquals(fault.Definition, Fault.TooBusy) || ReferenceEquals(fault.Definition, RpcErrors.RateLimited);

    private IRecordSource Source(IConnector connector) => SourceOf(connector) ?? throw Missing("records.read");

    private static IRecordSource? SourceOf(IConnector connector) =>
        connector switch
        {
            IRecordSource source => source,
            IObjectStore store => new ObjectRecords(store),
            _ => null,
        };

    private static IRecordSink? SinkOf(IConnector connector) =>
        connector switch
        {
            IRecordSink sink => sink,
            IObjectStore store => new ObjectRecords(store),
            IMessageSender sender => new MessageRecords(sender),
            _ => null,
        };

    private FaultException Missing(string capability) =>
        new(Fault.CapabilityMissing)
        {
            Field = "integrationId",
            Reason = $"the provider {integration.Provider} cannot do {capability}",
        };
}
