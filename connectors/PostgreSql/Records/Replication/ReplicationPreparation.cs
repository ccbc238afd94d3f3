using Npgsql;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Sync.Tables;

namespace Yyc3.Connectors.PostgreSql.Records.Replication;

/// <summary>Makes a table ready to tell its changes, and finds where they begin.</summary>
internal sealed class ReplicationPreparation(
    RecordTable table,
    string name,
    ReplicationCatalog catalog,
    TimeProvider time
)
{
    /// <summary>Makes what is missing.</summary>
    /// <param name="key">The columns that make the id.</param>
    /// <param name="cancellationToken">Ends the waiting for running transactions.</param>
    /// <returns>A cursor that misses nothing which becomes visible from now on.</returns>
    public async Task<string> RunAsync(IReadOnlyList<string> key, CancellationToken cancellationToken)
    {
        var state = await catalog.LookAsync(table.Table, key, name, cancellationToken);
        ReplicationRequirements.Check(table.Resource, key, state);
        if (!state.IsPublished || !state.HasSlot || state.IsSlotLost)
        {
            await MakeAsync(state, cancellationToken);
            state = await catalog.LookAsync(table.Table, key, name, cancellationToken);
        }

        // A transaction whose commit lies before the position may not be visible yet, and is not told later.
        var next = await catalog.TakeTransactionAsync(cancellationToken);
        await catalog.AwaitTransactionsAsync(snapshot => snapshot.IsBehind(next), time, cancellationToken);
        return new LogCursor(state.Origin, new LogPosition(state.End, 0)).Write();
    }

    /// <summary>
    /// Publication first: the server decodes nothing that was logged before there was one. So a slot that is older than its
    /// publication is of no use.
    /// </summary>
    private async Task MakeAsync(ReplicationState state, CancellationToken cancellationToken)
    {
        try
        {
            if (state.HasSlot)
            {
                await catalog.DropSlotAsync(name, cancellationToken);
            }

            if (!state.IsPublished)
            {
                await catalog.DropPublicationAsync(name, cancellationToken);
                await catalog.CreatePublicationAsync(name, table.Table, cancellationToken);
            }
        }
        catch (ConnectorException fault) when (fault.Kind == ErrorKind.PermissionDenied)
        {
            throw ReplicationFaults.NotReady(
                table.Resource,
                "PUBLICATION_NOT_ALLOWED",
                $"The role may not make the publication {name}; the table's owner can.",
                fault
            );
        }

        try
        {
            await catalog.CreateSlotAsync(name, cancellationToken);
        }
        catch (ConnectorException fault) when (fault.Kind == ErrorKind.PermissionDenied)
        {
            throw ReplicationFaults.NotReady(
                table.Resource,
                "ROLE_MAY_NOT_REPLICATE",
                "The role has no REPLICATION attribute.",
                fault
            );
        }
        catch (ConnectorException fault)
            when (ReplicationFaults.StateOf(fault) == PostgresErrorCodes.ConfigurationLimitExceeded)
        {
            throw ReplicationFaults.NotReady(
                table.Resource,
                "NO_REPLICATION_SLOT_FREE",
                "The server has no replication slot left; raise max_replication_slots or drop one that nobody uses.",
                fault
            );
        }
        catch (ConnectorException fault) when (ReplicationFaults.StateOf(fault) == PostgresErrorCodes.DuplicateObject)
        {
            // Another process has made it at the same moment.
        }
    }
}
