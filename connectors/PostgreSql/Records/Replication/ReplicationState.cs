namespace Yyc3.Connectors.PostgreSql.Records.Replication;

/// <summary>What the server's catalogues say of one table and its slot.</summary>
internal sealed record ReplicationState
{
    /// <summary>Version of the server, such as 150018.</summary>
    public required long Version { get; init; }

    public required string WalLevel { get; init; }

    /// <summary>The server copies another one and takes no writes.</summary>
    public required bool IsStandby { get; init; }

    public required bool RoleMayReplicate { get; init; }

    /// <summary>End of the log that is safe on disk.</summary>
    public required ulong End { get; init; }

    /// <summary>Object id of the table; 0 when it is not there.</summary>
    public required uint Table { get; init; }

    /// <summary>An ordinary table whose rows are all its own and are logged.</summary>
    public required bool IsPlainTable { get; init; }

    /// <summary>The columns that the log tells of a row that changes or is deleted.</summary>
    public required IReadOnlyList<string> Identity { get; init; }

    /// <summary>The publication tells all changes of the table.</summary>
    public required bool IsPublished { get; init; }

    /// <summary>A hash of server, table, key and publication.</summary>
    public required string Origin { get; init; }

    public required bool HasSlot { get; init; }

    /// <summary>The slot is of this database and of pgoutput.</summary>
    public required bool IsOurSlot { get; init; }

    /// <summary>The server has given the slot up, because it kept too much of the log.</summary>
    public required bool IsSlotLost { get; init; }

    /// <summary>What the slot does not tell any more ends here.</summary>
    public required ulong Confirmed { get; init; }

    /// <summary>Where decoding has to begin to go on at <see cref="Confirmed"/>.</summary>
    public required ulong Restart { get; init; }
}
