namespace Yyc3.Connectors.PostgreSql.Records.Replication;

/// <summary>What server, role and table must be like.</summary>
internal static class ReplicationRequirements
{
    private const long OldestVersion = 130_000;

    /// <summary>Tells the first requirement that is not met.</summary>
    /// <param name="resource">Name of the resource.</param>
    /// <param name="key">The columns that make the id; none when the table is not there.</param>
    /// <param name="state">What is there.</param>
    /// <exception cref="Sdk.ConnectorException">The requirement.</exception>
    public static void Check(string resource, IReadOnlyList<string> key, ReplicationState state)
    {
        if (Find(key, state) is var (code, message))
        {
            throw ReplicationFaults.NotReady(resource, code, message);
        }
    }

    private static (string Code, string Message)? Find(IReadOnlyList<string> key, ReplicationState state) =>
        state.Version < OldestVersion
            ? ("SERVER_TOO_OLD", "Changes by logical replication need PostgreSQL 13 or newer.")
        : state.IsStandby ? ("SERVER_IS_STANDBY", "The server is a standby; its primary tells changes.")
        : state.WalLevel != "logical" ? ("WAL_LEVEL_NOT_LOGICAL", "The server's setting wal_level is not 'logical'.")
        : !state.RoleMayReplicate ? ("ROLE_MAY_NOT_REPLICATE", "The role has no REPLICATION attribute.")
        : state.HasSlot && !state.IsOurSlot
            ? ("REPLICATION_SLOT_TAKEN", "The replication slot of this resource belongs to another database or plugin.")
        : state.Table == 0 ? null
        : !state.IsPlainTable
            ? (
                "TABLE_NOT_REPLICABLE",
                "The resource is no ordinary table: a view, partitioned, inherited from, unlogged or temporary."
            )
        : state.Identity.Count == 0
            ? (
                "REPLICA_IDENTITY_MISSING",
                "The table has no replica identity, such as a primary key that is not deferrable."
            )
        : key.Except(state.Identity, StringComparer.Ordinal).Any()
            ? (
                "REPLICA_IDENTITY_MISSING",
                "The table's replica identity does not hold all columns of the resource's key, not null."
            )
        : null;
}
