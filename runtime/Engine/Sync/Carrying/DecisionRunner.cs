using System.Text;
using Yyc3.Connectors.Runtime.Delivery;
using Yyc3.Connectors.Runtime.Faults;
using Yyc3.Connectors.Runtime.Mapping;
using Yyc3.Connectors.Runtime.State;
using Yyc3.Connectors.Runtime.Sync.Links;
using Yyc3.Connectors.Runtime.Sync.Records;
using Yyc3.Connectors.Runtime.Sync.Runs;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Sync;

namespace Yyc3.Connectors.Runtime.Sync.Carrying;

/// <summary>
/// Puts into effect what people have decided about conflicts. A decision counts for the versions it was made about: if a side
/// has changed since, the conflict is shown anew and nothing is written.
/// </summary>
internal sealed class DecisionRunner(
    StateStore store,
    StateClock clock,
    RunStore runs,
    WorkItem item,
    SyncRun run,
    SyncPlan plan,
    SyncEnds ends
)
{
    private readonly ConflictStore _conflicts = new(store, clock, run.IntegrationId, plan.Target);

    /// <exception cref="WorkLostException">The run is another node's by now, or cancelled.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var after = "";
        while (true)
        {
            var rows = await _conflicts.DecidedAsync(after, plan.BatchSize, cancellationToken);
            if (rows.Count == 0)
            {
                return;
            }

            after = rows[^1].Id;
            foreach (var row in rows)
            {
                try
                {
                    await ApplyAsync(row, cancellationToken);
                }
                catch (Exception fault) when (Lasting(fault) is { } failure)
                {
                    // Others must not wait for one that cannot be put into effect.
                    await RefuseAsync(row, now: null, Failure(row, failure.Code, failure.Message), cancellationToken);
                }
            }
        }
    }

    private async Task ApplyAsync(ConflictRow row, CancellationToken cancellationToken)
    {
        var remoteEnd = ends.RemoteAsTarget(row.Resource);
        var remote = await FindAsync(remoteEnd, row, cancellationToken);
        var target = await FindAsync(ends.Target, row, cancellationToken);
        if (!IsAs(row.RemoteData, remote) || !IsAs(row.TargetData, target))
        {
            await RefuseAsync(
                row,
                (remote, target),
                Failure(row, "CONFLICT_CHANGED", "The record has changed since the decision was made; decide again."),
                cancellationToken
            );
            return;
        }

        if (row.Choice == ConflictChoice.Merged && (remote.Content ?? target.Content) is not null)
        {
            await RefuseAsync(
                row,
                now: null,
                Failure(row, "CONTENT_NOT_MERGED", "A record with content cannot be merged; choose one of the two."),
                cancellationToken
            );
            return;
        }

        var chosen = row.Choice switch
        {
            ConflictChoice.Local => target,
            ConflictChoice.Remote => remote,
            _ => new SyncRecord { Id = row.RecordId, Data = Encoding.UTF8.GetBytes(row.ChoiceData ?? "{}") },
        };
        var counts = new SyncCounts();
        ConnectorException? error = null;
        if (row.Choice != ConflictChoice.Remote)
        {
            counts.Pushed = 1;
            error = await WriteAsync(remoteEnd, ends.Target, null, row, chosen, cancellationToken);
        }

        if (error is null && row.Choice != ConflictChoice.Local)
        {
            counts.Pulled = 1 - counts.Pushed;
            error = await WriteAsync(
                ends.Target,
                ends.Remote,
                ends.Mappings.Pull(row.Resource),
                row,
                chosen,
                cancellationToken
            );
        }

        if (error is not null)
        {
            await RefuseAsync(row, now: null, Failure(row, error.Code, error.Message), cancellationToken);
            return;
        }

        await SettleAsync(row, chosen, remoteEnd, counts, cancellationToken);
    }

    /// <summary>Notes both sides as they are now and closes the conflict.</summary>
    private async Task SettleAsync(
        ConflictRow row,
        SyncRecord chosen,
        SyncEnd remoteEnd,
        SyncCounts counts,
        CancellationToken cancellationToken
    )
    {
        var links = new LinkStore(store, run.IntegrationId, plan.Target, row.Resource);
        var known = await links.LoadAsync([row.RecordId], cancellationToken);
        var link = known.GetValueOrDefault(row.RecordId) ?? new RecordLink { Id = row.RecordId };
        link.RemoteState = Seen(await FindAsync(remoteEnd, row, cancellationToken), chosen);
        link.TargetState = Seen(await FindAsync(ends.Target, row, cancellationToken), chosen);
        link.Succeed();
        await store.WriteAsync(
            async transaction =>
            {
                await WorkQueue.HoldAsync(transaction, item, gotOn: true);
                await links.SaveAsync(transaction, [link]);
                await _conflicts.CloseAsync(transaction, row.Resource, [row.RecordId]);
                await runs.AdvanceAsync(transaction, run.Id, counts, expected: null, []);
                return 0;
            },
            cancellationToken
        );
    }

    /// <summary>Shows the conflict as it is now, without the decision.</summary>
    private async Task RefuseAsync(
        ConflictRow row,
        (SyncRecord Remote, SyncRecord Target)? now,
        SyncFailure failure,
        CancellationToken cancellationToken
    ) =>
        await store.WriteAsync(
            async transaction =>
            {
                await WorkQueue.HoldAsync(transaction, item, gotOn: true);
                if (now is not { } sides)
                {
                    await ConflictStore.DecideAsync(transaction, row.Id, choice: null, data: null);
                }
                else if (RecordHash.AreEqual(sides.Remote, sides.Target))
                {
                    await _conflicts.CloseAsync(transaction, row.Resource, [row.RecordId]);
                }
                else
                {
                    await _conflicts.NoteAsync(transaction, run.Id, row.Resource, sides.Remote, sides.Target);
                }

                var counts = new SyncCounts { Conflicts = 1, Failed = 1 };
                await runs.AdvanceAsync(transaction, run.Id, counts, expected: null, [failure]);
                return 0;
            },
            cancellationToken
        );

    private static SyncFailure Failure(ConflictRow row, string code, string message) =>
        new(
            row.Resource,
            row.RecordId,
            row.Choice == ConflictChoice.Remote ? SyncSide.Remote : SyncSide.Target,
            code,
            message
        );

    /// <summary>What a side said when trying again would not help; null for everything else.</summary>
    private static (string Code, string Message)? Lasting(Exception fault) =>
        fault switch
        {
            ConnectorException connector when !ConnectorFaults.IsRetryable(connector.Kind) => (
                connector.Code,
                connector.Message
            ),
            FaultException { Retryable: not true } runtime => (
                runtime.Definition.Code,
                runtime.Reason ?? runtime.Message
            ),
            _ => null,
        };

    private async Task<ConnectorException?> WriteAsync(
        SyncEnd to,
        SyncEnd from,
        RecordMapping? mapping,
        ConflictRow row,
        SyncRecord record,
        CancellationToken cancellationToken
    )
    {
        var resources = await from.ListResourcesAsync(cancellationToken);
        var keys =
            resources
                .FirstOrDefault(resource => string.Equals(resource.Name, row.Resource, StringComparison.Ordinal))
                ?.KeyFields
            ?? [];
        var results = await to.WriteAsync(
            new RecordBatch(row.Resource, [record])
            {
                KeyFields = mapping?.KeysOf(keys) ?? keys,
                UnknownFields = plan.UnknownFields,
            },
            cancellationToken
        );
        return results[0].Error;
    }

    private static async Task<SyncRecord> FindAsync(SyncEnd end, ConflictRow row, CancellationToken cancellationToken)
    {
        var found = await end.FindAsync(row.Resource, [row.RecordId], cancellationToken);
        return found.Count > 0 ? found[0] : new SyncRecord { Id = row.RecordId, IsDeleted = true };
    }

    private static string Seen(SyncRecord now, SyncRecord chosen) =>
        RecordHash.AreEqual(now, chosen) ? RecordHash.StateOf(now) : RecordHash.Unknown;

    private static bool IsAs(string? noted, SyncRecord now) =>
        noted is null || now.IsDeleted
            ? noted is null == now.IsDeleted
            : RecordHash.AreEqual(Encoding.UTF8.GetBytes(noted), now.Data);
}
