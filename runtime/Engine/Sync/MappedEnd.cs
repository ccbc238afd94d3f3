using Yyc3.Connectors.Runtime.Mapping;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Sync;

namespace Yyc3.Connectors.Runtime.Sync;

/// <summary>
/// The integration as the receiving side, with its records in the target's form: what is found there is mapped to that form, what
/// is written there is mapped back.
/// </summary>
internal sealed class MappedEnd(SyncEnd remote, RecordMapping? pull, RecordMapping? push) : SyncEnd
{
    public override bool IsLocal => remote.IsLocal;

    public override Task<IReadOnlyList<RecordResource>> ListResourcesAsync(CancellationToken cancellationToken) =>
        remote.ListResourcesAsync(cancellationToken);

    public override Task<string?> GetPositionAsync(string resource, CancellationToken cancellationToken) =>
        remote.GetPositionAsync(resource, cancellationToken);

    public override async Task<RecordPage> ReadAsync(RecordQuery query, CancellationToken cancellationToken)
    {
        var page = await remote.ReadAsync(query, cancellationToken);
        return page with { Records = [.. page.Records.Select(Pulled)] };
    }

    public override async Task<IReadOnlyList<SyncRecord>> FindAsync(
        string resource,
        IReadOnlyList<string> ids,
        CancellationToken cancellationToken
    ) => [.. (await remote.FindAsync(resource, ids, cancellationToken)).Select(Pulled)];

    public override async Task<IReadOnlyList<RecordResult>> WriteAsync(
        RecordBatch batch,
        CancellationToken cancellationToken
    )
    {
        if (push is null)
        {
            return await remote.WriteAsync(batch, cancellationToken);
        }

        var results = new RecordResult[batch.Records.Count];
        var mapped = new List<SyncRecord>(batch.Records.Count);
        var places = new List<int>(batch.Records.Count);
        for (var index = 0; index < batch.Records.Count; index++)
        {
            try
            {
                mapped.Add(push.Apply(batch.Records[index]));
                places.Add(index);
            }
            catch (ConnectorException fault)
            {
                results[index] = RecordResult.Failed(fault);
            }
        }

        if (mapped.Count > 0)
        {
            var keys = push.KeysOf(batch.KeyFields);
            var written = await remote.WriteAsync(batch with { Records = mapped, KeyFields = keys }, cancellationToken);
            for (var index = 0; index < places.Count; index++)
            {
                results[places[index]] = written[index];
            }
        }

        return results;
    }

    /// <summary>A record that cannot be mapped stays as it is: it is there, and unlike any other.</summary>
    private SyncRecord Pulled(SyncRecord record)
    {
        try
        {
            return pull?.Apply(record) ?? record;
        }
        catch (ConnectorException)
        {
            return record;
        }
    }
}
